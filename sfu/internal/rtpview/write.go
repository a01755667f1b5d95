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
}

// MaxHeaderSize is the most that Put writes, in bytes.
const MaxHeaderSize = HeaderSize + 8

// Size is how many bytes Put writes.
func (h *Header) Size() int {
	if h.LevelID == 0 {
		return HeaderSize
	}
	return MaxHeaderSize
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
	if h.LevelID == 0 {
		return
	}
	b[0] |= 0x10
	binary.BigEndian.PutUint32(b[12:], profileOneByte<<16|1)
	b[16], b[17], b[18], b[19] = h.LevelID<<4, h.Level, 0, 0 // RFC 8285 §4.2: the length field is one less.
}
