package sfu

import (
	"sync/atomic"
	"time"

	"kring/sfu/internal/transport"
	"kring/sfu/internal/twcc"
)

// channel is one client's connection as its up tracks and down tracks use it.
type channel struct {
	conn    transport.Conn
	metrics *metrics
	sent    twcc.Log      // what the client was sent, by transport-wide number
	came    twcc.Recorder // what it has sent
	trip    atomic.Int64  // to the client and back, in nanoseconds
}

func newChannel(conn transport.Conn, m *metrics) *channel {
	c := &channel{conn: conn, metrics: m}
	c.trip.Store(int64(firstRoundTrip))
	return c
}

// Round trips: assumed before one is measured, and the longest that is believed.
const (
	firstRoundTrip   = 100 * time.Millisecond
	longestRoundTrip = 5 * time.Second
)

// roundTrip is that to the client, from its receiver reports.
func (c *channel) roundTrip() time.Duration { return time.Duration(c.trip.Load()) }

// learnRoundTrip takes a measurement into a moving average of eight.
func (c *channel) learnRoundTrip(d time.Duration) {
	if d < 0 || d > longestRoundTrip {
		return
	}
	old := c.trip.Load()
	c.trip.Store(old + (int64(d)-old)/8)
}

// reportArrivals tells the client what has come from it, for its bandwidth estimation.
func (c *channel) reportArrivals(now time.Duration) error {
	packets, err := c.came.Feedback(now)
	if err != nil {
		return err
	}
	for _, p := range packets {
		c.conn.WriteRTCP(p)
	}
	return nil
}
