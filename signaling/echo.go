package signaling

import "math"

// This file finds acoustic echo: someone's loudspeaker that comes back through their own microphone. It hears nothing, only how loud
// each microphone was in steps of 20 ms: an echo is a microphone that follows another, quieter and a little later.

// What an echo is. Found by trying it on made speech with rooms, delays and noise of many kinds, echo_test.go.
const (
	echoFirst    = 3    // steps: sooner than 60 ms no network and no room brings sound back
	echoLast     = 25   // 500 ms
	echoLikeness = 0.75 // the least correlation of an envelope with its echo
	echoLead     = 0.2  // by which it must be better than that with what came after: two who speak in turn are like neither way
	echoSpeech   = 0.15 // the least part of the time in which the source speaks
	speechLevel  = 127 - 50
	quiet        = 127 - 70 // what is below is no sound
)

// echoed reports whether the loudness of microphone heard follows that of source: both over the same time, in steps.
func echoed(source, heard []uint8) bool {
	if len(source) != len(heard) || len(source) < 8*echoLast || spoken(source) < echoSpeech || mean(heard) > mean(source) {
		return false
	}
	after, before := 0.0, 0.0
	for lag := echoFirst; lag <= echoLast; lag++ {
		n := len(source) - lag
		after = max(after, likeness(source[:n], heard[lag:]))
		before = max(before, likeness(source[lag:], heard[:n]))
	}
	return after >= echoLikeness && after >= before+echoLead
}

// spoken is the part of the time in which a microphone was as loud as speech.
func spoken(steps []uint8) float64 {
	n := 0
	for _, loudness := range steps {
		if loudness >= speechLevel {
			n++
		}
	}
	return float64(n) / float64(len(steps))
}

func mean(steps []uint8) float64 {
	sum := 0.0
	for _, loudness := range steps {
		sum += above(loudness)
	}
	return sum / float64(len(steps))
}

// above is loudness above quiet, in dB.
func above(loudness uint8) float64 { return float64(max(loudness, quiet) - quiet) }

// likeness is the correlation of two envelopes of the same length, 0 if one of them does not change.
func likeness(a, b []uint8) float64 {
	meanA, meanB := mean(a), mean(b)
	var ab, aa, bb float64
	for i := range a {
		x, y := above(a[i])-meanA, above(b[i])-meanB
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}
