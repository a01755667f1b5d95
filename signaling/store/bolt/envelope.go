package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"

	"kring/signaling/store"
)

// envelope is what stands in the file around a body: a room's ownership or a record's version, and when it expires.
type envelope struct {
	Epoch, Revision uint64 // Revision is a record's version
	Owner           string
	LeaseUntil      int64 // Unix nanoseconds
	Expires         int64 // Unix nanoseconds, 0 never
	Body            []byte
}

// form is the first byte of an envelope: the way the rest is written.
const form = 1

var errEnvelope = errors.New("stored value is damaged or of a later version")

// encode writes form, epoch, revision, lease and expiry as varints, the owner behind its length, and then the body. It is
// written at every command of every room: gob took 30 times as long.
func encode(e *envelope) []byte {
	data := make([]byte, 0, 1+5*binary.MaxVarintLen64+len(e.Owner)+len(e.Body))
	data = append(data, form)
	data = binary.AppendUvarint(data, e.Epoch)
	data = binary.AppendUvarint(data, e.Revision)
	data = binary.AppendVarint(data, e.LeaseUntil)
	data = binary.AppendVarint(data, e.Expires)
	data = binary.AppendUvarint(data, uint64(len(e.Owner)))
	data = append(data, e.Owner...)
	return append(data, e.Body...)
}

// decode reads an envelope. Its Body is a part of data: pages of the file that are valid only until the transaction ends.
func decode(data []byte) (envelope, error) {
	if len(data) == 0 || data[0] != form {
		return envelope{}, errEnvelope
	}
	r := reader{data: data[1:]}
	e := envelope{Epoch: r.uvarint(), Revision: r.uvarint(), LeaseUntil: r.varint(), Expires: r.varint()}
	e.Owner, e.Body = r.text(), r.data
	if r.bad {
		return envelope{}, errEnvelope
	}
	return e, nil
}

// reader takes values off the front of data. After one that is not there it is bad and gives zeros.
type reader struct {
	data []byte
	bad  bool
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.data)
	r.skip(n)
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.data)
	r.skip(n)
	return v
}

func (r *reader) skip(n int) {
	if n <= 0 {
		r.bad, n = true, len(r.data)
	}
	r.data = r.data[n:]
}

func (r *reader) text() string {
	n := r.uvarint()
	if r.bad || n > uint64(len(r.data)) {
		r.bad = true
		return ""
	}
	s := string(r.data[:n])
	r.data = r.data[n:]
	return s
}

func (e *envelope) dead(now time.Time) bool { return e.Expires != 0 && now.UnixNano() >= e.Expires }

// doc and record copy the body out of the transaction.
func (e *envelope) doc() store.Doc {
	return store.Doc{Epoch: e.Epoch, Revision: e.Revision, Owner: e.Owner, Body: bytes.Clone(e.Body)}
}

func (e *envelope) record() store.Record {
	return store.Record{Version: e.Revision, Body: bytes.Clone(e.Body)}
}

// after is the expiry of something that lives for life from now; 0 is for ever.
func after(now time.Time, life time.Duration) int64 {
	if life <= 0 {
		return 0
	}
	return now.Add(life).UnixNano()
}
