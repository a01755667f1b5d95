// Package rtpview reads and writes RTP headers (RFC 3550 §5.1), their extensions (RFC 8285) and VP8 payload descriptors
// (RFC 7741 §4.2) in place: nothing is copied and nothing is allocated. It keeps no state and knows no payload but VP8's
// descriptor. Its input is hostile: whatever does not fit is ErrMalformed.
package rtpview

import (
	"encoding/binary"
	"errors"
)

// ErrMalformed is the error of a packet that is not what its header says.
var ErrMalformed = errors.New("malformed RTP packet")

// HeaderSize is the size in bytes of a header without CSRCs and extensions.
const HeaderSize = 12

// Profiles of a header extension, RFC 8285 §4.2 and §4.3. The low four bits of the second are for the application.
const (
	profileOneByte = 0xbede
	profileTwoByte = 0x1000
)

// View is a parsed packet. Its slices are parts of the packet.
type View struct {
	Marker      bool
	PayloadType uint8
	Sequence    uint16
	Timestamp   uint32
	SSRC        uint32
	HeaderSize  int    // bytes before the payload: fixed header, CSRCs and extensions
	Payload     []byte // without padding
	extensions  []byte
	twoByte     bool
}

// Parse reads a packet. The view is valid as long as the packet is.
func Parse(packet []byte, v *View) error {
	if len(packet) < HeaderSize || packet[0]>>6 != 2 {
		return ErrMalformed
	}
	v.Marker = packet[1]&0x80 != 0
	v.PayloadType = packet[1] & 0x7f
	v.Sequence = binary.BigEndian.Uint16(packet[2:])
	v.Timestamp = binary.BigEndian.Uint32(packet[4:])
	v.SSRC = binary.BigEndian.Uint32(packet[8:])
	v.HeaderSize = HeaderSize + 4*int(packet[0]&0x0f)
	v.extensions, v.twoByte = nil, false
	if packet[0]&0x10 != 0 {
		if err := v.parseExtension(packet); err != nil {
			return err
		}
	}
	if len(packet) < v.HeaderSize {
		return ErrMalformed
	}
	v.Payload = packet[v.HeaderSize:]
	if packet[0]&0x20 != 0 {
		return v.trimPadding()
	}
	return nil
}

// parseExtension finds the extension block and checks that its elements fit. A profile that is not RFC 8285's is skipped.
func (v *View) parseExtension(packet []byte) error {
	if len(packet) < v.HeaderSize+4 {
		return ErrMalformed
	}
	profile := binary.BigEndian.Uint16(packet[v.HeaderSize:])
	start := v.HeaderSize + 4
	end := start + 4*int(binary.BigEndian.Uint16(packet[v.HeaderSize+2:]))
	if len(packet) < end {
		return ErrMalformed
	}
	v.HeaderSize = end
	if profile != profileOneByte && profile&0xfff0 != profileTwoByte {
		return nil
	}
	v.extensions, v.twoByte = packet[start:end], profile != profileOneByte
	for rest := v.extensions; len(rest) > 0; {
		var ok bool
		if _, _, rest, ok = v.element(rest); !ok {
			return ErrMalformed
		}
	}
	return nil
}

// element splits the first element off an extension block. Padding is an element with id 0.
func (v *View) element(block []byte) (id uint8, data, rest []byte, ok bool) {
	if block[0] == 0 {
		return 0, nil, block[1:], true
	}
	head, size := 1, int(block[0]&0x0f)+1
	id = block[0] >> 4
	if v.twoByte {
		if len(block) < 2 {
			return 0, nil, nil, false
		}
		head, size, id = 2, int(block[1]), block[0]
	} else if id == 15 {
		return 0, nil, nil, true // RFC 8285 §4.2: the id 15 ends the block.
	}
	if len(block) < head+size {
		return 0, nil, nil, false
	}
	return id, block[head : head+size], block[head+size:], true
}

// trimPadding takes off what the padding bit announces: RFC 3550 §5.1, the last byte counts itself.
func (v *View) trimPadding() error {
	n := len(v.Payload)
	if n == 0 || v.Payload[n-1] == 0 || int(v.Payload[n-1]) > n {
		return ErrMalformed
	}
	v.Payload = v.Payload[:n-int(v.Payload[n-1])]
	return nil
}

// Extension is the data of the header extension with this id, nil if it is not there or id is 0.
func (v *View) Extension(id uint8) []byte {
	if id == 0 {
		return nil
	}
	for rest := v.extensions; len(rest) > 0; {
		var (
			found uint8
			data  []byte
		)
		if found, data, rest, _ = v.element(rest); found == id {
			return data
		}
	}
	return nil
}
