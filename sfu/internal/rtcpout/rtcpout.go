// Package rtcpout writes the RTCP packets that the core sends, onto the end of a slice: reports (RFC 3550 §6.4) and feedback
// (RFC 4585). Nothing is allocated where the slice has room.
package rtcpout

import (
	"encoding/binary"

	"kring/sfu/internal/reception"
)

// Sender is the SSRC of the core's feedback: it sends no media under it.
const Sender = 1

// Sizes in bytes of what is appended.
const (
	SenderReportSize   = 28
	ReceiverReportHead = 8
	ReportBlockSize    = 24
	MaxReportBlocks    = 31
)

// Block is a report block on one received stream. LastReport and DelaySinceLast (1/65536 s) are 0 if the stream has sent no
// report yet.
type Block struct {
	SSRC uint32
	reception.Report
	LastReport, DelaySinceLast uint32
}

// SenderInfo is a sender report: the NTP time and the RTP time are the same instant of the stream.
type SenderInfo struct {
	SSRC            uint32
	NTP             uint64
	RTP             uint32
	Packets, Octets uint32
}

// SenderReport appends a sender report without report blocks.
func SenderReport(b []byte, s SenderInfo) []byte {
	b = header(b, 0, 200, SenderReportSize)
	b = binary.BigEndian.AppendUint32(b, s.SSRC)
	b = binary.BigEndian.AppendUint64(b, s.NTP)
	b = binary.BigEndian.AppendUint32(b, s.RTP)
	b = binary.BigEndian.AppendUint32(b, s.Packets)
	return binary.BigEndian.AppendUint32(b, s.Octets)
}

// ReceiverReport appends a receiver report of at most MaxReportBlocks blocks; the rest is left out.
func ReceiverReport(b []byte, blocks []Block) []byte {
	blocks = blocks[:min(len(blocks), MaxReportBlocks)]
	b = header(b, uint8(len(blocks)), 201, ReceiverReportHead+ReportBlockSize*len(blocks))
	b = binary.BigEndian.AppendUint32(b, Sender)
	for _, r := range blocks {
		b = binary.BigEndian.AppendUint32(b, r.SSRC)
		b = binary.BigEndian.AppendUint32(b, uint32(r.FractionLost)<<24|uint32(r.TotalLost)&0xffffff)
		b = binary.BigEndian.AppendUint32(b, r.Highest)
		b = binary.BigEndian.AppendUint32(b, r.Jitter)
		b = binary.BigEndian.AppendUint32(b, r.LastReport)
		b = binary.BigEndian.AppendUint32(b, r.DelaySinceLast)
	}
	return b
}

// PLI appends a request for a key frame, RFC 4585 §6.3.1.
func PLI(b []byte, ssrc uint32) []byte {
	b = header(b, 1, 206, 12)
	b = binary.BigEndian.AppendUint32(b, Sender)
	return binary.BigEndian.AppendUint32(b, ssrc)
}

// Nack appends a request for the packets with these numbers, in ascending order, RFC 4585 §6.2.1.
func Nack(b []byte, ssrc uint32, numbers []uint16) []byte {
	start := len(b)
	b = header(b, 1, 205, 0)
	b = binary.BigEndian.AppendUint32(b, Sender)
	b = binary.BigEndian.AppendUint32(b, ssrc)
	for len(numbers) > 0 {
		id, following := numbers[0], uint16(0)
		numbers = numbers[1:]
		for len(numbers) > 0 && numbers[0]-id-1 < 16 {
			following |= 1 << (numbers[0] - id - 1) // Bit i of the mask is packet id+i+1.
			numbers = numbers[1:]
		}
		b = binary.BigEndian.AppendUint16(b, id)
		b = binary.BigEndian.AppendUint16(b, following)
	}
	binary.BigEndian.PutUint16(b[start+2:], uint16((len(b)-start)/4-1))
	return b
}

func header(b []byte, count, packetType uint8, size int) []byte {
	return append(b, 0x80|count, packetType, byte((size/4-1)>>8), byte(size/4-1))
}
