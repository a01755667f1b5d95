package rtcpout

import (
	"reflect"
	"slices"
	"testing"

	"github.com/pion/rtcp"

	"kring/sfu/internal/reception"
)

func TestAnotherLibraryReadsWhatIsWritten(t *testing.T) {
	b := SenderReport(nil, SenderInfo{SSRC: 1, NTP: 2 << 40, RTP: 3, Packets: 4, Octets: 5})
	b = ReceiverReport(b, []Block{{SSRC: 6, Report: reception.Report{FractionLost: 7, TotalLost: 8, Highest: 9, Jitter: 10}, LastReport: 11, DelaySinceLast: 12}})
	b = PLI(b, 13)
	got, err := rtcp.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	want := []rtcp.Packet{
		&rtcp.SenderReport{SSRC: 1, NTPTime: 2 << 40, RTPTime: 3, PacketCount: 4, OctetCount: 5},
		&rtcp.ReceiverReport{SSRC: Sender, ProfileExtensions: []byte{}, Reports: []rtcp.ReceptionReport{{
			SSRC: 6, FractionLost: 7, TotalLost: 8, LastSequenceNumber: 9, Jitter: 10, LastSenderReport: 11, Delay: 12,
		}}},
		&rtcp.PictureLossIndication{SenderSSRC: Sender, MediaSSRC: 13},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read %v", got)
	}
}

func TestNackNamesEachNumberOnce(t *testing.T) {
	for _, numbers := range [][]uint16{{1}, {0, 1, 16, 17, 100}, {65530, 65535, 0, 10}, {32767, 32768}} {
		got, err := rtcp.Unmarshal(Nack(nil, 9, numbers))
		if err != nil {
			t.Fatal(err)
		}
		var read []uint16
		for _, pair := range got[0].(*rtcp.TransportLayerNack).Nacks {
			read = append(read, pair.PacketList()...)
		}
		if !slices.Equal(read, numbers) {
			t.Errorf("%v was read as %v", numbers, read)
		}
	}
}

func TestReportsAreBounded(t *testing.T) {
	got, err := rtcp.Unmarshal(ReceiverReport(nil, make([]Block, 40)))
	if err != nil || len(got[0].(*rtcp.ReceiverReport).Reports) != MaxReportBlocks {
		t.Errorf("%v, %v", got, err)
	}
}
