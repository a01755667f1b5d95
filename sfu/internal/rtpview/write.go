package rtpview

import "encoding/binary"

// Header is what is written before a payload.
type Header struct {
	Marker      bool
	PayloadType uint8
	Sequence    uint16
	Timestamp   uint32
	SSRC        uint32
	LevelID     uint8 // extension id of Level, 1 to 14; 0 leaves it out
	Level       uint8 // RFC 6464: V bit and level
	TransportID uint8 // extension id of Transport, 1 to 14; 0 leaves it out
	Transport   uint16
}

// MaxHeaderSize is the most that Put writes, in bytes.
const MaxHeaderSize = HeaderSize + 4 + 8

// Size is how many bytes Put writes.
func (h *Header) Size() int {
	n := h.extensionSize()
	if n == 0 {
		return HeaderSize
	}
	return HeaderSize + 4 + (n+3)&^3 // RFC 8285 §4.1: whole words
}

func (h *Header) extensionSize() (n int) {
	if h.LevelID != 0 {
		n += 2
	}
	if h.TransportID != 0 {
		n += 3
	}
	return n
}

// Put writes the header to the first Size bytes of b.
func (h *Header) Put(b []byte) {
	b[0], b[1] = 0x80, h.PayloadType
	if h.Marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], h.Sequence)
	binary.BigEndian.PutUint32(b[4:], h.Timestamp)
	binary.BigEndian.PutUint32(b[8:], h.SSRC)
	size := h.Size()
	if size == HeaderSize {
		return
	}
	b[0] |= 0x10
	words := uint32(size-HeaderSize-4) / 4
	binary.BigEndian.PutUint32(b[12:], profileOneByte<<16|words)
	e := b[16:size]
	clear(e)
	if h.LevelID != 0 {
		e[0], e[1] = h.LevelID<<4, h.Level // RFC 8285 §4.2: the length field is one less.
		e = e[2:]
	}
	if h.TransportID != 0 {
		e[0] = h.TransportID<<4 | 1
		binary.BigEndian.PutUint16(e[1:], h.Transport)
	}
}
