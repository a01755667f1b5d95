package sfu

import (
	"time"

	"kring/sfu/internal/packetcache"
	"kring/sfu/internal/reception"
	"kring/sfu/internal/transport"
)

// Bounds of a layer.
const (
	videoPlaces = 256 // packets kept for retransmission: seconds of a camera
	audioPlaces = 8   // nothing asks for audio again: as many as may change places on the way
	aliveFor    = time.Second
	// keyFrameSpacing is the least time between two requests. A browser answers one in 300 ms and drops the others, so they
	// are a little further apart, for jitter.
	keyFrameSpacing = 320 * time.Millisecond
)

// layer is one encoding of an up track, guarded by the track's mutex.
type layer struct {
	rid       string // empty without simulcast
	ssrc      uint32 // 0 until it is known
	places    int
	clockRate int64

	reception reception.Stream
	cache     *packetcache.Cache // nil until ssrc is known
	lastAt    time.Duration      // when the newest packet came
	key       keyFrame
	asked     bool
	askedAt   time.Duration
	clock     senderClock
	// budget is of all streams that the layer has been; perByte is what a byte of it costs.
	budget  allowance
	perByte time.Duration
}

// keyFrame is where the newest key frame began, and when it came.
type keyFrame struct {
	known    bool
	sequence uint64
	at       time.Duration
}

// senderClock is the sender's own word on which instant a timestamp is, and when it came here. The zero one has not come.
type senderClock struct {
	ntp uint64
	rtp uint32
	at  time.Duration
}

func newLayers(s *transport.Section) []*layer {
	rids, places, bitrateBps := s.RIDs, audioPlaces, time.Duration(audioBitrateBps)
	if len(rids) == 0 {
		rids = []string{""}
	}
	if s.Kind == transport.Video {
		places, bitrateBps = videoPlaces, videoBitrateBps
	}
	out := make([]*layer, len(rids))
	for i, rid := range rids {
		out[i] = &layer{rid: rid, places: places, clockRate: clockRate(s.Kind), perByte: 8 * time.Second / bitrateBps}
	}
	return out
}

// adopt makes an SSRC the layer's, or its repairs'. Another SSRC than before is a new stream: what is known of the old one is
// forgotten.
func (l *layer) adopt(ssrc uint32, repair bool, t *upTrack) {
	if repair || l.ssrc == ssrc {
		return
	}
	*l = layer{rid: l.rid, ssrc: ssrc, places: l.places, clockRate: l.clockRate, budget: l.budget, perByte: l.perByte}
	l.reception.Clock = l.clockRate
	l.cache = packetcache.New(l.places)
	for _, d := range t.followers {
		d.lose(l)
	}
}

// alive reports whether the layer has sent anything lately.
func (l *layer) alive(now time.Duration) bool {
	return l.reception.Started() && now-l.lastAt < aliveFor
}

// clockRate is the RTP clock rate in Hz: RFC 7587 §4.1 for Opus, RFC 7741 §4.1 for VP8.
func clockRate(k transport.Kind) int64 {
	if k == transport.Audio {
		return 48000
	}
	return 90000
}
