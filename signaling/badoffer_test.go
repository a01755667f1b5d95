package signaling

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/pion/webrtc/v4"

	"kring/signaling/protocol"
)

// offered is an offer as our pages make them: a microphone, a camera, two slots.
func offered(t *testing.T) string {
	t.Helper()
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pc.Close(); err != nil {
			t.Error(err)
		}
	})
	add := func(kind webrtc.RTPCodecType, direction webrtc.RTPTransceiverDirection) {
		if _, err := pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: direction}); err != nil {
			t.Fatal(err)
		}
	}
	add(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverDirectionSendonly)
	add(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverDirectionSendonly)
	for range 2 {
		add(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverDirectionRecvonly)
		add(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverDirectionRecvonly)
	}
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	return offer.SDP
}

// offer sends an offer for a new connection and returns its answer.
func (p *page) offer(t *testing.T, sdp string) protocol.Media {
	t.Helper()
	p.n++
	text, err := json.Marshal(sdp)
	if err != nil {
		t.Fatal(err)
	}
	p.say(fmt.Sprintf(`{"offer":{"n":%d,"fresh":true,"sdp":%s}}`, p.n, text))
	return *p.await(func(m protocol.ServerMessage) bool { return m.Media != nil && m.Media.N == p.n }).Media
}

// TestOffersNotOurs: an offer that our pages do not make is refused, the room stays as it is, and a right one works after it.
func TestOffersNotOurs(t *testing.T) {
	h := newHouse(t)
	_, member, _ := h.inSession()
	good := offered(t)
	sections := strings.Split(good, "\r\nm=")
	without := func(pattern string) string { return regexp.MustCompile(pattern).ReplaceAllString(good, "") }
	for name, sdp := range map[string]string{
		"nothing":          "",
		"no SDP":           "hello",
		"its beginning":    sections[0][:len(sections[0])/2],
		"no sections":      sections[0] + "\r\n",
		"data only":        sections[0] + "\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sctp-port:5000\r\n",
		"no microphone":    strings.Join(append(sections[:1:1], sections[2:]...), "\r\nm="),
		"half a slot":      strings.Join(sections[:len(sections)-1], "\r\nm=") + "\r\n",
		"no fingerprint":   without(`a=fingerprint:[^\r]*\r\n`),
		"no ice-ufrag":     without(`a=ice-ufrag:[^\r]*\r\n`),
		"no ice-pwd":       without(`a=ice-pwd:[^\r]*\r\n`),
		"a thousand slots": good + strings.Repeat("m="+strings.TrimRight(sections[1], "\r\n")[:200]+"\r\n", 500),
		"zeros":            strings.Repeat("\x00", 4096),
		"line after line":  strings.Repeat("a=\r\n", 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			before := h.stored()
			if m := member.offer(t, sdp); m.Refusal != "bad_offer" || m.SDP != "" {
				t.Errorf("answered %+v", m)
			}
			h.unchanged(t, before)
		})
	}
	if m := member.offer(t, good); m.Refusal != "" || !strings.HasPrefix(m.SDP, "v=0") {
		t.Errorf("the right one: %+v", m)
	}
}

// TestManyOffers: each connection costs the server far more than the page that asks for it, so that one page must not ask for one
// after another. A new page does not begin to count anew, and another person's offer is answered meanwhile.
func TestManyOffers(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	if n := member.offersUntilBusy(t); n < offersBurst {
		t.Errorf("busy after %d offers", n)
	}
	if n := h.enter(ben).offersUntilBusy(t); n >= offersBurst {
		t.Errorf("a new page may make %d offers more", n)
	}
	if m := staff.offer(t, offered(t)); m.Refusal != "" {
		t.Errorf("another person's: %+v", m)
	}
}

// offersUntilBusy counts the offers that are looked at, a bad one each.
func (p *page) offersUntilBusy(t *testing.T) int {
	t.Helper()
	for n := range 10 * offersBurst {
		if p.offer(t, "").Refusal == "busy" {
			return n
		}
	}
	return 10 * offersBurst
}
