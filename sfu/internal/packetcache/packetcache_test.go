package packetcache

import (
	"bytes"
	"testing"
)

func TestCacheKeepsTheNewest(t *testing.T) {
	for _, start := range []uint64{1 << 16, 1<<16 + 32767, 1<<16 + 65535} {
		c := New(4)
		for i := range uint64(6) {
			if c.Store(start+i, []byte{byte(i)}) == nil {
				t.Fatalf("start %d: packet %d was refused", start, i)
			}
		}
		for i := range uint64(6) {
			p := c.Get(start + i)
			if i < 2 && p != nil {
				t.Errorf("start %d: packet %d is still there", start, i)
			}
			if i >= 2 && (p == nil || !bytes.Equal(p.Payload(), []byte{byte(i)})) {
				t.Errorf("start %d: packet %d is lost", start, i)
			}
		}
		if c.Store(start, []byte{9}) != nil {
			t.Errorf("start %d: an older packet took the place of a newer", start)
		}
		if c.Get(start+6) != nil {
			t.Errorf("start %d: a packet that never came was found", start)
		}
	}
}

func TestFramedIsPayloadWithRoomBefore(t *testing.T) {
	p := New(1).Store(1, []byte{1, 2, 3})
	f := p.Framed(headroom)
	if len(f) != headroom+3 || !bytes.Equal(f[headroom:], []byte{1, 2, 3}) {
		t.Errorf("%d bytes, %x", len(f), f)
	}
}

func TestOversizedIsRefused(t *testing.T) {
	c := New(1)
	if c.Store(1, make([]byte, MaxPayload)) == nil {
		t.Error("the largest payload was refused")
	}
	if c.Store(2, make([]byte, MaxPayload+1)) != nil {
		t.Error("a larger payload was stored")
	}
}
