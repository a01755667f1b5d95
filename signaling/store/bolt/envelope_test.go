package bolt

import (
	"bytes"
	"math"
	"testing"

	"kring/signaling/store"
)

func TestEnvelope(t *testing.T) {
	for _, e := range []envelope{
		{},
		{Epoch: 1, Revision: 2, Owner: "n1", LeaseUntil: 3, Expires: 4, Body: []byte("body")},
		{Epoch: math.MaxUint64, Revision: math.MaxUint64, LeaseUntil: math.MinInt64, Expires: math.MaxInt64, Body: make([]byte, store.MaxBody)},
	} {
		got, err := decode(encode(&e))
		if err != nil || !same(&got, &e) {
			t.Errorf("%+v came back as %+v, %v", e, got, err)
		}
	}
}

func TestDamagedEnvelope(t *testing.T) {
	whole := encode(&envelope{Epoch: 300, Revision: 300, Owner: "n1", LeaseUntil: 300, Expires: 300})
	for n := range whole {
		if _, err := decode(whole[:n]); err != errEnvelope {
			t.Errorf("cut to %d of %d bytes: %v", n, len(whole), err)
		}
	}
	whole[0]++
	if _, err := decode(whole); err != errEnvelope {
		t.Errorf("a later form: %v", err)
	}
}

func FuzzEnvelope(f *testing.F) {
	f.Add(encode(&envelope{Epoch: 1, Revision: 2, Owner: "n1", LeaseUntil: 3, Expires: 4, Body: []byte("body")}))
	f.Add([]byte{form, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := decode(data)
		if err != nil {
			return
		}
		if len(e.Owner)+len(e.Body) > len(data) {
			t.Fatalf("%d bytes out of %d", len(e.Owner)+len(e.Body), len(data))
		}
		if again, err := decode(encode(&e)); err != nil || !same(&again, &e) {
			t.Fatalf("%+v came back as %+v, %v", e, again, err)
		}
	})
}

func same(a, b *envelope) bool {
	return a.Epoch == b.Epoch && a.Revision == b.Revision && a.Owner == b.Owner && a.LeaseUntil == b.LeaseUntil &&
		a.Expires == b.Expires && bytes.Equal(a.Body, b.Body)
}
