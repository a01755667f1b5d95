package rtpview

import (
	"bytes"
	"errors"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
)

func TestParseReadsWhatAnotherLibraryWrote(t *testing.T) {
	for _, profile := range []uint16{rtp.ExtensionProfileOneByte, rtp.ExtensionProfileTwoByte} {
		p := rtp.Packet{Header: rtp.Header{
			Version: 2, Marker: true, PayloadType: 96, SequenceNumber: 65535, Timestamp: 7, SSRC: 9, CSRC: []uint32{1, 2},
			Extension: true, ExtensionProfile: profile,
		}, Payload: []byte{1, 2, 3}, PaddingSize: 4}
		p.Padding = true
		for id, data := range map[uint8]string{1: "mid", 4: "q", 14: "\x85"} {
			if err := p.SetExtension(id, []byte(data)); err != nil {
				t.Fatal(err)
			}
		}
		raw, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		var v View
		if err := Parse(raw, &v); err != nil {
			t.Fatalf("profile %x: %v", profile, err)
		}
		if !v.Marker || v.PayloadType != 96 || v.Sequence != 65535 || v.Timestamp != 7 || v.SSRC != 9 {
			t.Errorf("profile %x: header %+v", profile, v)
		}
		if !bytes.Equal(v.Payload, []byte{1, 2, 3}) {
			t.Errorf("profile %x: payload %x", profile, v.Payload)
		}
		if string(v.Extension(1)) != "mid" || string(v.Extension(4)) != "q" || string(v.Extension(14)) != "\x85" {
			t.Errorf("profile %x: extensions %q %q %q", profile, v.Extension(1), v.Extension(4), v.Extension(14))
		}
		if v.Extension(0) != nil || v.Extension(3) != nil {
			t.Errorf("profile %x: an extension that is not there was found", profile)
		}
	}
}

func TestParseRefusesWhatDoesNotFit(t *testing.T) {
	head := func(first byte) []byte { return []byte{first, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3} }
	for name, packet := range map[string][]byte{
		"empty":                    {},
		"short":                    head(0x80)[:11],
		"version 1":                head(0x40),
		"CSRCs beyond the end":     append(head(0x82), 0, 0, 0, 1),
		"no extension header":      head(0x90),
		"extension beyond the end": append(head(0x90), 0xbe, 0xde, 0, 2, 0, 0, 0, 0),
		"one-byte element too big": append(head(0x90), 0xbe, 0xde, 0, 1, 0x1f, 0, 0, 0),
		"two-byte element too big": append(head(0x90), 0x10, 0x00, 0, 1, 1, 200, 0, 0),
		"two-byte element cut":     append(head(0x90), 0x10, 0x00, 0, 1, 0, 0, 0, 1),
		"padding of nothing":       head(0xa0),
		"padding of 0":             append(head(0xa0), 1, 0),
		"padding beyond the start": append(head(0xa0), 1, 3),
	} {
		var v View
		if err := Parse(packet, &v); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPaddingOnlyHasNoPayload(t *testing.T) {
	var v View
	if err := Parse([]byte{0xa0, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4}, &v); err != nil || len(v.Payload) != 0 {
		t.Errorf("payload %x, %v", v.Payload, err)
	}
}

func TestPutIsReadByAnotherLibrary(t *testing.T) {
	for _, ids := range [][2]uint8{{0, 0}, {14, 0}, {0, 3}, {14, 3}} {
		h := Header{
			Marker: true, PayloadType: 111, Sequence: 65535, Timestamp: 1 << 31, SSRC: 77,
			LevelID: ids[0], Level: 0x9e, TransportID: ids[1], Transport: 0xfedc,
		}
		b := make([]byte, h.Size(), MaxHeaderSize+1)
		h.Put(b)
		var p rtp.Packet
		if err := p.Unmarshal(append(b, 5)); err != nil {
			t.Fatal(err)
		}
		if !p.Marker || p.PayloadType != 111 || p.SequenceNumber != 65535 || p.Timestamp != 1<<31 || p.SSRC != 77 || !bytes.Equal(p.Payload, []byte{5}) {
			t.Errorf("%+v, payload %x", p.Header, p.Payload)
		}
		if level := p.GetExtension(14); ids[0] == 0 != (level == nil) || level != nil && !bytes.Equal(level, []byte{0x9e}) {
			t.Errorf("ids %v: level %x", ids, level)
		}
		if number := p.GetExtension(3); ids[1] == 0 != (number == nil) || number != nil && !bytes.Equal(number, []byte{0xfe, 0xdc}) {
			t.Errorf("ids %v: number %x", ids, number)
		}
	}
}

func TestVP8Descriptors(t *testing.T) {
	for name, c := range map[string]struct {
		payload []byte
		key     bool
		bits    int
		picture uint16
		tl0     int // -1: none
	}{
		"plain key frame":          {[]byte{0x10, 0x00}, true, 0, 0, -1},
		"plain delta":              {[]byte{0x10, 0x01}, false, 0, 0, -1},
		"second packet of a frame": {[]byte{0x00, 0x00}, false, 0, 0, -1},
		"second partition":         {[]byte{0x11, 0x00}, false, 0, 0, -1},
		"7 bits":                   {[]byte{0x90, 0x80, 0x7f, 0x00}, true, 7, 127, -1},
		"15 bits":                  {[]byte{0x90, 0x80, 0xff, 0xff, 0x00}, true, 15, 32767, -1},
		"all":                      {[]byte{0x90, 0xf0, 0x81, 0x02, 9, 0x20, 0x01}, false, 15, 258, 9},
		"TL0PICIDX alone":          {[]byte{0x90, 0x40, 200, 0x00}, true, 0, 0, 200},
	} {
		d, err := ParseVP8(c.payload)
		if err != nil || d.KeyFrame != c.key || d.PictureBits() != c.bits || d.PictureID != c.picture {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
		if d.HasTL0PICIDX() != (c.tl0 >= 0) || c.tl0 >= 0 && int(d.TL0PICIDX) != c.tl0 {
			t.Errorf("%s: TL0PICIDX %+v", name, d)
		}
	}
	for _, cut := range [][]byte{{}, {0x10}, {0x90, 0x80}, {0x90, 0x80, 0x80}, {0x90, 0xc0, 1}, {0x90, 0x20, 0}, {0x90, 0x00}} {
		if _, err := ParseVP8(cut); !errors.Is(err, ErrMalformed) {
			t.Errorf("%x: %v", cut, err)
		}
	}
}

func TestVP8PutKeepsTheWidths(t *testing.T) {
	for _, payload := range [][]byte{
		{0x90, 0xf0, 0x81, 0x02, 9, 0x20, 0x01}, {0x90, 0xc0, 0x05, 9, 0x01}, {0x90, 0x80, 0x05, 0x01}, {0x10, 0x01},
	} {
		d, err := ParseVP8(payload)
		if err != nil {
			t.Fatal(err)
		}
		before := d.PictureBits()
		d.Put(payload, 32767, 255)
		got, err := ParseVP8(payload)
		want := uint16(1<<before - 1)
		if err != nil || got.PictureBits() != before || got.PictureID != want {
			t.Errorf("%x: %+v, want picture %d", payload, got, want)
		}
		if got.HasTL0PICIDX() && got.TL0PICIDX != 255 {
			t.Errorf("%x: TL0PICIDX %d", payload, got.TL0PICIDX)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte{0x90, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xbe, 0xde, 0, 1, 0x10, 1, 0, 0, 5})
	f.Add([]byte{0xb1, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0x10, 0, 0, 1, 1, 1, 7, 0, 9, 1})
	f.Fuzz(func(t *testing.T, packet []byte) {
		var v View
		if Parse(packet, &v) != nil {
			return
		}
		if v.HeaderSize+len(v.Payload) > len(packet) {
			t.Fatalf("%d + %d bytes in %d", v.HeaderSize, len(v.Payload), len(packet))
		}
		for id := range 256 {
			v.Extension(uint8(id))
		}
		// What both libraries accept, both read alike.
		var p rtp.Packet
		if p.Unmarshal(packet) == nil && p.ExtensionProfile == rtp.ExtensionProfileOneByte && p.SequenceNumber != v.Sequence {
			t.Fatalf("sequence number %d, want %d", v.Sequence, p.SequenceNumber)
		}
	})
}

func FuzzVP8(f *testing.F) {
	f.Add([]byte{0x90, 0xf0, 0x81, 0x02, 9, 0x20, 0x01})
	f.Add([]byte{0x10, 0x00})
	f.Fuzz(func(t *testing.T, payload []byte) {
		d, err := ParseVP8(payload)
		if err != nil {
			return
		}
		var other codecs.VP8Packet
		if _, err := other.Unmarshal(payload); err == nil && other.I == 1 && other.PictureID != d.PictureID {
			t.Fatalf("picture id %d, want %d", d.PictureID, other.PictureID)
		}
		before := d
		d.Put(payload, d.PictureID, d.TL0PICIDX)
		if got, err := ParseVP8(payload); err != nil || got != before {
			t.Fatalf("%+v became %+v, %v", before, got, err)
		}
	})
}
