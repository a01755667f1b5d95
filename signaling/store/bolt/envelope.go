package bolt

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"time"
)

// envelope is what stands in the file around a body: a room's ownership or a record's version, and when it expires.
type envelope struct {
	Epoch, Revision uint64 // Revision is a record's version
	Owner           string
	LeaseUntil      int64 // Unix nanoseconds
	Expires         int64 // Unix nanoseconds, 0 never
	Body            []byte
}

func (e *envelope) dead(now time.Time) bool { return e.Expires != 0 && now.UnixNano() >= e.Expires }

func encode(e *envelope) ([]byte, error) {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(e); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return b.Bytes(), nil
}

func decode(data []byte, e *envelope) error {
	*e = envelope{}
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(e); err != nil {
		return fmt.Errorf("decode stored value: %w", err)
	}
	return nil
}

// after is the expiry of something that lives for life from now; 0 is for ever.
func after(now time.Time, life time.Duration) int64 {
	if life <= 0 {
		return 0
	}
	return now.Add(life).UnixNano()
}
