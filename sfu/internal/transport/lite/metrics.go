package lite

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"kring/sfu/internal/udp"
)

// metrics are the counters of the media ports. A datagram costs an add.
type metrics struct {
	datagrams                                     prometheus.Counter
	checks                                        prometheus.Counter
	unknown, stranger, badCheck, early, unopened  prometheus.Counter // datagrams that are dropped
	unsealed, panics, failedHandshakes            prometheus.Counter
	sentDatagrams, sentCalls, sentSegmented, lost prometheus.Counter
	took                                          prometheus.Histogram
}

func newMetrics(r prometheus.Registerer) *metrics {
	f := promauto.With(r)
	counter := func(name, help string) prometheus.Counter {
		return f.NewCounter(prometheus.CounterOpts{Namespace: "kring", Subsystem: "media", Name: name, Help: help})
	}
	dropped := f.NewCounterVec(prometheus.CounterOpts{
		Namespace: "kring", Subsystem: "media", Name: "dropped_datagrams_total", Help: "Datagrams received and not used, by cause.",
	}, []string{"cause"})
	return &metrics{
		datagrams: counter("received_datagrams_total", "Datagrams received."),
		checks:    counter("checks_total", "Connectivity checks answered."),
		unknown:   dropped.WithLabelValues("unknown_protocol"), stranger: dropped.WithLabelValues("unknown_address"),
		badCheck: dropped.WithLabelValues("bad_check"), early: dropped.WithLabelValues("before_keys"),
		unopened:         dropped.WithLabelValues("not_authentic"),
		unsealed:         counter("unsealed_packets_total", "Packets that could not be sealed."),
		panics:           counter("panics_total", "Datagrams that made us panic: each is a fault of ours."),
		failedHandshakes: counter("failed_handshakes_total", "DTLS handshakes that came to nothing."),
		sentDatagrams:    counter("sent_datagrams_total", "Datagrams sent in batches."),
		sentCalls:        counter("send_calls_total", "System calls that sent them."),
		sentSegmented:    counter("sent_segmented_total", "Datagrams that were sent as segments of a larger one."),
		lost:             counter("send_drops_total", "Datagrams that could not be sent."),
		took: f.NewHistogram(prometheus.HistogramOpts{
			Namespace: "kring", Subsystem: "media", Name: "batch_seconds",
			Help:    "From the reading of a batch of datagrams until all that it causes is sent.",
			Buckets: []float64{50e-6, 100e-6, 200e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3, 20e-3, 50e-3},
		}),
	}
}

// sent counts what has been sent between two readings of a queue.
func (m *metrics) sent(before, now *udp.Stats) {
	m.sentDatagrams.Add(float64(now.Datagrams - before.Datagrams))
	m.sentCalls.Add(float64(now.Calls - before.Calls))
	m.sentSegmented.Add(float64(now.Segments - before.Segments))
	m.lost.Add(float64(now.Dropped - before.Dropped))
}
