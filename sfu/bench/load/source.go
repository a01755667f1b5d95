package load

import (
	"bytes"
	"context"
	"encoding/binary"
	"time"

	"github.com/pion/rtcp"
)

// The usual camera and microphone.
const (
	framesPerSecond = 25
	packetsPerFrame = 4 // of the best layer; the low one has one
	videoPayload    = 1100
	soundsPerSecond = 50
	soundPayload    = 80

	keyFrameEvery = 10 * time.Second
	reportEvery   = time.Second
	// maxBehind is how late a packet may be before it is left out: a slow machine must not send in one burst what it owes.
	maxBehind = 200 * time.Millisecond
)

// source sends a client's camera and microphone. It belongs to one goroutine.
type source struct {
	client  *Client
	conn    *Conn
	mic     *stream
	layers  []*stream
	keyAt   time.Time
	payload [videoPayload]byte
}

func newSource(client *Client, conn *Conn) *source {
	s := &source{client: client, conn: conn, mic: conn.streams[0], layers: conn.streams[1:]}
	for _, l := range s.layers {
		l.key.Store(true)
	}
	return s
}

// clock is something that is due again and again.
type clock struct {
	next  time.Time
	every time.Duration
}

func (s *source) run(ctx context.Context, phase time.Duration) {
	begin, rate := time.Now(), s.client.workload.rate()
	every := func(perSecond float64) time.Duration { return time.Duration(float64(time.Second) / (perSecond * rate)) }
	frames := clock{begin.Add(phase), every(framesPerSecond)}
	sounds := clock{begin.Add(phase / 2), every(soundsPerSecond)}
	reports := clock{begin.Add(reportEvery / 2), reportEvery}
	s.keyAt = begin.Add(keyFrameEvery)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		s.when(&sounds, s.sound)
		s.when(&frames, s.frames)
		s.when(&reports, s.report)
		next := sounds.next
		if frames.next.Before(next) {
			next = frames.next
		}
		timer.Reset(time.Until(next))
	}
}

// when does what is due, once for each time that has passed.
func (s *source) when(c *clock, do func(step time.Duration)) {
	s.conn.sending.Lock()
	defer s.conn.sending.Unlock()
	for now := time.Now(); !c.next.After(now); c.next = c.next.Add(c.every) {
		if now.Sub(c.next) > maxBehind {
			s.client.late.Add(1)
			continue
		}
		do(c.every)
	}
}

func (s *source) sound(step time.Duration) {
	const opusFullband20ms = 0x78 // RFC 6716 §3.1: CELT only, fullband, 20 ms, one frame
	payload := s.payload[:soundPayload]
	payload[0] = opusFullband20ms
	s.mic.timestamp += uint32(step * 48000 / time.Second)
	stamp(payload[1:], s.client.Index)
	s.conn.send(s.mic, payload, false)
	s.client.sent.Add(1)
}

func (s *source) frames(step time.Duration) {
	if now := time.Now(); now.After(s.keyAt) {
		s.keyAt = now.Add(keyFrameEvery)
		for _, l := range s.layers {
			l.key.Store(true)
		}
	}
	for _, l := range s.layers {
		s.frame(l, step)
	}
}

func (s *source) frame(l *stream, step time.Duration) {
	packets := 1
	if l.best {
		packets = packetsPerFrame
	}
	l.timestamp += uint32(step * 90000 / time.Second)
	l.picture, l.tl0 = (l.picture+1)&0x7fff, l.tl0+1
	key := l.key.Swap(false)
	for i := range packets {
		n := putVP8(s.payload[:], l, i == 0, key)
		stamp(s.payload[n:], s.client.Index)
		s.conn.send(l, s.payload[:], i == packets-1)
	}
	if l.best {
		s.client.sent.Add(packetsPerFrame)
	}
}

// putVP8 writes a payload descriptor as Chromium's (RFC 7741 §4.2: 15 bits of picture ID, TL0PICIDX, temporal layer 0) and, at the
// start of a frame, what tells a key frame (RFC 6386 §9.1). It returns how many bytes that are.
func putVP8(b []byte, l *stream, first, key bool) int {
	const extended, start, hasPictureID, hasTL0, hasTID, longPictureID, baseSync = 0x80, 0x10, 0x80, 0x40, 0x20, 0x80, 0x20
	b[0], b[1] = extended, hasPictureID|hasTL0|hasTID
	b[2], b[3], b[4], b[5] = longPictureID|byte(l.picture>>8), byte(l.picture), l.tl0, baseSync
	if !first {
		return 6
	}
	b[0] |= start
	if !key {
		return 6 + copy(b[6:], []byte{0x11, 0x02, 0x00})
	}
	return 6 + copy(b[6:], []byte{0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02}) // 1280x720
}

func (s *source) report(time.Duration) {
	var reports []rtcp.Packet
	at := time.Now()
	for _, l := range s.conn.streams {
		reports = append(reports, l.report(at))
	}
	s.conn.sealRTCP(reports...)
}

// A stamp says who sent a packet and when. It stands behind the codec's own first bytes, which a server may rewrite.
var stampMark = []byte("kringbenchmark")

const (
	stampSize = 14 + 2 + 8
	// stampWithin is how far into a payload its stamp begins at most.
	stampWithin = 32
)

func stamp(b []byte, index int) {
	n := copy(b, stampMark)
	binary.BigEndian.PutUint16(b[n:], uint16(index))
	binary.BigEndian.PutUint64(b[n+2:], uint64(now()))
}

func readStamp(payload []byte) (sent time.Duration, ok bool) {
	i := bytes.Index(payload[:min(len(payload), stampWithin+len(stampMark))], stampMark)
	if i < 0 || len(payload) < i+stampSize {
		return 0, false
	}
	return time.Duration(binary.BigEndian.Uint64(payload[i+len(stampMark)+2:])), true
}
