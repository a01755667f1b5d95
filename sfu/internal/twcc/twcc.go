// Package twcc is both ends of transport-wide congestion control (draft-holmer-rmcat-transport-wide-cc-extensions-01): the log of
// what was sent on a connection, from which what becomes of it can be told, and the recorder of what came, whose feedback the
// other side estimates its bandwidth by. It estimates nothing itself.
//
// Both are safe for concurrent use, allocate nothing for a packet, and are bounded whatever the other side says.
package twcc

import (
	"sync"
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
)

// logPlaces is how many of the newest packets are known: half a second of twenty pictures.
const logPlaces = 2048

// Log is what was sent, by the numbers it has on its way. The zero Log is ready.
type Log struct {
	mu     sync.Mutex
	next   uint16
	places *[logPlaces]place // nil until something is sent
}

type place struct {
	number uint16
	state  state
	size   uint16
	at     time.Duration
}

type state uint8

const (
	unused state = iota
	underway
	lost
	arrived
)

// Sent is a packet that was sent.
type Sent struct {
	Size int // bytes before sealing
	At   time.Duration
}

// Number notes a packet that is about to be sent, and gives its number.
func (l *Log) Number(size int, now time.Duration) uint16 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.places == nil {
		l.places = new([logPlaces]place)
	}
	n := l.next
	l.next++
	l.places[n%logPlaces] = place{number: n, state: underway, size: uint16(min(size, 0xffff)), at: now}
	return n
}

// Fate is what a report says of a packet for the first time.
type Fate uint8

// Fates. Found is a packet that came after it was reported lost.
const (
	Unknown Fate = iota // never sent, too long ago, or known already
	Lost
	Arrived
	Found
)

// Report takes what the other side says of one number.
func (l *Log) Report(number uint16, came bool) (Sent, Fate) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.places == nil {
		return Sent{}, Unknown
	}
	p := &l.places[number%logPlaces]
	if p.number != number {
		return Sent{}, Unknown
	}
	fate := Unknown
	switch {
	case p.state == underway && came:
		p.state, fate = arrived, Arrived
	case p.state == underway:
		p.state, fate = lost, Lost
	case p.state == lost && came:
		p.state, fate = arrived, Found
	}
	return Sent{Size: int(p.size), At: p.at}, fate
}

// Recorder is what came.
type Recorder struct {
	mu       sync.Mutex
	recorder *twcc.Recorder // nil until something has come
	toldAt   time.Duration
}

// Record notes that a packet of a stream came under a number.
func (r *Recorder) Record(ssrc uint32, number uint16, now time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.recorder == nil {
		r.recorder = twcc.NewRecorder(sender)
	}
	r.recorder.Record(ssrc, number, now.Microseconds())
}

// sender is the SSRC of the feedback: that of all that we report.
const sender = 1

// A few packets wait for others before they are told of, but not for longer than browsers themselves let them.
const (
	few     = 12
	patient = 200 * time.Millisecond
)

// Feedback gives the RTCP packets that tell of what came since the last time, nil if nothing did or it can wait. It is asked
// for every 100 ms.
func (r *Recorder) Feedback(now time.Duration) ([][]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.recorder == nil {
		return nil, nil
	}
	if n := r.recorder.PacketsHeld(); n == 0 || n < few && now-r.toldAt < patient {
		return nil, nil
	}
	r.toldAt = now
	var out [][]byte
	for _, p := range r.recorder.BuildFeedbackPacket() {
		b, err := rtcp.Marshal([]rtcp.Packet{p})
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}
