package twcc

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
)

func TestLog(t *testing.T) {
	for _, first := range []uint16{0, 32767, 65534} {
		l := Log{next: first}
		for i := range 4 {
			if n := l.Number(100+i, time.Duration(i)); n != first+uint16(i) {
				t.Fatalf("number %d after %d others from %d", n, i, first)
			}
		}
		report := func(i int, came bool, want Fate) {
			t.Helper()
			if sent, fate := l.Report(first+uint16(i), came); fate != want || want != Unknown && (sent.Size != 100+i || sent.At != time.Duration(i)) {
				t.Errorf("from %d: packet %d is %v, %+v; want %v", first, i, fate, sent, want)
			}
		}
		report(0, true, Arrived)
		report(0, true, Unknown)
		report(1, false, Lost)
		report(1, false, Unknown)
		report(1, true, Found)
		report(2, true, Arrived)
		report(4, true, Unknown) // never sent
		for range logPlaces {
			l.Number(1, time.Hour)
		}
		report(3, true, Unknown) // too long ago
	}
}

func TestLogOfNothing(t *testing.T) {
	var l Log
	if _, fate := l.Report(0, true); fate != Unknown {
		t.Errorf("a packet that was never sent is %v", fate)
	}
}

func TestLogAllocatesNothing(t *testing.T) {
	var l Log
	l.Number(1, 0)
	if n := testing.AllocsPerRun(100, func() { l.Report(l.Number(1200, time.Second), true) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestRecorder(t *testing.T) {
	var r Recorder
	if packets, err := r.Feedback(time.Hour); packets != nil || err != nil {
		t.Fatalf("feedback on nothing: %v, %v", packets, err)
	}
	for _, n := range []uint16{65534, 65535, 1} {
		r.Record(7, n, time.Duration(n)*time.Microsecond)
	}
	if packets, _ := r.Feedback(patient - 1); packets != nil {
		t.Errorf("a few packets are told of at once")
	}
	raw, err := r.Feedback(patient)
	if err != nil || len(raw) == 0 {
		t.Fatalf("%d packets, %v", len(raw), err)
	}
	var p rtcp.TransportLayerCC
	if err := p.Unmarshal(raw[0]); err != nil || p.MediaSSRC != 7 || p.BaseSequenceNumber != 65534 || p.PacketStatusCount != 4 || len(p.RecvDeltas) != 3 {
		t.Errorf("%v, %v", p, err)
	}
	if packets, _ := r.Feedback(time.Hour); packets != nil {
		t.Errorf("told twice: %d packets", len(packets))
	}
}

// A client may name any number: what is kept and what is told stays small.
func TestRecorderIsBounded(t *testing.T) {
	var r Recorder
	for i := range 20000 {
		r.Record(1, uint16(i*7919), time.Duration(i)*time.Millisecond)
		if i%100 != 0 {
			continue
		}
		raw, err := r.Feedback(time.Duration(i) * time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		size := 0
		for _, b := range raw {
			size += len(b)
		}
		if size > 64<<10 {
			t.Fatalf("%d bytes of feedback on 100 packets", size)
		}
	}
}
