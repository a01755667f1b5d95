package bot

import (
	"bytes"
	"testing"
	"time"

	"github.com/pion/rtp/codecs"

	"kring/signaling/bot/face"
)

func TestMarkStandsInOpusPadding(t *testing.T) {
	f, err := face.New(0)
	if err != nil {
		t.Fatal(err)
	}
	m := mark{from: "participant-1", at: time.UnixMicro(1_700_000_000_123_456)}
	for _, packet := range append(f.Tone, opusSilence) {
		marked := markOpus(packet, m)
		got, ok := readMark(marked)
		if !ok || got.from != m.from || !got.at.Equal(m.at) {
			t.Fatalf("got %v %v, want %v", got, ok, m)
		}
		if frame := unpad(t, marked); !bytes.Equal(frame, packet[1:]) {
			t.Fatalf("the frame has changed: %x, was %x", frame, packet[1:])
		}
	}
}

// unpad reads a packet of code 3 as RFC 6716 §3.2.5 has it.
func unpad(t *testing.T, packet []byte) []byte {
	t.Helper()
	if packet[0]&3 != 3 || packet[1]&0x3f != 1 || packet[1]&0x40 == 0 || packet[2] == 255 {
		t.Fatalf("not one frame with short padding: %x", packet[:3])
	}
	return packet[3 : len(packet)-int(packet[2])]
}

func TestDescriptorReadsBack(t *testing.T) {
	f, err := face.New(1)
	if err != nil {
		t.Fatal(err)
	}
	m := mark{from: "p", at: time.UnixMicro(1)}
	payload := m.append(append(appendDescriptor(nil, 0x7fff, 255), f.High.Key...))
	var p codecs.VP8Packet
	if _, err := p.Unmarshal(payload); err != nil || p.PictureID != 0x7fff || p.TL0PICIDX != 255 || p.TID != 0 {
		t.Fatalf("%v: %+v", err, p)
	}
	if s := readFrameStart(payload); !s.key || s.height != face.HighSize[1] {
		t.Fatalf("got %+v, want a key frame of height %d", s, face.HighSize[1])
	}
	delta := append(appendDescriptor(nil, 0, 0), f.High.Delta...)
	if s := readFrameStart(delta); !s.ok || s.key {
		t.Fatalf("got %+v, want a frame that is no key frame", s)
	}
}

// FuzzReceived feeds what a bot reads from the network: the mark, and the start of a frame.
func FuzzReceived(f *testing.F) {
	f.Add(mark{from: "p", at: time.UnixMicro(1)}.append(nil))
	f.Add(append(appendDescriptor(nil, 1, 1), 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0, 0, 0, 0))
	f.Add([]byte(markWord))
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, ok := readMark(data); ok && !bytes.HasSuffix(data, m.append(nil)) {
			t.Fatalf("%x is not the mark %+v", data, m)
		}
		readFrameStart(data)
	})
}
