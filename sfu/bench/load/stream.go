package load

import (
	"encoding/binary"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
)

// kept is how many packets of a stream can be asked for again.
const kept = 256

// stream is what is sent under one SSRC: a microphone, or a layer of a camera with its retransmissions. Conn.sending guards it.
type stream struct {
	kind     kind
	mid, rid string
	best     bool // the camera's only layer, or the better of two
	ssrc     uint32
	rtxSSRC  uint32

	// As the server has agreed, 0 where it has not.
	mids, rids, repaired, level, twcc uint8

	sequence, rtxSequence uint16
	timestamp             uint32
	packets, octets       uint32
	picture               uint16
	tl0                   uint8
	sent                  [kept]*rtp.Packet // only with loss
	key                   atomic.Bool       // a key frame is wanted
}

// agree takes the ids of extensions. MID and RID are sent with simulcast only, where they are needed.
func (s *stream) agree(d *description) {
	if s.rid != "" {
		s.mids, s.rids = d.extensions[sdp.SDESMidURI], d.extensions[sdp.SDESRTPStreamIDURI]
		s.repaired = d.extensions[sdp.SDESRepairRTPStreamIDURI]
	}
	if s.kind == audio {
		s.level = d.extensions[sdp.AudioLevelURI]
	} else {
		s.twcc = d.extensions[sdp.TransportCCURI]
	}
}

// send sends a packet of the stream; c.sending is held.
func (c *Conn) send(s *stream, payload []byte, marker bool) {
	p := &rtp.Packet{Payload: payload, Header: rtp.Header{
		Version: 2, Marker: marker, PayloadType: vp8Type, SequenceNumber: s.sequence, Timestamp: s.timestamp, SSRC: s.ssrc,
	}}
	extend(p, s.mids, []byte(s.mid))
	extend(p, s.rids, []byte(s.rid))
	if s.kind == audio {
		p.PayloadType = opusType
		extend(p, s.level, []byte{0x80 | speechLevel})
	}
	if c.client.workload.Loss > 0 && s.kind == video {
		q := *p
		q.Header, q.Payload = p.Header.Clone(), append([]byte(nil), payload...)
		s.sent[s.sequence%kept] = &q
	}
	s.sequence++
	s.packets++
	s.octets += uint32(len(payload))
	c.emit(s, p)
}

// speechLevel is an RFC 6464 level of somebody who speaks, in -dBov.
const speechLevel = 20

// extend adds a header extension where it was agreed.
func extend(p *rtp.Packet, id uint8, value []byte) {
	if id != 0 {
		_ = p.SetExtension(id, value) // It fails for ids out of range only, and those are not agreed.
	}
}

// emit numbers a packet for the whole transport, where that was agreed, and sends it; c.sending is held.
func (c *Conn) emit(s *stream, p *rtp.Packet) {
	if s.twcc != 0 {
		c.transportSequence++
		extend(p, s.twcc, binary.BigEndian.AppendUint16(nil, c.transportSequence))
	}
	n, err := p.MarshalTo(c.plain[:])
	if err == nil {
		c.sendRTP(c.plain[:n])
	}
}

// resend answers a NACK with what is kept, as RFC 4588 has it.
func (c *Conn) resend(nack *rtcp.TransportLayerNack) {
	s := c.stream(nack.MediaSSRC)
	if s == nil {
		return
	}
	c.sending.Lock()
	defer c.sending.Unlock()
	for _, pair := range nack.Nacks {
		for _, sequence := range pair.PacketList() {
			if p := s.sent[sequence%kept]; p != nil && p.SequenceNumber == sequence {
				c.emit(s, s.retransmission(p))
			}
		}
	}
}

// retransmission is RFC 4588 §4: another stream, and the original number before the payload.
func (s *stream) retransmission(p *rtp.Packet) *rtp.Packet {
	s.rtxSequence++
	q := &rtp.Packet{
		Header: rtp.Header{
			Version: 2, Marker: p.Marker, PayloadType: rtxType, SequenceNumber: s.rtxSequence, Timestamp: p.Timestamp, SSRC: s.rtxSSRC,
		},
		Payload: append(binary.BigEndian.AppendUint16(nil, p.SequenceNumber), p.Payload...),
	}
	extend(q, s.mids, []byte(s.mid))
	extend(q, s.repaired, []byte(s.rid))
	return q
}

func (c *Conn) stream(ssrc uint32) *stream {
	for _, s := range c.streams {
		if s.ssrc == ssrc {
			return s
		}
	}
	return nil
}

func (c *Conn) wantKeyFrame(ssrc uint32) {
	if s := c.stream(ssrc); s != nil {
		s.key.Store(true)
	}
}

// report tells the server when the stream's timestamps were, RFC 3550 §6.4.1; c.sending is held.
func (s *stream) report(at time.Time) *rtcp.SenderReport {
	return &rtcp.SenderReport{SSRC: s.ssrc, NTPTime: ntp(at), RTPTime: s.timestamp, PacketCount: s.packets, OctetCount: s.octets}
}

// ntp is a time in NTP's form: seconds since 1900 and their fraction in 32 bits each.
func ntp(t time.Time) uint64 {
	const from1900 = 2_208_988_800
	return uint64(t.Unix()+from1900)<<32 + uint64(t.Nanosecond())<<32/uint64(time.Second)
}
