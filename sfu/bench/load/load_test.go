package load

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Every packet counts once, whatever the order, and what has not come is asked for until it does.
func TestGapsAreNoticedAskedForAndFilled(t *testing.T) {
	for _, first := range []uint16{0, 32767, 65535} {
		t.Run(fmt.Sprint(first), func(t *testing.T) {
			s := &heard{kind: video, ssrc: 7}
			for _, step := range []struct {
				number  uint16
				isFresh bool
			}{{0, true}, {1, true}, {1, false}, {4, true}, {3, true}, {3, false}, {5, true}} {
				if got := s.arrive(first + step.number); got != step.isFresh {
					t.Errorf("packet %d: new %v", step.number, got)
				}
			}
			if got := asked(s.ask(0)); !slices.Equal(got, []uint16{first + 2}) {
				t.Errorf("asked for %v", got)
			}
			if got := asked(s.ask(feedbackEvery / 2)); got != nil {
				t.Errorf("asked for %v again at once", got)
			}
			if got := asked(s.ask(feedbackEvery)); !slices.Equal(got, []uint16{first + 2}) {
				t.Errorf("asked for %v after a while", got)
			}
			if !s.fill(s.extend(first+2)) || s.fill(s.extend(first+2)) {
				t.Error("a repair counts once")
			}
			if got := asked(s.ask(10 * feedbackEvery)); got != nil {
				t.Errorf("asked for %v, which has come", got)
			}
		})
	}
}

func TestWhatNeverComesIsGivenUp(t *testing.T) {
	s := &heard{kind: video}
	s.arrive(1)
	s.arrive(3)
	for i := range 2 * maxAsks {
		s.ask(time.Duration(i) * feedbackEvery)
	}
	if s.lost != 1 || len(s.missing) != 0 {
		t.Errorf("%d lost, %v missing", s.lost, s.missing)
	}
}

func TestNothingThatASenderDoesGrows(t *testing.T) {
	s := &heard{kind: video}
	for n := range 1 << 14 {
		s.arrive(uint16(n * 7))
	}
	if len(s.missing) > maxMissing {
		t.Errorf("%d gaps are remembered", len(s.missing))
	}
	e := newEar()
	for ssrc := range uint32(10_000) {
		e.stream(ssrc, video)
	}
	if len(e.streams) > maxStreams {
		t.Errorf("%d streams are remembered", len(e.streams))
	}
}

func asked(packets []rtcp.Packet) (numbers []uint16) {
	for _, p := range packets {
		for _, pair := range p.(*rtcp.TransportLayerNack).Nacks {
			numbers = append(numbers, pair.PacketList()...)
		}
	}
	return numbers
}

const answer = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-lite\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n" +
	"m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendonly\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\n" +
	"a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\na=ssrc-group:FID 10 11\r\n" +
	"a=candidate:1 1 udp 1 ::1 5000 typ host\r\na=candidate:2 1 udp 1 127.0.0.1 5000 typ host\r\n"

func TestDescriptionsAreRead(t *testing.T) {
	d, err := readDescription(answer)
	if err != nil {
		t.Fatal(err)
	}
	if !d.lite || d.ufrag != "abcd" || d.addr.String() != "127.0.0.1:5000" {
		t.Errorf("%+v", d)
	}
	if d.types[96] != video || d.types[97] != retransmission || d.repairs[11] != 10 {
		t.Errorf("types %v, repairs %v", d.types, d.repairs)
	}
}

func TestBadDescriptionsAreRefused(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing":        "",
		"no SDP":         "garbage",
		"no sections":    answer[:strings.Index(answer, "m=")],
		"no credentials": strings.ReplaceAll(answer, "a=ice-pwd", "a=x"),
		"no candidate":   strings.ReplaceAll(answer, "a=candidate:2", "a=x:2"),
		"endless":        answer + strings.Repeat("a=x:y\r\n", maxDescription/7),
	} {
		if _, err := readDescription(raw); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestStampsAreFoundBehindWhatAServerRewrites(t *testing.T) {
	payload := make([]byte, soundPayload)
	stamp(payload[6:], 3)
	if sent, ok := readStamp(payload); !ok || sent > now() {
		t.Errorf("sent at %v, %v", sent, ok)
	}
	for _, bad := range [][]byte{nil, payload[:6+stampSize-1], make([]byte, 200)} {
		if _, ok := readStamp(bad); ok {
			t.Errorf("a stamp in %d bytes", len(bad))
		}
	}
}
