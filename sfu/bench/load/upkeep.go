package load

import (
	"math"
	"slices"
	"time"

	"github.com/pion/rtcp"
)

const (
	// reporterSSRC is who a receiver says that it is.
	reporterSSRC = 1
	// feedbackEvery is how often transport-wide feedback and requests for what is missing go out, each a round trip or more after
	// the last; maxAsks is how often something is asked for.
	feedbackEvery = 100 * time.Millisecond
	maxAsks       = 5
	maxBlocks     = 31 // of a report, RFC 3550 §6.4.1
)

// upkeep keeps the path open and sends feedback until the connection is closed. Who owes no quick feedback wakes seldom, so that
// many idle clients cost little.
func (c *Conn) upkeep() {
	every := reportEvery
	if c.ear.recorder != nil || c.client.workload.Loss > 0 {
		every = feedbackEvery
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	reported, consented := now(), now()
	for {
		select {
		case <-tick.C:
		case <-c.closed:
			return
		}
		at := now()
		if at-consented >= consentEvery {
			consented = at
			_ = c.sendCheck() // The next comes in time.
		}
		due := at-reported >= reportEvery
		if due {
			reported = at
		}
		if packets := c.feedback(at, due); len(packets) > 0 {
			c.sendRTCP(packets)
		}
	}
}

// feedback is what is to be said of what has been heard.
func (c *Conn) feedback(at time.Duration, report bool) (packets []rtcp.Packet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if report {
		packets = c.ear.reports(at)
	}
	if c.ear.recorder != nil {
		packets = append(packets, c.ear.recorder.BuildFeedbackPacket()...)
	}
	if c.client.workload.Loss > 0 {
		for _, s := range c.ear.streams {
			if s.kind == video {
				packets = append(packets, s.ask(at)...)
			}
		}
	}
	return packets
}

// reports are the receiver reports on all streams.
func (e *ear) reports(at time.Duration) (packets []rtcp.Packet) {
	var blocks []rtcp.ReceptionReport
	for _, s := range e.streams {
		b := rtcp.ReceptionReport{SSRC: s.ssrc, LastSequenceNumber: s.highest, TotalLost: s.lost, LastSenderReport: s.reported}
		if s.reported != 0 {
			b.Delay = uint32(min((at-s.reportedAt)*65536/time.Second, math.MaxUint32))
		}
		blocks = append(blocks, b)
	}
	for some := range slices.Chunk(blocks, maxBlocks) {
		packets = append(packets, &rtcp.ReceiverReport{SSRC: reporterSSRC, Reports: some})
	}
	return packets
}

// ask asks for what is missing, at most maxAsks times; then it is lost.
func (s *heard) ask(at time.Duration) []rtcp.Packet {
	var numbers []uint16
	s.missing = slices.DeleteFunc(s.missing, func(g gap) bool {
		if g.asked == maxAsks {
			s.lost++
		}
		return g.asked == maxAsks
	})
	for i := range s.missing {
		g := &s.missing[i]
		if g.asked == 0 || at-g.askedAt >= feedbackEvery {
			g.asked, g.askedAt = g.asked+1, at
			numbers = append(numbers, uint16(g.number))
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	return []rtcp.Packet{&rtcp.TransportLayerNack{
		SenderSSRC: reporterSSRC, MediaSSRC: s.ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers(numbers),
	}}
}
