package sfu

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// metrics are the counters of a server. Their labels are fixed and resolved once: a packet costs an add.
type metrics struct {
	rooms, peers       prometheus.Gauge
	packetsIn, bytesIn prometheus.Counter
	packetsOut         prometheus.Counter
	bytesOut           prometheus.Counter

	malformed      prometheus.Counter // RTP, a header extension, or a payload descriptor
	malformedRTCP  prometheus.Counter
	unknownSSRC    prometheus.Counter
	unknownType    prometheus.Counter // a payload type that was not agreed
	duplicate      prometheus.Counter // seen before, or too late
	excess         prometheus.Counter // more than a layer, or a peer in RTCP, may send
	unagreed       prometheus.Counter // before the offer is taken, or of a peer that is being closed
	nacksSent      prometheus.Counter // packets asked for
	nacksReceived  prometheus.Counter
	resent         prometheus.Counter
	repaired       prometheus.Counter // packets that came by retransmission
	keyFramesAsked prometheus.Counter // requests sent to publishers
	keyFramesWant  prometheus.Counter // requests received from receivers

	// Packets that a receiver asked for again and did not get.
	unansweredUnknown prometheus.Counter // not sent to it, or before what its slot carries now
	unansweredOld     prometheus.Counter
	unansweredSoon    prometheus.Counter // asked for again within a round trip
	unansweredOften   prometheus.Counter

	arrived, lost, found prometheus.Counter // what receivers say of the packets that they were sent
}

func newMetrics(r prometheus.Registerer) *metrics {
	f := promauto.With(r)
	counters := func(name, help, label string) func(string) prometheus.Counter {
		v := f.NewCounterVec(prometheus.CounterOpts{Namespace: "kring", Subsystem: "sfu", Name: name, Help: help}, []string{label})
		return func(value string) prometheus.Counter { return v.WithLabelValues(value) }
	}
	gauge := func(name, help string) prometheus.Gauge {
		return f.NewGauge(prometheus.GaugeOpts{Namespace: "kring", Subsystem: "sfu", Name: name, Help: help})
	}
	packets := counters("rtp_packets_total", "RTP packets.", "direction")
	bytes := counters("rtp_bytes_total", "Bytes of RTP packets before sealing.", "direction")
	dropped := counters("dropped_packets_total", "Packets received and not used, by cause.", "cause")
	nacks := counters("nacked_packets_total", "Packets asked for again.", "direction")
	repairs := counters("retransmitted_packets_total", "Packets retransmitted.", "direction")
	unanswered := counters("unanswered_nacks_total", "Packets that receivers asked for again and that were not retransmitted, by cause.", "cause")
	fates := counters("reported_packets_total", "Packets sent, by what their receivers say: late ones were reported lost before.", "fate")
	keys := counters("key_frame_requests_total", "Key frames asked for.", "direction")
	return &metrics{
		rooms: gauge("rooms", "Rooms."), peers: gauge("peers", "Peers in rooms."),
		packetsIn: packets("in"), bytesIn: bytes("in"), packetsOut: packets("out"), bytesOut: bytes("out"),
		malformed: dropped("malformed_rtp"), malformedRTCP: dropped("malformed_rtcp"), unknownSSRC: dropped("unknown_ssrc"),
		unknownType: dropped("unknown_payload_type"), duplicate: dropped("duplicate_or_late"), unagreed: dropped("not_agreed"), excess: dropped("excess"),
		nacksSent: nacks("out"), nacksReceived: nacks("in"), resent: repairs("out"), repaired: repairs("in"),
		keyFramesAsked: keys("out"), keyFramesWant: keys("in"),
		unansweredUnknown: unanswered("unknown_number"), unansweredOld: unanswered("too_old"),
		unansweredSoon: unanswered("too_soon"), unansweredOften: unanswered("too_often"),
		arrived: fates("arrived"), lost: fates("lost"), found: fates("late"),
	}
}
