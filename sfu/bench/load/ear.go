package load

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"

	"kring/sfu/internal/rtpview"
)

const (
	// sampleEvery is how many packets of a stream come for one that is opened. A power of two.
	sampleEvery = 16
	// noteEvery is how many packets come for one that wakes who waits for the crowd.
	noteEvery = 64
	// maxStreams bounds what a server may send.
	maxStreams = 256
	// maxMissing is how many gaps of a stream are remembered, maxLeap the largest gap that is one: after another the stream
	// begins anew.
	maxMissing = 256
	maxLeap    = 1000
)

// ear is what a connection hears. Conn.mu guards it.
type ear struct {
	types    map[uint8]kind
	repairs  map[uint32]uint32
	twcc     uint8
	recorder *twcc.Recorder
	streams  map[uint32]*heard
	view     rtpview.View
	tally    tally
	delays   []time.Duration
}

// tally is what has come.
type tally struct {
	streams                     int
	delivered, repaired, broken uint64
}

func (t tally) plus(o tally) tally {
	return tally{t.streams + o.streams, t.delivered + o.delivered, t.repaired + o.repaired, t.broken + o.broken}
}

func newEar() ear { return ear{streams: map[uint32]*heard{}} }

// agree takes what the server has said that it sends.
func (e *ear) agree(d *description) {
	e.types, e.repairs = d.types, d.repairs
	if id := d.extensions[sdp.TransportCCURI]; id != 0 {
		e.twcc, e.recorder = id, twcc.NewRecorder(reporterSSRC)
	}
}

// takeRTP counts a packet and opens it if it is a sample, or a retransmission, whose number is sealed; c.mu is held.
func (c *Conn) takeRTP(d []byte, at time.Duration) {
	e := &c.ear
	if rtpview.Parse(d, &e.view) != nil {
		return
	}
	v := &e.view
	if e.recorder != nil {
		if n := v.Extension(e.twcc); len(n) == 2 {
			e.recorder.Record(v.SSRC, binary.BigEndian.Uint16(n), at.Microseconds())
		}
	}
	k := e.types[v.PayloadType]
	if k == retransmission {
		c.takeRepair(d, v.SSRC)
		return
	}
	s := e.stream(v.SSRC, k)
	if s == nil || !s.arrive(v.Sequence) || d[0]&0x20 != 0 {
		return // Not ours, or a second time, or padding: a probe.
	}
	if !s.counts {
		s.counts = true
		e.tally.streams++
	}
	if e.tally.delivered++; s.highest == s.base || e.tally.delivered%noteEvery == 0 {
		c.client.noteArrival()
	}
	if v.Sequence%sampleEvery == 0 {
		c.sample(d, at)
	}
}

// sample opens a packet and notes how long it took; c.mu is held.
func (c *Conn) sample(d []byte, at time.Duration) {
	payload, ok := c.open(d)
	if !ok {
		return
	}
	if sent, ok := readStamp(payload); ok {
		c.ear.delays = append(c.ear.delays, at-sent)
	} else {
		c.ear.tally.broken++
	}
}

// takeRepair fills the gap that a retransmission is for, RFC 4588 §4; c.mu is held.
func (c *Conn) takeRepair(d []byte, ssrc uint32) {
	s := c.ear.streams[c.ear.repairs[ssrc]]
	if s == nil {
		return
	}
	payload, ok := c.open(d)
	if ok && len(payload) > 2 && s.fill(s.extend(binary.BigEndian.Uint16(payload))) {
		c.ear.tally.delivered++
		c.ear.tally.repaired++
	}
}

// open opens a packet; c.mu is held.
func (c *Conn) open(d []byte) (payload []byte, ok bool) {
	var h rtp.Header
	opened, err := c.in.DecryptRTP(c.opened[:0], d, &h)
	if err != nil {
		c.ear.tally.broken++
		return nil, false
	}
	c.opened = opened
	var p rtp.Packet
	if p.Unmarshal(opened) != nil {
		c.ear.tally.broken++
		return nil, false
	}
	return p.Payload, true
}

// stream finds what an SSRC is, nil if it is nothing that we count.
func (e *ear) stream(ssrc uint32, k kind) *heard {
	s := e.streams[ssrc]
	if s == nil && (k == audio || k == video) && len(e.streams) < maxStreams {
		s = &heard{ssrc: ssrc, kind: k}
		e.streams[ssrc] = s
	}
	return s
}

func (e *ear) noteReport(r *rtcp.SenderReport, at time.Duration) {
	if s := e.streams[r.SSRC]; s != nil {
		s.reported, s.reportedAt = uint32(r.NTPTime>>16), at
	}
}

// heard is one stream that comes.
type heard struct {
	ssrc          uint32
	kind          kind
	started       bool
	counts        bool // some of it was no padding
	base, highest uint32
	missing       []gap
	lost          uint32 // gaps that were given up

	reported   uint32 // the middle of the last sender report's NTP time
	reportedAt time.Duration
}

// gap is a number that has not come.
type gap struct {
	number  uint32 // extended
	asked   int
	askedAt time.Duration
}

// arrive notes a number and reports whether it is new.
func (s *heard) arrive(sequence uint16) bool {
	if !s.started {
		s.started = true
		s.base = 1<<16 | uint32(sequence) // not 0, so that what is older than the first is still positive
		s.highest = s.base
		return true
	}
	n := s.extend(sequence)
	if n <= s.highest {
		return s.fill(n)
	}
	if n-s.highest > maxLeap {
		s.missing = s.missing[:0]
	} else {
		for i := s.highest + 1; i < n; i++ {
			s.miss(i)
		}
	}
	s.highest = n
	return true
}

// extend gives a number its upper bits: the nearest to the highest, RFC 3550 appendix A.1.
func (s *heard) extend(sequence uint16) uint32 {
	return s.highest + uint32(int32(int16(sequence-uint16(s.highest))))
}

func (s *heard) miss(n uint32) {
	if len(s.missing) == maxMissing {
		s.missing = slices.Delete(s.missing, 0, 1)
		s.lost++
	}
	s.missing = append(s.missing, gap{number: n})
}

// fill closes a gap, false if there is none.
func (s *heard) fill(n uint32) bool {
	i := slices.IndexFunc(s.missing, func(g gap) bool { return g.number == n })
	if i < 0 {
		return false
	}
	s.missing = slices.Delete(s.missing, i, i+1)
	return true
}
