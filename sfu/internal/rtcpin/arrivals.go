package rtcpin

import (
	"encoding/binary"
	"time"
)

// Transport-wide feedback, draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
const (
	formatArrivals  = 15
	arrivalsHead    = 20
	referenceUnit   = 64 * time.Millisecond
	deltaUnit       = 250 * time.Microsecond
	maxArrivals     = 4096 // of one compound: more than the log of what was sent holds
	symbolSmall     = 1    // came, with a delta of one byte
	symbolLarge     = 2    // came, with a delta of two bytes
	symbolsOfVector = 14   // of one bit each, or 7 of two
)

// arrivals tells what a feedback says of each packet, in order, and returns how many more a compound may say. A packet that lies
// about its length is told as far as it goes.
func arrivals(packet []byte, left int, r Reader) int {
	if len(packet) < arrivalsHead {
		return left
	}
	number, count := binary.BigEndian.Uint16(packet[12:]), int(binary.BigEndian.Uint16(packet[14:]))
	left -= count
	if left < 0 {
		return left
	}
	chunks := packet[arrivalsHead:]
	deltas := chunks[min(len(chunks), chunkBytes(chunks, count)):]
	at := time.Duration(int32(binary.BigEndian.Uint32(packet[16:]))>>8) * referenceUnit
	for ; count > 0 && len(chunks) >= 2; chunks = chunks[2:] {
		chunk := binary.BigEndian.Uint16(chunks)
		for i := range min(count, chunkLength(chunk)) {
			symbol := symbolOf(chunk, i)
			came := symbol == symbolSmall || symbol == symbolLarge
			if came {
				var ok bool
				if at, deltas, ok = addDelta(at, deltas, symbol); !ok {
					return left
				}
			}
			r.Arrival(number, came, at)
			number++
		}
		count -= min(count, chunkLength(chunk))
	}
	return left
}

func addDelta(at time.Duration, deltas []byte, symbol uint16) (time.Duration, []byte, bool) {
	switch {
	case symbol == symbolSmall && len(deltas) >= 1:
		return at + time.Duration(deltas[0])*deltaUnit, deltas[1:], true
	case symbol == symbolLarge && len(deltas) >= 2:
		return at + time.Duration(int16(binary.BigEndian.Uint16(deltas)))*deltaUnit, deltas[2:], true
	}
	return at, deltas, false
}

// chunkBytes is how many bytes the chunks for so many packets take.
func chunkBytes(chunks []byte, count int) (n int) {
	for ; count > 0 && len(chunks)-n >= 2; n += 2 {
		count -= chunkLength(binary.BigEndian.Uint16(chunks[n:]))
	}
	return n
}

// chunkLength is how many packets a chunk tells of, §3.1.3 and §3.1.4.
func chunkLength(chunk uint16) int {
	switch {
	case chunk&0x8000 == 0: // a run
		return int(chunk & 0x1fff)
	case chunk&0x4000 == 0:
		return symbolsOfVector
	default:
		return symbolsOfVector / 2
	}
}

// symbolOf is what a chunk says of its i-th packet.
func symbolOf(chunk uint16, i int) uint16 {
	switch {
	case chunk&0x8000 == 0:
		return chunk >> 13 & 3
	case chunk&0x4000 == 0:
		return chunk >> (13 - i) & 1
	default:
		return chunk >> (12 - 2*i) & 3
	}
}
