package level

import "time"

// Step is the time between two points of an envelope, that of one packet; Steps is how many of them are remembered.
const (
	Step  = 20 * time.Millisecond
	Steps = 512
)

// Envelope remembers how loud a microphone was lately. Loudness is 127 less the level of RFC 6464: 0 is silence, or nothing heard.
// The zero Envelope has heard nothing.
type Envelope struct {
	steps  [Steps]uint8
	newest int64 // the number of the newest step, counted from the instant that times are counted from
}

// Observe takes the level byte of a packet. One that comes too late for its step is heard in the newest.
func (e *Envelope) Observe(b uint8, now time.Duration) {
	step := int64(now / Step)
	if step-e.newest > Steps {
		e.newest = step - Steps
	}
	for e.newest < step {
		e.newest++
		e.steps[e.newest%Steps] = 0
	}
	at := &e.steps[e.newest%Steps]
	*at = max(*at, 127-b&0x7f)
}

// Read fills dst, at most Steps long, with the loudness up to now, the oldest first.
func (e *Envelope) Read(dst []uint8, now time.Duration) {
	first := int64(now/Step) - int64(len(dst)) + 1
	for i := range dst {
		dst[i] = 0
		if step := first + int64(i); step <= e.newest && step > e.newest-Steps && step >= 0 {
			dst[i] = e.steps[step%Steps]
		}
	}
}
