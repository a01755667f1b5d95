package sfu

import (
	"slices"
	"sync"
	"time"

	"kring/sfu/internal/level"
	"kring/sfu/internal/packetcache"
	"kring/sfu/internal/reception"
	"kring/sfu/internal/rtpview"
	"kring/sfu/internal/transport"
)

// upTrack is a track received from a peer: its layers, and the down tracks that follow it.
type upTrack struct {
	*channel // to its sender
	section  transport.Section

	// mu is held while a packet is stored and fanned out. It guards all below, and the numbering of the followers.
	mu        sync.Mutex
	layers    []*layer // from the lowest to the best, in the order of the offer
	followers []*downTrack
	forwarded uint64
	meter     level.Meter
	envelope  level.Envelope
	missing   []uint16 // scratch of repair
	feedback  []byte   // scratch of RTCP to the sender
}

func newUpTrack(c *channel, s transport.Section) *upTrack {
	return &upTrack{channel: c, section: s, layers: newLayers(&s)}
}

// receive stores a packet and fans it out. It reports whether its sender has begun or ended to speak.
func (t *upTrack) receive(s stream, v *rtpview.View, now time.Duration) (spoke bool) {
	about, err := t.describe(v)
	if err != nil {
		t.metrics.malformed.Inc()
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	l := s.layer
	if !l.budget.take(time.Duration(v.HeaderSize+len(v.Payload))*l.perByte, bitrateDepth, now) {
		t.metrics.excess.Inc()
		return false
	}
	if s.repair && !l.reception.Started() {
		return false // Repairs of what has not begun: its numbers are not known yet.
	}
	sequence, verdict := l.reception.Receive(v.Sequence, v.Timestamp, s.repair, now)
	if verdict == reception.Duplicate {
		t.metrics.duplicate.Inc()
		return false
	}
	if s.repair {
		t.metrics.repaired.Inc()
	}
	l.lastAt = now
	switch p := l.store(sequence, v, about); {
	case p != nil:
		t.fanOut(l, p, verdict == reception.Newest, now)
	case len(v.Payload) == 0:
		t.swallow(l, sequence)
	default:
		t.metrics.duplicate.Inc()
	}
	t.repair(l, now)
	return t.observe(about, now)
}

// about is what a packet says besides its header.
type about struct {
	vp8      rtpview.VP8
	hasLevel bool
	level    uint8
}

// describe reads the descriptor of a picture or the level of a sound. A packet of padding alone says nothing.
func (t *upTrack) describe(v *rtpview.View) (a about, err error) {
	if len(v.Payload) > packetcache.MaxPayload {
		return a, rtpview.ErrMalformed
	}
	if t.section.Kind == transport.Video {
		if len(v.Payload) > 0 {
			a.vp8, err = rtpview.ParseVP8(v.Payload)
		}
		return a, err
	}
	if b := v.Extension(t.section.Ext.AudioLevel); len(b) > 0 {
		a.hasLevel, a.level = true, b[0]
	}
	return a, nil
}

// store keeps a packet, nil if there is nothing in it or it is older than all that is kept.
func (l *layer) store(sequence uint64, v *rtpview.View, a about) *packetcache.Packet {
	if len(v.Payload) == 0 {
		return nil
	}
	p := l.cache.Store(sequence, v.Payload)
	if p == nil {
		return nil
	}
	p.Timestamp, p.Marker, p.VP8, p.HasLevel, p.Level = v.Timestamp, v.Marker, a.vp8, a.hasLevel, a.level
	return p
}

// fanOut sends a packet to all that follow its layer, and lets those begin that wait for it.
func (t *upTrack) fanOut(l *layer, p *packetcache.Packet, newest bool, now time.Duration) {
	begins := newest && (t.section.Kind == transport.Audio || p.VP8.KeyFrame)
	if begins {
		l.key = keyFrame{known: true, sequence: p.Sequence, at: now}
	}
	var sent uint64
	waiting := false
	for _, d := range t.followers {
		if d.current == l && d.leaps(p) {
			d.lose(l)
		}
		if d.waitsFor(l) {
			if !begins {
				waiting = true
				continue
			}
			d.begin(l, p, now)
		}
		if d.current == l && d.send(p, now) {
			sent++
		}
	}
	t.forwarded += sent
	t.metrics.packetsOut.Add(float64(sent))
	t.metrics.bytesOut.Add(float64(sent) * float64(len(p.Payload())+rtpview.HeaderSize))
	if waiting {
		t.requestKeyFrame(l, now)
	}
}

// swallow closes the sequence of the followers over a packet without payload.
func (t *upTrack) swallow(l *layer, sequence uint64) {
	for _, d := range t.followers {
		if d.current == l {
			d.numbers.Swallow(sequence)
		}
	}
}

// observe reports whether the sender has begun or ended to speak.
func (t *upTrack) observe(a about, now time.Duration) bool {
	before := t.meter.Speaking()
	if a.hasLevel {
		t.meter.Observe(a.level, now)
		t.envelope.Observe(a.level, now)
	}
	return t.meter.Speaking() != before
}

// add lets a down track follow; the room's mutex is held too.
func (t *upTrack) add(d *downTrack, w wish, now time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	d.wish, d.permittedAt = w, now
	d.source.Store(t)
	t.followers = append(t.followers, d)
	t.aim(d, now)
	if t.section.Kind == transport.Video {
		t.requestKeyFrame(d.target, now)
	}
}

// remove lets a down track go. When it returns, nothing of this track flows into it any more.
func (t *upTrack) remove(d *downTrack) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.followers = slices.DeleteFunc(t.followers, func(f *downTrack) bool { return f == d })
	d.source.Store(nil)
	d.reset()
}

// change gives a follower another wish; the room's mutex is held too.
func (t *upTrack) change(d *downTrack, w wish, now time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	released := d.wish.held && !w.held
	d.wish = w
	t.aim(d, now)
	if released && t.section.Kind == transport.Video {
		t.catchUp(d, now)
	}
	if d.waitsFor(d.target) && t.section.Kind == transport.Video {
		t.requestKeyFrame(d.target, now)
	}
}

// maxCatchUp bounds the burst of a catching-up, in packets.
const maxCatchUp = 64

// catchUp begins a follower that has just been released at the newest key frame, if that came when the follower was permitted
// already: waiting for the client's acknowledgement then costs nothing. t.mu is held.
func (t *upTrack) catchUp(d *downTrack, now time.Duration) {
	l := d.target
	newest := l.reception.Highest()
	if !l.key.known || l.key.at <= d.permittedAt || newest-l.key.sequence >= maxCatchUp {
		return
	}
	first := l.cache.Get(l.key.sequence)
	if first == nil {
		return
	}
	d.begin(l, first, now)
	for n := first.Sequence; n <= newest; n++ {
		if p := l.cache.Get(n); p != nil && d.send(p, now) {
			t.forwarded++
			t.metrics.packetsOut.Inc()
			t.metrics.bytesOut.Add(float64(len(p.Payload()) + rtpview.HeaderSize))
		}
	}
}

// aim sets the layer that a follower should have: what it wishes, or if that has sent nothing lately, what is alive. t.mu is
// held.
func (t *upTrack) aim(d *downTrack, now time.Duration) {
	low := d.wish.layer < LayerHigh
	best := t.layers[len(t.layers)-1]
	if low {
		best = t.layers[0]
	}
	d.target = best
	if best.alive(now) {
		return
	}
	for i := range t.layers {
		l := t.layers[len(t.layers)-1-i]
		if low {
			l = t.layers[i]
		}
		if l.alive(now) {
			d.target = l
			return
		}
	}
}

func (t *upTrack) total() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.forwarded
}

func (t *upTrack) spoken() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.meter.Spoken()
}

func (t *upTrack) loudness(dst []uint8, now time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.envelope.Read(dst, now)
}

func (t *upTrack) speaking() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.meter.Speaking()
}
