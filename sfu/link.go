package sfu

import (
	"encoding/binary"
	"time"

	"kring/sfu/internal/rtcpin"
	"kring/sfu/internal/rtpview"
	"kring/sfu/internal/twcc"
)

// maxSSRCs is how many streams a peer may send; one more closes it.
const maxSSRCs = 64

// How many compounds of RTCP a peer may send: one a millisecond, and a second's worth at once. Chromium asks for what a picture has
// lost at most every 20 ms, so that seventeen pictures on a bad line make 850 a second, and reports some more.
const (
	feedbackEvery = time.Millisecond
	feedbackDepth = time.Second
)

// link is what the transport tells of one connection. It belongs to the goroutine that the transport calls it by.
type link struct {
	peer    *Peer
	metrics *metrics
	streams map[uint32]stream // by SSRC; the zero stream is one that is not known yet
	view    rtpview.View
	closing bool
	fed     allowance     // of RTCP compounds
	now     time.Duration // of the RTCP compound being read
}

func newLink(p *Peer) *link {
	return &link{peer: p, metrics: p.room.server.metrics, streams: map[uint32]stream{}}
}

// Connected implements transport.Handler.
func (l *link) Connected(up bool) {
	if up {
		l.peer.reach()
	}
	l.peer.notices.connected(up)
	l.peer.notices.deliver()
}

// RTP implements transport.Handler: a packet goes to its up track, or is dropped and counted.
func (l *link) RTP(packet []byte) {
	l.metrics.packetsIn.Inc()
	l.metrics.bytesIn.Add(float64(len(packet)))
	up := l.peer.up.Load()
	if up == nil || l.closing {
		l.metrics.unagreed.Inc()
		return
	}
	if rtpview.Parse(packet, &l.view) != nil {
		l.metrics.malformed.Inc()
		return
	}
	now := l.peer.room.server.now()
	up.noteArrival(&l.view, now)
	s := l.stream(up)
	if s.track == nil {
		l.metrics.unknownSSRC.Inc()
		return
	}
	l.receive(s, now)
}

// stream finds or learns the stream of the packet in view. Learning is what grows the map, and it is bounded.
func (l *link) stream(up *uplink) stream {
	s, known := l.streams[l.view.SSRC]
	if s.track != nil {
		return s
	}
	if !known && len(l.streams) == maxSSRCs {
		l.closing = true
		l.peer.room.server.log.Info("peer closed: too many SSRCs", "peer", l.peer.id)
		l.peer.room.server.background(func() { _ = l.peer.Close() })
		return stream{}
	}
	s = up.learn(&l.view)
	l.streams[l.view.SSRC] = s
	return s
}

// receive hands the packet in view to its up track, a retransmission under its original number.
func (l *link) receive(s stream, now time.Duration) {
	v := &l.view
	if v.PayloadType != s.payloadType() {
		l.metrics.unknownType.Inc()
		return
	}
	if s.repair {
		if len(v.Payload) < 2 {
			return // A probe: padding in a retransmission stream.
		}
		// RFC 4588 §4: the original sequence number comes first.
		v.Sequence, v.Payload = binary.BigEndian.Uint16(v.Payload), v.Payload[2:]
	}
	if s.track.receive(s, v, now) {
		l.peer.notices.speaking(s.track.speaking())
		l.peer.notices.deliver()
	}
}

// RTCP implements transport.Handler: a compound is read, or dropped and counted where there are too many.
func (l *link) RTCP(compound []byte) {
	l.now = l.peer.room.server.now()
	if !l.fed.take(feedbackEvery, feedbackDepth, l.now) {
		l.metrics.excess.Inc()
		return
	}
	if rtcpin.Read(compound, l) != nil {
		l.metrics.malformedRTCP.Inc()
	}
}

// SenderReport implements rtcpin.Reader.
func (l *link) SenderReport(ssrc uint32, ntp uint64, rtp uint32) {
	if s := l.streams[ssrc]; s.track != nil && !s.repair {
		s.track.noteClock(s, senderClock{ntp: ntp, rtp: rtp, at: l.now})
	}
}

// Report implements rtcpin.Reader: it notes what was lost, and measures the round trip.
func (l *link) Report(r rtcpin.Report) {
	d := l.down(r.SSRC)
	if d == nil {
		return
	}
	d.noteLoss(r.FractionLost, l.now)
	if r.LastReport == 0 {
		return
	}
	if sent, ok := d.reportSent(r.LastReport); ok {
		delay := time.Duration(r.DelaySinceLast) * time.Second / 65536
		d.learnRoundTrip(l.now - sent - delay)
	}
}

// Nack implements rtcpin.Reader.
func (l *link) Nack(ssrc uint32, id, following uint16) {
	if d := l.down(ssrc); d != nil {
		d.resend(id, following, l.now)
	}
}

// KeyFrameRequest implements rtcpin.Reader.
func (l *link) KeyFrameRequest(ssrc uint32) {
	if d := l.down(ssrc); d != nil {
		l.metrics.keyFramesWant.Inc()
		d.requestKeyFrame(l.now)
	}
}

func (l *link) down(ssrc uint32) *downTrack { return (*l.peer.downs.Load())[ssrc] }

// Arrival implements rtcpin.Reader: what becomes of the packets that the client was sent.
func (l *link) Arrival(number uint16, came bool, _ time.Duration) {
	up := l.peer.up.Load()
	if up == nil {
		return
	}
	switch _, fate := up.sent.Report(number, came); fate {
	case twcc.Arrived:
		l.metrics.arrived.Inc()
	case twcc.Lost:
		l.metrics.lost.Inc()
	case twcc.Found:
		l.metrics.found.Inc()
	}
}
