package rtpview

import "encoding/binary"

// VP8 is a payload descriptor. Where the picture id and TL0PICIDX stand is kept, so that they can be rewritten in place.
type VP8 struct {
	KeyFrame  bool // the packet begins a key frame
	PictureID uint16
	TL0PICIDX uint8

	pictureAt uint8 // offset in the payload, 0 if there is none: the first byte is never it
	tl0At     uint8
	long      bool // 15 bits
}

// ParseVP8 reads the descriptor of a VP8 payload and the first byte of the frame's header, RFC 7741 §4.2 and §4.3. Both are in
// clear under end-to-end encryption.
func ParseVP8(payload []byte) (VP8, error) {
	var d VP8
	if len(payload) < 2 {
		return d, ErrMalformed
	}
	at := 1
	if payload[0]&0x80 != 0 {
		var ok bool
		if at, ok = d.parseExtended(payload); !ok {
			return d, ErrMalformed
		}
	}
	if at >= len(payload) {
		return d, ErrMalformed
	}
	// S is set and PID is 0 in the first packet of a frame; P is clear in a key frame.
	d.KeyFrame = payload[0]&0x1f == 0x10 && payload[at]&1 == 0
	return d, nil
}

// parseExtended reads the bytes that the X bit announces and returns the size of the whole descriptor.
func (d *VP8) parseExtended(payload []byte) (size int, ok bool) {
	flags, at := payload[1], 2
	if flags&0x80 != 0 {
		if at >= len(payload) {
			return 0, false
		}
		d.pictureAt, d.long = uint8(at), payload[at]&0x80 != 0
		d.PictureID = uint16(payload[at] & 0x7f)
		at++
		if d.long {
			if at >= len(payload) {
				return 0, false
			}
			d.PictureID = d.PictureID<<8 | uint16(payload[at])
			at++
		}
	}
	if flags&0x40 != 0 {
		if at >= len(payload) {
			return 0, false
		}
		d.tl0At, d.TL0PICIDX = uint8(at), payload[at]
		at++
	}
	if flags&0x30 != 0 {
		at++
	}
	return at, true
}

// PictureBits is the width of the picture id: 15, 7, or 0 if there is none.
func (d *VP8) PictureBits() int {
	switch {
	case d.pictureAt == 0:
		return 0
	case d.long:
		return 15
	default:
		return 7
	}
}

// HasTL0PICIDX reports whether there is one.
func (d *VP8) HasTL0PICIDX() bool { return d.tl0At != 0 }

// Put writes a picture id and a TL0PICIDX over those of the payload that the descriptor was read from, in their own widths.
func (d *VP8) Put(payload []byte, pictureID uint16, tl0 uint8) {
	switch d.PictureBits() {
	case 15:
		binary.BigEndian.PutUint16(payload[d.pictureAt:], pictureID|0x8000)
	case 7:
		payload[d.pictureAt] = uint8(pictureID & 0x7f)
	}
	if d.tl0At != 0 {
		payload[d.tl0At] = tl0
	}
}
