package rtcpin

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
)

// notes writes down what it is told.
type notes struct{ lines []string }

func (n *notes) add(format string, a ...any) { n.lines = append(n.lines, fmt.Sprintf(format, a...)) }

func (n *notes) SenderReport(ssrc uint32, ntp uint64, rtp uint32) {
	n.add("sr %d %d %d", ssrc, ntp, rtp)
}
func (n *notes) Report(r Report)                        { n.add("report %d %d %d", r.SSRC, r.LastReport, r.DelaySinceLast) }
func (n *notes) Nack(ssrc uint32, id, following uint16) { n.add("nack %d %d %b", ssrc, id, following) }
func (n *notes) KeyFrameRequest(ssrc uint32)            { n.add("key %d", ssrc) }

func (n *notes) Arrival(number uint16, came bool, at time.Duration) {
	if !came {
		at = 0
	}
	n.add("arrival %d %v %v", number, came, at)
}

func compound(t testing.TB, packets ...rtcp.Packet) []byte {
	t.Helper()
	b, err := rtcp.Marshal(packets)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReadsWhatAnotherLibraryWrote(t *testing.T) {
	b := compound(t,
		&rtcp.SenderReport{SSRC: 1, NTPTime: 2 << 32, RTPTime: 3, Reports: []rtcp.ReceptionReport{{SSRC: 4, LastSenderReport: 5, Delay: 6}}},
		&rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: 7, LastSenderReport: 8, Delay: 9}, {SSRC: 10}}},
		&rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{Source: 1, Items: []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: "x"}}}}},
		&rtcp.TransportLayerNack{MediaSSRC: 11, Nacks: []rtcp.NackPair{{PacketID: 65535, LostPackets: 3}, {PacketID: 20}}},
		&rtcp.PictureLossIndication{MediaSSRC: 12},
		&rtcp.FullIntraRequest{MediaSSRC: 0, FIR: []rtcp.FIREntry{{SSRC: 13}, {SSRC: 14}}},
	)
	var n notes
	if err := Read(b, &n); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"sr 1 8589934592 3", "report 4 5 6", "report 7 8 9", "report 10 0 0",
		"nack 11 65535 11", "nack 11 20 0", "key 12", "key 13", "key 14",
	}
	if !slices.Equal(n.lines, want) {
		t.Errorf("told %q", n.lines)
	}
}

func TestALieRefusesTheWholeCompound(t *testing.T) {
	good := compound(t, &rtcp.PictureLossIndication{MediaSSRC: 12})
	for name, tail := range map[string][]byte{
		"cut":               {0x80, 201, 0},
		"version 1":         {0x40, 201, 0, 1, 0, 0, 0, 0},
		"longer than it is": {0x80, 201, 0, 2, 0, 0, 0, 0},
		"fewer blocks":      {0x81, 201, 0, 1, 0, 0, 0, 0},
		"padding of 0":      {0xa0, 204, 0, 1, 0, 0, 0, 0},
		"padding too big":   {0xa0, 204, 0, 1, 0, 0, 0, 8},
		"short feedback":    {0x81, 206, 0, 1, 0, 0, 0, 0},
	} {
		var n notes
		if err := Read(append(slices.Clone(good), tail...), &n); !errors.Is(err, ErrMalformed) || len(n.lines) > 0 {
			t.Errorf("%s: %v, told %q", name, err, n.lines)
		}
	}
	if err := Read(nil, &notes{}); !errors.Is(err, ErrMalformed) {
		t.Errorf("empty: %v", err)
	}
}

func TestNacksAreBounded(t *testing.T) {
	nack := &rtcp.TransportLayerNack{MediaSSRC: 1, Nacks: make([]rtcp.NackPair, 200)}
	var n notes
	if err := Read(compound(t, nack, nack), &n); err != nil || len(n.lines) != maxNackPairs {
		t.Errorf("%d NACK pairs, %v", len(n.lines), err)
	}
}

// feedback is what the library that wrote it says of itself.
func feedback(t testing.TB, p *rtcp.TransportLayerCC) (want []string) {
	t.Helper()
	number, deltas := p.BaseSequenceNumber, p.RecvDeltas
	at := time.Duration(p.ReferenceTime) * 64 * time.Millisecond
	tell := func(symbol uint16) {
		if len(want) == int(p.PacketStatusCount) {
			return
		}
		if symbol == rtcp.TypeTCCPacketNotReceived {
			want = append(want, fmt.Sprintf("arrival %d false 0s", number))
		} else {
			at += time.Duration(deltas[0].Delta) * time.Microsecond
			deltas = deltas[1:]
			want = append(want, fmt.Sprintf("arrival %d true %v", number, at))
		}
		number++
	}
	for _, c := range p.PacketChunks {
		switch c := c.(type) {
		case *rtcp.RunLengthChunk:
			for range c.RunLength {
				tell(c.PacketStatusSymbol)
			}
		case *rtcp.StatusVectorChunk:
			for _, symbol := range c.SymbolList {
				tell(symbol)
			}
		}
	}
	return want
}

// came records arrivals of every third packet but two in a hundred, from a number on, and returns the feedback.
func came(t testing.TB, first uint16) []*rtcp.TransportLayerCC {
	t.Helper()
	r := twcc.NewRecorder(1)
	for i := range 1000 {
		if i%3 == 0 || i%50 < 2 || i > 300 && i < 700 {
			continue
		}
		r.Record(7, first+uint16(i), int64(i)*1700+int64(i%7)*40000)
	}
	var out []*rtcp.TransportLayerCC
	for _, p := range r.BuildFeedbackPacket() {
		out = append(out, p.(*rtcp.TransportLayerCC))
	}
	return out
}

func TestReadsTransportWideFeedback(t *testing.T) {
	for _, first := range []uint16{0, 32767, 65535} {
		for _, p := range came(t, first) {
			var n notes
			if err := Read(compound(t, p), &n); err != nil {
				t.Fatal(err)
			}
			if want := feedback(t, p); !slices.Equal(n.lines, want) {
				t.Fatalf("from %d: told %q, want %q", first, n.lines, want)
			}
		}
	}
}

func TestTransportWideFeedbackIsBounded(t *testing.T) {
	// A run of 8191 packets that did not come, in 24 bytes; and one that promises deltas that are not there.
	run := []byte{0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0x1f, 0xff, 0, 0, 0, 0, 0x1f, 0xff, 0, 0}
	var n notes
	if err := Read(run, &n); err != nil || len(n.lines) > maxArrivals {
		t.Errorf("%d arrivals of 24 bytes, %v", len(n.lines), err)
	}
	liar := slices.Clone(run)
	liar[14], liar[15], liar[20], liar[21] = 0, 100, 0x20, 100
	n = notes{}
	if err := Read(liar, &n); err != nil || len(n.lines) > 2 {
		t.Errorf("%d arrivals without deltas, %v", len(n.lines), err)
	}
}

func FuzzRead(f *testing.F) {
	for _, p := range came(f, 65535) {
		f.Add(compound(f, p))
	}
	f.Add(compound(f, &rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: 7}}}, &rtcp.PictureLossIndication{MediaSSRC: 12}))
	f.Add(compound(f, &rtcp.TransportLayerNack{MediaSSRC: 11, Nacks: []rtcp.NackPair{{PacketID: 65535, LostPackets: 3}}}))
	f.Add([]byte{0xa4, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4})
	f.Fuzz(func(t *testing.T, b []byte) {
		var n notes
		if err := Read(b, &n); err != nil && len(n.lines) > 0 {
			t.Fatalf("told %q of a malformed compound", n.lines)
		}
	})
}
