package sfu

import (
	"sync/atomic"
	"time"

	"kring/sfu/internal/forward"
	"kring/sfu/internal/packetcache"
	"kring/sfu/internal/rtpview"
	"kring/sfu/internal/transport"
)

// downTrack is one medium of a slot: a stream to a client with an SSRC of its own, whatever it carries. The room's mutex guards
// which up track it follows. While it follows one, that track's mutex guards the rest too: the two are held to change it, and
// the track's alone to forward.
type downTrack struct {
	*channel
	clockRate int64
	// As agreed. Nothing can flow if ssrc is 0.
	ssrc, rtxSSRC uint32
	pt, rtx       uint8
	levelID       uint8
	transportID   uint8

	source      atomic.Pointer[upTrack] // nil if it follows none
	wish        wish
	permittedAt time.Duration
	target      *layer // what it should have
	current     *layer // what flows into it, nil if nothing does yet

	numbers         forward.State
	packets, octets uint32
	ring            *sentRing // nil until something can be asked for again
	rtxSequence     uint16
	report          sentReport
	loss            lossReport
	keyFrames       allowance // that the client may ask for
}

// wish is what may flow into a down track. held: nothing yet, its receiver has not been heard to know the source.
type wish struct {
	layer Layer
	held  bool
}

func newDownTrack(c *channel, s transport.Section) *downTrack {
	d := &downTrack{channel: c, clockRate: clockRate(s.Kind)}
	if s.Rejected {
		return d
	}
	d.ssrc, d.pt = s.SSRC, s.PT
	if s.Ext.TWCC < 15 {
		d.transportID = s.Ext.TWCC
	}
	if s.Kind == transport.Audio && s.Ext.AudioLevel < 15 { // RFC 8285 §4.2: larger ids need the two-byte form.
		d.levelID = s.Ext.AudioLevel
	}
	if s.Kind == transport.Video && s.RTX != 0 {
		d.rtx, d.rtxSSRC = s.RTX, s.RTXSSRC
	}
	return d
}

// follow lets an up track flow into the down track, as wished, in place of what did; nil stops it. When it returns, nothing
// else flows. The room's mutex is held.
func (d *downTrack) follow(t *upTrack, w wish, now time.Duration) {
	old := d.source.Load()
	switch {
	case d.ssrc == 0 || old == t && (t == nil || d.wish == w):
	case old == t:
		t.change(d, w, now)
	default:
		if old != nil {
			old.remove(d)
		}
		if t != nil {
			t.add(d, w, now)
		}
	}
}

// reset forgets what flowed. The numbers stay: they go on from the last one, whatever comes next.
func (d *downTrack) reset() {
	d.wish, d.target, d.current, d.loss = wish{}, nil, nil, lossReport{}
	d.ring.clear()
}

// lose lets go of a layer whose stream has been replaced by another, or has leapt.
func (d *downTrack) lose(l *layer) {
	if d.current == l {
		d.current = nil
	}
	d.ring.clear()
}

// waitsFor reports whether the down track should go over to a layer when it can.
func (d *downTrack) waitsFor(l *layer) bool {
	return d.target == l && d.current != l && !d.wish.held
}

// begin makes a layer the one that flows, from a packet that can be understood without any before it.
func (d *downTrack) begin(l *layer, p *packetcache.Packet, now time.Duration) {
	if d.ring == nil && d.rtxSSRC != 0 {
		d.ring = new(sentRing)
	}
	d.current = l
	d.numbers.Switch(&forward.Packet{Sequence: p.Sequence, Timestamp: p.Timestamp, VP8: p.VP8}, d.clockRate, now)
}

// leaps reports whether the current layer must begin again at a packet: its sender has passed over too many.
func (d *downTrack) leaps(p *packetcache.Packet) bool {
	return d.numbers.Leaps(&forward.Packet{Sequence: p.Sequence})
}

// send forwards a packet of the current layer under the slot's numbers; false if it comes too late for one.
func (d *downTrack) send(p *packetcache.Packet, now time.Duration) bool {
	n, ok := d.numbers.Number(&forward.Packet{Sequence: p.Sequence, Timestamp: p.Timestamp, VP8: p.VP8}, now)
	if !ok {
		return false
	}
	h := rtpview.Header{
		Marker: p.Marker, PayloadType: d.pt, Sequence: n.Sequence, Timestamp: n.Timestamp, SSRC: d.ssrc,
	}
	if p.HasLevel {
		h.LevelID, h.Level = d.levelID, p.Level
	}
	d.number(&h, len(p.Payload()), now)
	packet := p.Framed(h.Size())
	h.Put(packet)
	p.VP8.Put(p.Payload(), n.PictureID, n.TL0PICIDX)
	d.conn.WriteRTP(packet)
	d.packets++
	d.octets += uint32(len(p.Payload()))
	d.ring.note(n, d.current, p.Sequence)
	return true
}

// number gives a packet that is about to be sent its transport-wide number, if that is agreed.
func (d *downTrack) number(h *rtpview.Header, payload int, now time.Duration) {
	if d.transportID != 0 {
		h.TransportID = d.transportID
		h.Transport = d.sent.Number(payload, now)
	}
}

// requestKeyFrame passes on what the client asks for, as often as one in need would. What others have just asked for is theirs.
func (d *downTrack) requestKeyFrame(now time.Duration) {
	d.locked(func(t *upTrack) {
		if l := d.current; l != nil && l.askable(now) && d.keyFrames.take(keyFrameEvery, keyFrameDepth, now) {
			t.requestKeyFrame(l, now)
		}
	})
}

// locked calls f under the mutex of the up track that is followed, and reports false if there is none.
func (d *downTrack) locked(f func(*upTrack)) bool {
	t := d.source.Load()
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if d.source.Load() != t {
		return false
	}
	f(t)
	return true
}
