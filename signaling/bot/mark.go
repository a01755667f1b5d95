package bot

import (
	"encoding/binary"
	"time"

	"kring/facilitation"
)

// A mark says in a packet who sent it, and when. It stands at the end of the payload, where no decoder looks: in the padding
// of an Opus packet (RFC 6716 §3.2.5), and after the last partition of a VP8 frame, which the partition's own end marks.
//
//	id | sending time, Unix microseconds, 8 bytes | length of id, 1 byte | "krng"
type mark struct {
	from facilitation.ParticipantID
	at   time.Time
}

const (
	markWord   = "krng"
	markFixed  = 8 + 1 + len(markWord)
	maxMarkID  = 64 // of facilitation.ParticipantID
	opusCode3  = 3
	opusPadded = 0x40 | 1 // one frame, with padding
)

func (m mark) append(b []byte) []byte {
	b = append(b, m.from...)
	b = binary.BigEndian.AppendUint64(b, uint64(m.at.UnixMicro()))
	b = append(b, byte(len(m.from)))
	return append(b, markWord...)
}

func (m mark) size() int { return len(m.from) + markFixed }

// readMark reads the mark at the end of a payload. Media of a browser has none.
func readMark(payload []byte) (mark, bool) {
	end := len(payload) - markFixed
	if end < 0 || string(payload[len(payload)-len(markWord):]) != markWord {
		return mark{}, false
	}
	n := int(payload[end+8])
	if n == 0 || n > maxMarkID || n > end {
		return mark{}, false
	}
	at := int64(binary.BigEndian.Uint64(payload[end:]))
	return mark{from: facilitation.ParticipantID(payload[end-n : end]), at: time.UnixMicro(at)}, true
}

// markOpus makes a packet of one frame (code 0) one of a counted frame with padding (code 3) and puts the mark there.
func markOpus(packet []byte, m mark) []byte {
	out := make([]byte, 0, 2+len(packet)+m.size())
	// The padding is below 255 bytes, so one byte says its length.
	out = append(out, packet[0]|opusCode3, opusPadded, byte(m.size()))
	return m.append(append(out, packet[1:]...))
}
