package signaling

import (
	"math"
	"math/rand/v2"
	"testing"
)

// window is eight seconds.
const window = 400

// madeSpeech is a microphone: phrases of syllables, three to six a second with a level of their own, pauses between them, and the
// noise of a room. It is quiet for the part of the time in which others speak.
func madeSpeech(r *rand.Rand, talks float64) []uint8 {
	out := make([]float64, window)
	noise := 58 + 6*r.Float64() // -dBov
	for i := range out {
		out[i] = noise + 3*r.NormFloat64()
	}
	for i := int(r.Float64() * 60); i < window; {
		phrase := 40 + r.IntN(110)
		if r.Float64() < talks {
			loud := 24 + 8*r.Float64()
			for j := 0; j < phrase && i+j < window; {
				syllable := 8 + r.IntN(9)
				level := loud + 5*r.NormFloat64()
				for k := 0; k < syllable && i+j+k < window; k++ {
					shape := math.Sin(math.Pi * (float64(k) + 0.5) / float64(syllable))
					out[i+j+k] = min(out[i+j+k], level+18*(1-shape)+2*r.NormFloat64())
				}
				j += syllable
			}
		}
		i += phrase + 10 + r.IntN(50)
	}
	return levels(out)
}

func levels(quietness []float64) []uint8 {
	out := make([]uint8, len(quietness))
	for i, q := range quietness {
		out[i] = uint8(127 - min(127, max(0, q)))
	}
	return out
}

// echoOf is what a microphone picks up of a loudspeaker: later, quieter, smeared by the room, over the noise of that room and over
// what its owner says.
func echoOf(r *rand.Rand, source, own []uint8) []uint8 {
	delay, loss := 4+r.IntN(19), 8+14*r.Float64()
	tail := 0.0
	out := make([]float64, len(source))
	for i := range out {
		in := 0.0
		if i >= delay {
			in = float64(source[i-delay]) - loss
		}
		tail = max(in, tail-3) // 150 dB a second: a living room
		out[i] = 127 - max(tail+1.5*r.NormFloat64(), float64(own[i]))
	}
	return levels(out)
}

// TestEcho: an echo is found in most windows of eight seconds, and who only talks with others has hardly ever one. Two windows in a
// row are needed before anyone is told, room_hearing.go.
func TestEcho(t *testing.T) {
	const seed, tries = 7, 400
	r := rand.New(rand.NewPCG(seed, 1))
	found, falsely, fromSource := 0, 0, 0
	for range tries {
		source := madeSpeech(r, 0.8)
		if heard := echoOf(r, source, madeSpeech(r, 0)); echoed(source, heard) {
			found++
			if echoed(heard, source) {
				fromSource++
			}
		}
		if echoed(source, madeSpeech(r, r.Float64())) {
			falsely++
		}
	}
	t.Logf("seed %d: %d of %d echoes found, %d of %d conversations taken for one", seed, found, tries, falsely, tries)
	if found < tries*8/10 || falsely > tries/100 || fromSource > 0 {
		t.Errorf("found %d, falsely %d, the wrong way round %d of %d", found, falsely, fromSource, tries)
	}
}

// TestNoEcho: nobody's silence, someone who nods along, and who answers in turn are no echo.
func TestNoEcho(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	silent := make([]uint8, window)
	for range 100 {
		source := madeSpeech(r, 0.8)
		turns := make([]uint8, window) // speaks when the other does not
		other := madeSpeech(r, 1)
		for i := range turns {
			turns[i] = inTurn(source, other, i)
		}
		for name, heard := range map[string][]uint8{"silence": silent, "in turn": turns, "itself": source} {
			if echoed(source, heard) {
				t.Errorf("%s is an echo", name)
			}
		}
		if echoed(silent, source) {
			t.Error("silence has an echo")
		}
	}
	if echoed(nil, nil) {
		t.Error("nothing has an echo")
	}
}

// inTurn is other where source has been quiet for a fifth of a second.
func inTurn(source, other []uint8, i int) uint8 {
	for j := max(0, i-10); j <= i; j++ {
		if source[j] >= speechLevel {
			return 127 - 60
		}
	}
	return other[i]
}
