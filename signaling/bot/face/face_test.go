package face

import (
	"math"
	"testing"
)

func TestEveryFaceIsWhole(t *testing.T) {
	for i, look := range Looks {
		f, err := New(i)
		if err != nil {
			t.Fatal(err)
		}
		for size, p := range map[[2]int]Picture{LowSize: f.Low, HighSize: f.High} {
			if w, h, key := vp8Frame(p.Key); !key || w != size[0] || h != size[1] {
				t.Errorf("%s: %dx%d key frame %v, want a key frame of %v", look.Name, w, h, key, size)
			}
			if _, _, key := vp8Frame(p.Delta); key {
				t.Errorf("%s: the frame to repeat is a key frame", look.Name)
			}
		}
		for _, packet := range f.Tone {
			if packet[0]&3 != 0 {
				t.Errorf("%s: an Opus packet of several frames", look.Name)
			}
		}
	}
}

func TestLooksAreFarApart(t *testing.T) {
	for i, a := range Looks {
		for _, b := range Looks[:i] {
			d := math.Hypot(math.Hypot(float64(a.RGB[0])-float64(b.RGB[0]), float64(a.RGB[1])-float64(b.RGB[1])), float64(a.RGB[2])-float64(b.RGB[2]))
			if d < 88 || a.ToneHz-b.ToneHz < 100 {
				t.Errorf("%s and %s: colours %.0f, tones %d Hz apart", a.Name, b.Name, d, a.ToneHz-b.ToneHz)
			}
			if a.ToneHz%50 != 0 {
				t.Errorf("%s: %d Hz does not fit into 20 ms", a.Name, a.ToneHz)
			}
		}
	}
}

// vp8Frame reads a frame's header: RFC 6386 §9.1.
func vp8Frame(b []byte) (w, h int, key bool) {
	if b[0]&1 != 0 {
		return 0, 0, false
	}
	return int(b[6]) | int(b[7]&0x3f)<<8, int(b[8]) | int(b[9]&0x3f)<<8, true
}
