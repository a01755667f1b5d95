// Package rtcpin reads RTCP compounds (RFC 3550 §6, RFC 4585, RFC 5104) from a client: sender reports, report blocks, generic
// NACKs, key-frame requests and transport-wide feedback. Everything else is stepped over. It allocates nothing, and what a packet may ask for is
// bounded: a compound is refused whole before any of it is acted on.
package rtcpin

import (
	"encoding/binary"
	"errors"
	"time"
)

// ErrMalformed is the error of a compound whose parts do not fit.
var ErrMalformed = errors.New("malformed RTCP packet")

// Bounds of one compound: so many packets, and so many pairs of packet id and bitmask in its NACKs. What is beyond is left out.
const (
	maxPackets   = 64
	maxNackPairs = 64
)

// Packet types.
const (
	typeSenderReport      = 200
	typeReceiverReport    = 201
	typeTransportFeedback = 205
	typePayloadFeedback   = 206
)

// Feedback message types.
const (
	formatNack = 1 // RFC 4585 §6.2.1
	formatPLI  = 1 // RFC 4585 §6.3.1
	formatFIR  = 4 // RFC 5104 §4.3.1
)

// Report is a block of a sender or receiver report, RFC 3550 §6.4.1.
type Report struct {
	SSRC           uint32
	FractionLost   uint8  // since the report before, in 1/256
	LastReport     uint32 // the middle 32 bits of the NTP time of the sender report it answers, 0 if none has come
	DelaySinceLast uint32 // in 1/65536 s
}

// Reader is told what a compound holds, in order.
type Reader interface {
	// SenderReport tells that the NTP time and the RTP time of a stream are the same instant.
	SenderReport(ssrc uint32, ntp uint64, rtp uint32)
	Report(Report)
	// Nack asks for the packet id and, for each set bit i of following, for id+i+1.
	Nack(ssrc uint32, id, following uint16)
	KeyFrameRequest(ssrc uint32)
	// Arrival tells whether the packet with a transport-wide number came, and if so when, by the clock of who received it.
	Arrival(number uint16, came bool, at time.Duration)
}

// Read checks a compound and then tells r what it holds.
func Read(compound []byte, r Reader) error {
	if !fits(compound) {
		return ErrMalformed
	}
	pairs, left := maxNackPairs, maxArrivals
	for len(compound) > 0 {
		size := packetSize(compound)
		packet := trimPadding(compound[:size])
		count := int(packet[0] & 0x1f)
		switch packet[1] {
		case typeSenderReport:
			senderReport(packet, count, r)
		case typeReceiverReport:
			reports(packet, 8, count, r)
		case typeTransportFeedback:
			switch count {
			case formatNack:
				pairs = nacks(packet, pairs, r)
			case formatArrivals:
				left = arrivals(packet, left, r)
			}
		case typePayloadFeedback:
			payloadFeedback(packet, count, r)
		}
		compound = compound[size:]
	}
	return nil
}

// fits reports whether the packets of a compound fill it exactly, and each holds what its type and count promise.
func fits(compound []byte) bool {
	if len(compound) == 0 {
		return false
	}
	for range maxPackets {
		if len(compound) == 0 {
			return true
		}
		if len(compound) < 4 || compound[0]>>6 != 2 || packetSize(compound) > len(compound) {
			return false
		}
		packet := compound[:packetSize(compound)]
		if packet[0]&0x20 != 0 && !paddingFits(packet) {
			return false
		}
		if packet = trimPadding(packet); len(packet) < leastSize(packet) {
			return false
		}
		compound = compound[packetSize(compound):]
	}
	return len(compound) == 0
}

func packetSize(packet []byte) int { return 4 * (int(binary.BigEndian.Uint16(packet[2:])) + 1) }

// paddingFits allows padding of one to three bytes too, which RFC 3550 §6.4.1 does not: browsers end transport-wide feedback so.
func paddingFits(packet []byte) bool {
	n := int(packet[len(packet)-1])
	return n > 0 && n <= len(packet)-4
}

func trimPadding(packet []byte) []byte {
	if packet[0]&0x20 == 0 {
		return packet
	}
	return packet[:len(packet)-int(packet[len(packet)-1])]
}

// leastSize is the size in bytes that a packet must have, by its type and count.
func leastSize(packet []byte) int {
	count := int(packet[0] & 0x1f)
	switch packet[1] {
	case typeSenderReport:
		return 28 + 24*count
	case typeReceiverReport:
		return 8 + 24*count
	case typeTransportFeedback, typePayloadFeedback:
		return 12
	default:
		return 4
	}
}

func senderReport(packet []byte, count int, r Reader) {
	r.SenderReport(binary.BigEndian.Uint32(packet[4:]), binary.BigEndian.Uint64(packet[8:]), binary.BigEndian.Uint32(packet[16:]))
	reports(packet, 28, count, r)
}

func reports(packet []byte, at, count int, r Reader) {
	for ; count > 0; count-- {
		b := packet[at:]
		r.Report(Report{
			SSRC:           binary.BigEndian.Uint32(b),
			FractionLost:   b[4],
			LastReport:     binary.BigEndian.Uint32(b[16:]),
			DelaySinceLast: binary.BigEndian.Uint32(b[20:]),
		})
		at += 24
	}
}

// nacks tells of NACKs and returns how many pairs are left.
func nacks(packet []byte, pairs int, r Reader) int {
	ssrc := binary.BigEndian.Uint32(packet[8:])
	for rest := packet[12:]; len(rest) >= 4 && pairs > 0; rest = rest[4:] {
		r.Nack(ssrc, binary.BigEndian.Uint16(rest), binary.BigEndian.Uint16(rest[2:]))
		pairs--
	}
	return pairs
}

func payloadFeedback(packet []byte, format int, r Reader) {
	switch format {
	case formatPLI:
		r.KeyFrameRequest(binary.BigEndian.Uint32(packet[8:]))
	case formatFIR:
		for rest := packet[12:]; len(rest) >= 8; rest = rest[8:] {
			r.KeyFrameRequest(binary.BigEndian.Uint32(rest))
		}
	}
}
