package sfu

import (
	"time"

	"kring/sfu/internal/rtcpout"
	"kring/sfu/internal/transport"
)

// How often the ticker looks after tracks, and how many of its rounds make a report.
const (
	tickEvery       = 100 * time.Millisecond
	ticksPerReport  = 10
	maxCompoundSize = 1200 // bytes
)

// ticker looks after all tracks and sends the reports until the server is closed. A round that takes long delays the next.
func (s *Server) ticker() {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	var buffer reportBuffer
	for round := 0; ; round++ {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		now := s.now()
		for _, r := range s.allRooms() {
			s.transport.Gather(r.worker, func() { r.tick(now, round, &buffer) })
		}
	}
}

func (r *Room) tick(now time.Duration, round int, b *reportBuffer) {
	for i, p := range *r.present.Load() {
		// Peers report in different rounds, so that reports do not come in bursts.
		p.tick(now, (round+i)%ticksPerReport == 0, b)
	}
}

func (s *Server) allRooms() []*Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*Room, 0, len(s.rooms))
	for _, r := range s.rooms {
		out = append(out, r)
	}
	return out
}

// tick looks after what a peer sends and, if it is due, reports on all that it sends and receives.
func (p *Peer) tick(now time.Duration, report bool, b *reportBuffer) {
	up := p.up.Load()
	if up == nil {
		return
	}
	if up.mic.tick(now) {
		p.notices.speaking(up.mic.speaking())
		p.notices.deliver()
	}
	if up.camera != nil {
		up.camera.tick(now)
	}
	if err := up.reportArrivals(now); err != nil {
		p.room.server.log.Error("write transport-wide feedback", "peer", p.id, "err", err)
	}
	if report {
		b.send(p, up, now)
	}
}

// tick does what waits for no packet: layers that have fallen silent or come back, key frames and packets that are still waited
// for, speech that has ended. It reports whether its sender has ended to speak.
func (t *upTrack) tick(now time.Duration) (spoke bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.section.Kind == transport.Video {
		t.look(now)
	}
	before := t.meter.Speaking()
	t.meter.Tick(now)
	return t.meter.Speaking() != before
}

// look aims the followers anew and repeats what is still waited for; t.mu is held. Sound has one layer, and nothing to wait for.
func (t *upTrack) look(now time.Duration) {
	for _, d := range t.followers {
		if len(t.layers) > 1 {
			t.aim(d, now)
		}
		if d.waitsFor(d.target) {
			t.requestKeyFrame(d.target, now)
		}
	}
	for _, l := range t.layers {
		t.repair(l, now)
	}
}

// reportBuffer is the ticker's scratch.
type reportBuffer struct {
	compound []byte
	blocks   []rtcpout.Block
}

// send sends a peer one receiver report on what it sends and a sender report for each slot that carries something.
func (b *reportBuffer) send(p *Peer, up *uplink, now time.Duration) {
	b.blocks = up.mic.reports(b.blocks[:0], now)
	if up.camera != nil {
		b.blocks = up.camera.reports(b.blocks, now)
	}
	b.compound = b.compound[:0]
	if len(b.blocks) > 0 {
		b.compound = rtcpout.ReceiverReport(b.compound, b.blocks)
	}
	for _, d := range *p.downs.Load() {
		info, ok := d.senderReport(now)
		if !ok {
			continue
		}
		if len(b.compound)+rtcpout.SenderReportSize > maxCompoundSize {
			up.conn.WriteRTCP(b.compound)
			b.compound = b.compound[:0]
		}
		b.compound = rtcpout.SenderReport(b.compound, info)
	}
	if len(b.compound) > 0 {
		up.conn.WriteRTCP(b.compound)
	}
}

// reports appends a report block for each layer that has begun.
func (t *upTrack) reports(blocks []rtcpout.Block, now time.Duration) []rtcpout.Block {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range t.layers {
		if !l.reception.Started() {
			continue
		}
		r := rtcpout.Block{SSRC: l.ssrc, Report: l.reception.Report()}
		if l.clock.known() {
			r.LastReport = uint32(l.clock.ntp >> 16)
			r.DelaySinceLast = uint32((now - l.clock.at) * 65536 / time.Second)
		}
		blocks = append(blocks, r)
	}
	return blocks
}

// noteClock keeps what the sender says of its clock.
func (t *upTrack) noteClock(s stream, c senderClock) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.layer.clock = c
}

func (c *senderClock) known() bool { return c.ntp != 0 }

// sentReport is the last sender report of a down track: what its answer names, and when it was sent.
type sentReport struct {
	ntp uint32 // the middle 32 bits
	at  time.Duration
}

// senderReport is the report of what flows into the slot, false if it is not known. Its times are its source's own, carried on
// to now: the audio and the video of a source keep the relation that it gave them.
func (d *downTrack) senderReport(now time.Duration) (info rtcpout.SenderInfo, ok bool) {
	d.locked(func(*upTrack) {
		l := d.current
		if l == nil || !l.clock.known() {
			return
		}
		passed := now - l.clock.at
		info = rtcpout.SenderInfo{
			SSRC:    d.ssrc,
			NTP:     l.clock.ntp + ntpSpan(passed),
			RTP:     l.clock.rtp + uint32(passed.Microseconds()*d.clockRate/1e6) + d.numbers.TimestampDelta(),
			Packets: d.packets,
			Octets:  d.octets,
		}
		d.report, ok = sentReport{ntp: uint32(info.NTP >> 16), at: now}, true
	})
	return info, ok
}

// reportSent tells when the sender report that an answer names was sent, false if it was not the last one.
func (d *downTrack) reportSent(ntp uint32) (at time.Duration, ok bool) {
	d.locked(func(*upTrack) { at, ok = d.report.at, d.report.ntp == ntp })
	return at, ok
}

// lossReport is the last receiver report on a down track: the part that was lost, in 1/256 (RFC 3550 §6.4.1).
type lossReport struct {
	known    bool
	fraction uint8
	at       time.Duration
}

// lossLife is how long a receiver report tells how things are.
const lossLife = 10 * time.Second

// noteLoss keeps what the client reports of what flows.
func (d *downTrack) noteLoss(fraction uint8, now time.Duration) {
	d.locked(func(*upTrack) {
		if d.current != nil {
			d.loss = lossReport{known: true, fraction: fraction, at: now}
		}
	})
}

// lost is the part that was lost lately of what flows, false if nothing is known.
func (d *downTrack) lost(now time.Duration) (part float64, known bool) {
	d.locked(func(*upTrack) {
		known = d.loss.known && now-d.loss.at <= lossLife
		part = float64(d.loss.fraction) / 256
	})
	return part, known
}

// ntpSpan is a duration in NTP's units of 2^-32 s, RFC 3550 §4.
func ntpSpan(d time.Duration) uint64 {
	seconds, rest := d/time.Second, d%time.Second
	return uint64(seconds)<<32 + uint64(rest)<<32/uint64(time.Second)
}
