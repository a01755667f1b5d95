package reception

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var starts = []uint16{0, 32767, 65535}

func TestNumbersGoOnOverTheWrap(t *testing.T) {
	for _, start := range starts {
		s := Stream{Clock: 90000}
		first, _ := s.Receive(start, 0, false, 0)
		for i := uint16(1); i < 1000; i++ {
			n, v := s.Receive(start+i, 0, false, 0)
			if n != first+uint64(i) || v != Newest {
				t.Fatalf("start %d: packet %d is %d (first %d), %v", start, i, n, first, v)
			}
		}
	}
}

func TestEachPacketIsNewOnce(t *testing.T) {
	const seed = 7
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	for _, start := range starts {
		s := Stream{Clock: 90000}
		s.Receive(start, 0, false, 0)
		accepted := map[uint64]int{}
		for i := 1; i < 5000; i++ {
			n, v := s.Receive(start+uint16(max(i-random.IntN(100), 1)), 0, false, 0)
			if v != Duplicate {
				accepted[n]++
			}
			if accepted[n] > 1 {
				t.Fatalf("start %d: %d was accepted twice", start, n)
			}
		}
	}
}

func TestOldPacketsAreDuplicates(t *testing.T) {
	for _, start := range starts {
		s := Stream{Clock: 90000}
		s.Receive(start, 0, false, 0)
		s.Receive(start+window+1, 0, false, 0)
		if _, v := s.Receive(start+1, 0, false, 0); v != Duplicate {
			t.Errorf("start %d: %v for a packet below the window", start, v)
		}
		if _, v := s.Receive(start+2, 0, false, 0); v != Reordered {
			t.Errorf("start %d: %v for the last packet of the window", start, v)
		}
	}
}

func TestMissingIsAskedForOnceARoundTrip(t *testing.T) {
	for _, start := range starts {
		s := Stream{Clock: 90000}
		s.Receive(start, 0, false, 0)
		s.Receive(start+4, 0, false, 0)
		const rtt = 50 * time.Millisecond
		if got := s.Missing().Due(nil, rtt, 0); !slices.Equal(got, []uint16{start + 1, start + 2, start + 3}) {
			t.Fatalf("start %d: %v", start, got)
		}
		if got := s.Missing().Due(nil, rtt, rtt-1); got != nil {
			t.Fatalf("start %d: asked again too early: %v", start, got)
		}
		s.Receive(start+2, 0, true, rtt-1)
		if got := s.Missing().Due(nil, rtt, rtt); !slices.Equal(got, []uint16{start + 1, start + 3}) {
			t.Fatalf("start %d: %v after a repair", start, got)
		}
		asked := 2
		for now := rtt; now < 5*time.Second; now += rtt {
			if slices.Contains(s.Missing().Due(nil, rtt, now), start+1) {
				asked++
			}
		}
		if asked != maxTries || s.Missing().Any() {
			t.Errorf("start %d: asked %d times, any left: %v", start, asked, s.Missing().Any())
		}
	}
}

func TestABreakAsksForNothing(t *testing.T) {
	s := Stream{Clock: 90000}
	s.Receive(1, 0, false, 0)
	s.Receive(3, 0, false, 0)
	s.Receive(500, 0, false, 0)
	if got := s.Missing().Due(nil, 0, 0); got != nil {
		t.Errorf("asked for %v", got)
	}
}

func TestReportCountsLossAndNotRepair(t *testing.T) {
	for _, start := range starts {
		s := Stream{Clock: 90000}
		for i := range uint16(100) {
			if i%10 != 5 {
				s.Receive(start+i, uint32(i)*900, false, time.Duration(i)*10*time.Millisecond)
			}
		}
		s.Receive(start+5, 0, true, time.Second)
		r := s.Report()
		if r.TotalLost != 10 || r.FractionLost != 25 || uint16(r.Highest) != start+99 || r.Jitter != 0 {
			t.Errorf("start %d: %+v", start, r)
		}
		if r = s.Report(); r.FractionLost != 0 || r.TotalLost != 10 {
			t.Errorf("start %d: %+v without a packet between", start, r)
		}
	}
}

func TestJitterFollowsTheDelay(t *testing.T) {
	s := Stream{Clock: 90000}
	for i := range 1000 {
		late := time.Duration(i%2) * 10 * time.Millisecond
		s.Receive(uint16(i), uint32(i)*1800, false, time.Duration(i)*20*time.Millisecond+late)
	}
	if j := s.Report().Jitter; j < 800 || j > 900 {
		t.Errorf("jitter %d, want about 900 (10 ms)", j)
	}
}

func FuzzReceive(f *testing.F) {
	f.Add([]byte{0, 1, 2, 255, 254, 3})
	f.Fuzz(func(t *testing.T, steps []byte) {
		steps = steps[:min(len(steps), 2000)]
		s := Stream{Clock: 48000}
		accepted := map[uint64]bool{}
		sequence := uint16(0)
		for i, step := range steps {
			sequence += uint16(int8(step)) * uint16(i%300)
			n, v := s.Receive(sequence, uint32(step), step%2 == 0, time.Duration(i)*time.Millisecond)
			if uint16(n) != sequence || v != Duplicate && accepted[n] {
				t.Fatalf("packet %d is %d, %v, accepted before: %v", sequence, n, v, accepted[n])
			}
			accepted[n] = accepted[n] || v != Duplicate
			s.Missing().Due(nil, 0, time.Duration(i)*time.Millisecond)
			s.Report()
		}
	})
}
