package bot

import "github.com/pion/rtp/codecs"

// descriptorSize is that of the VP8 payload descriptor that bots send, in bytes.
const descriptorSize = 6

// appendDescriptor writes the payload descriptor of a frame in one packet, as Chromium's simulcast has it: a 15-bit picture ID,
// TL0PICIDX and a temporal layer that is always 0 (RFC 7741 §4.2).
func appendDescriptor(b []byte, pictureID uint16, tl0 uint8) []byte {
	const extended, start, hasPictureID, hasTL0, hasTID, longPictureID, baseSync = 0x80, 0x10, 0x80, 0x40, 0x20, 0x80, 0x20
	return append(b, extended|start, hasPictureID|hasTL0|hasTID, longPictureID|byte(pictureID>>8), byte(pictureID), tl0, baseSync)
}

// frameStart is what the start of a VP8 frame says.
type frameStart struct {
	ok, key bool
	height  int // of a key frame
}

// readFrameStart reads a packet's payload. It is not ok for a packet that does not start a frame.
func readFrameStart(payload []byte) frameStart {
	var p codecs.VP8Packet
	frame, err := p.Unmarshal(payload)
	if err != nil || p.S != 1 || p.PID != 0 || len(frame) == 0 {
		return frameStart{}
	}
	const keyHeader = 10 // RFC 6386 §9.1: tag 3, start code 3, width 2, height 2
	if frame[0]&1 != 0 || len(frame) < keyHeader {
		return frameStart{ok: true}
	}
	return frameStart{ok: true, key: true, height: int(frame[8]) | int(frame[9]&0x3f)<<8}
}
