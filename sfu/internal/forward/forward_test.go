package forward

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"kring/sfu/internal/rtpview"
)

const videoClock = 90000

var starts = []uint16{0, 32767, 65535}

// vp8 is a descriptor with a picture id of 15 bits and a TL0PICIDX.
func vp8(t *testing.T, picture uint16, tl0 uint8) rtpview.VP8 {
	t.Helper()
	d, err := rtpview.ParseVP8([]byte{0x90, 0xc0, byte(picture>>8) | 0x80, byte(picture), tl0, 0})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// source is a stream of one packet a frame.
type source struct {
	t       *testing.T
	next    uint64
	ts      uint32
	picture uint16
	tl0     uint8
}

func (s *source) packet() Packet {
	p := Packet{Sequence: s.next, Timestamp: s.ts, VP8: vp8(s.t, s.picture, s.tl0)}
	s.next++
	s.ts += 3000
	s.picture = (s.picture + 1) & 0x7fff
	s.tl0++
	return p
}

func TestSwitchingKeepsEveryNumberGoing(t *testing.T) {
	for _, a := range starts {
		for _, b := range starts {
			t.Run(fmt.Sprintf("%d to %d", a, b), func(t *testing.T) {
				first := &source{t, 1<<16 + uint64(a), uint32(a) << 16, a & 0x7fff, uint8(a)}
				second := &source{t, 1<<16 + uint64(b), uint32(b) << 15, b & 0x7fff, uint8(b)}
				checkUnbroken(t, first, second)
			})
		}
	}
}

// checkUnbroken switches between two sources every ten packets of 33 ms.
func checkUnbroken(t *testing.T, sources ...*source) {
	t.Helper()
	var (
		s    State
		last Numbers
		now  time.Duration
	)
	for i := range 200 {
		p := sources[i/10%len(sources)].packet()
		if i%10 == 0 {
			s.Switch(&p, videoClock, now)
		}
		got, ok := s.Number(&p, now)
		if !ok {
			t.Fatalf("packet %d has no number", i)
		}
		if i > 0 {
			step := got.Timestamp - last.Timestamp
			if got.Sequence != last.Sequence+1 || got.PictureID != (last.PictureID+1)&0x7fff || got.TL0PICIDX != last.TL0PICIDX+1 {
				t.Fatalf("packet %d: %+v after %+v", i, got, last)
			}
			if step < 2900 || step > 3100 {
				t.Fatalf("packet %d: timestamp went on by %d", i, step)
			}
		}
		last, now = got, now+33*time.Millisecond
	}
}

// A receiver that loses the first packets must not take the second cycle of numbers for the first: SRTP would not open for it again.
func TestASlotBeginsFarFromTheWrap(t *testing.T) {
	for _, start := range starts {
		var s State
		n := 1<<16 + uint64(start)
		s.Switch(&Packet{Sequence: n}, videoClock, 0)
		first, _ := s.Number(&Packet{Sequence: n}, 0)
		if first.Sequence >= 1<<15 {
			t.Errorf("start %d: the first number is %d", start, first.Sequence)
		}
		for i := range uint64(1 << 17) {
			if got, ok := s.Number(&Packet{Sequence: n + i}, 0); !ok || got.Sequence != first.Sequence+uint16(i) {
				t.Fatalf("start %d: packet %d after %d is %d (%v)", start, i, first.Sequence, got.Sequence, ok)
			}
		}
	}
}

func TestResumingAdvancesByTheWallClock(t *testing.T) {
	for _, start := range starts {
		var s State
		src := &source{t, 1<<16 + uint64(start), uint32(start), 0, 0}
		p := src.packet()
		s.Switch(&p, videoClock, 0)
		before, _ := s.Number(&p, 0)
		src.next, src.ts, src.picture = src.next+250, 12345, 77 // ten seconds that were not forwarded
		p = src.packet()
		s.Switch(&p, videoClock, 10*time.Second)
		after, _ := s.Number(&p, 10*time.Second)
		if after.Sequence != before.Sequence+1 || after.Timestamp-before.Timestamp != 10*videoClock || after.PictureID != 1 {
			t.Errorf("start %d: %+v after %+v", start, after, before)
		}
	}
}

func TestSwallowedPacketsLeaveNoGap(t *testing.T) {
	for _, start := range starts {
		var s State
		base := 1<<16 + uint64(start)
		number := func(i uint64) (uint16, bool) {
			n, ok := s.Number(&Packet{Sequence: base + i}, 0)
			return n.Sequence, ok
		}
		s.Switch(&Packet{Sequence: base}, videoClock, 0)
		first, _ := number(0)
		want := func(i uint64, offset uint16) {
			t.Helper()
			if got, ok := number(i); !ok || got != first+offset {
				t.Errorf("start %d: packet %d is %d (%v), want %d", start, i, got, ok, first+offset)
			}
		}
		want(0, 0)
		s.Swallow(base + 1)
		s.Swallow(base + 2)
		want(3, 1)
		s.Swallow(base + 5)
		want(4, 2) // late: before the swallowed one, in its own place
		want(6, 3)
		if got, ok := number(5); ok {
			t.Errorf("start %d: a swallowed packet got the number %d", start, got)
		}
		s.Swallow(base + 3) // late: it was already numbered, nothing changes
		want(7, 4)
		if _, ok := s.Number(&Packet{Sequence: base - 1}, 0); ok {
			t.Errorf("start %d: a packet from before the switch got a number", start)
		}
	}
}

// No number may be used twice for different packets: it would reuse an SRTP nonce.
func TestNoNumberIsUsedTwice(t *testing.T) {
	const seed = 11
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	for _, start := range starts {
		var s State
		base := 1<<16 + uint64(start)
		s.Switch(&Packet{Sequence: base}, videoClock, 0)
		used, seen := map[uint16]uint64{}, map[uint64]bool{}
		for i := range uint64(3000) {
			n := base + i - min(i, random.Uint64N(30))
			switch {
			case seen[n]:
			case random.IntN(10) == 0:
				s.Swallow(n)
			default:
				got, ok := s.Number(&Packet{Sequence: n}, 0)
				if other, taken := used[got.Sequence]; ok && taken {
					t.Fatalf("start %d: %d and %d are both %d", start, other, n, got.Sequence)
				}
				if ok {
					used[got.Sequence] = n
				}
			}
			seen[n] = true
		}
	}
}

func TestShortPictureIDs(t *testing.T) {
	d, err := rtpview.ParseVP8([]byte{0x90, 0x80, 0x7f, 0})
	if err != nil {
		t.Fatal(err)
	}
	var s State
	s.Switch(&Packet{Sequence: 1, VP8: vp8(t, 32767, 0)}, videoClock, 0)
	s.Number(&Packet{Sequence: 1, VP8: vp8(t, 32767, 0)}, 0)
	p := Packet{Sequence: 9, VP8: d}
	s.Switch(&p, videoClock, time.Second)
	if got, ok := s.Number(&p, time.Second); !ok || got.PictureID != 0 {
		t.Errorf("%+v, %v", got, ok)
	}
}

func FuzzNumber(f *testing.F) {
	f.Add(uint64(65535), []byte{1, 0, 2, 9, 3, 255, 128})
	f.Fuzz(func(t *testing.T, start uint64, steps []byte) {
		var s State
		used, seen := map[uint64]bool{}, map[uint64]bool{}
		n, switched := start%(1<<32)+1<<16, false
		for i, step := range steps[:min(len(steps), 500)] {
			n += uint64(int64(int8(step)) / 4)
			p := Packet{Sequence: n}
			switch {
			case step%7 == 0 && n > s.newest, !switched:
				s.Switch(&p, videoClock, time.Duration(i)*time.Millisecond)
				switched, seen = true, map[uint64]bool{}
			case seen[n]:
				continue
			case step%5 == 0:
				s.Swallow(n)
				seen[n] = true
				continue
			}
			if got, ok := s.Number(&p, 0); ok {
				if used[uint64(got.Sequence)] {
					t.Fatalf("%d was used twice", got.Sequence)
				}
				used[uint64(got.Sequence)] = true
			}
			seen[n] = true
		}
	})
}
