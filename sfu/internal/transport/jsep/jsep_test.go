package jsep

import (
	_ "embed"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pion/sdp/v3"

	"kring/sfu/internal/transport"
)

// offer is one of ours as Firefox numbers it: a microphone, a camera of two layers, a slot, and a data channel, which we reject.
var offer = strings.ReplaceAll(`v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
t=0 0
a=group:BUNDLE 0 1 2 3
a=ice-ufrag:ufra
a=ice-pwd:0123456789abcdefghijkl
a=fingerprint:sha-256 `+strings.Repeat("AB:", 31)+`AB
a=setup:actpass
m=audio 9 UDP/TLS/RTP/SAVPF 109
a=mid:0
a=rtcp-mux
a=sendonly
a=rtpmap:109 opus/48000/2
a=fmtp:109 useinbandfec=1
a=extmap:3 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=ssrc:11 cname:x
m=video 9 UDP/TLS/RTP/SAVPF 120 124
a=mid:1
a=rtcp-mux
a=sendonly
a=rtpmap:120 VP8/90000
a=rtcp-fb:120 nack
a=rtcp-fb:120 nack pli
a=rtcp-fb:120 transport-cc
a=rtpmap:124 rtx/90000
a=fmtp:124 apt=120
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:5 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=rid:q send
a=rid:h send
a=simulcast:send q;h
m=audio 9 UDP/TLS/RTP/SAVPF 109
a=mid:2
a=rtcp-mux
a=recvonly
a=rtpmap:109 opus/48000/2
m=video 9 UDP/TLS/RTP/SAVPF 120 124
a=mid:3
a=rtcp-mux
a=recvonly
a=rtpmap:120 VP8/90000
a=rtpmap:124 rtx/90000
a=fmtp:124 apt=120
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
a=mid:4
`, "\n", "\r\n")

func answerTo(raw string) (string, []transport.Section, error) {
	o, err := Parse(raw)
	if err != nil {
		return "", nil, err
	}
	next := uint32(10) // also gives 11, which the client has taken
	sections, err := Negotiate(nil, o, func() uint32 { next++; return next })
	if err != nil {
		return "", nil, err
	}
	local := Local{
		Session: 7, Version: 1, Ufrag: "ours", Pwd: "ours-ours-ours-ours-ours",
		Fingerprint: o.Fingerprint, Addr: []netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:50000")},
	}
	return Answer(o, sections, local), sections, nil
}

func TestAnAnswerKeepsTheClientsNumbers(t *testing.T) {
	answer, s, err := answerTo(offer)
	if err != nil {
		t.Fatal(err)
	}
	if len(s) != 5 || !s[0].Up || s[0].SSRC != 11 || s[0].PT != 109 || s[0].Ext.AudioLevel != 3 || !s[4].Rejected {
		t.Fatalf("sections %+v", s)
	}
	if !slices.Equal(s[1].RIDs, []string{"q", "h"}) || s[1].PT != 120 || s[1].RTX != 124 || s[1].Ext.MID != 4 || s[1].Ext.RID != 5 {
		t.Errorf("camera %+v", s[1])
	}
	for _, x := range []uint32{s[2].SSRC, s[3].SSRC, s[3].RTXSSRC} {
		if x < 12 {
			t.Errorf("a slot has SSRC %d, which is the client's", x)
		}
	}
	for _, line := range []string{
		"a=ice-lite", "m=application 0 ", "a=setup:passive", "a=simulcast:recv q;h", "a=extmap:5 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
		"a=rtcp-fb:120 nack pli", "a=candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host", "a=msid:slot-0 slot-0-video",
	} {
		if !strings.Contains(answer, "\r\n"+line) {
			t.Errorf("%q is not in\n%s", line, answer)
		}
	}
	if strings.Contains(answer, "goog-remb") || strings.Contains(answer, "transport-cc") != (s[1].Ext.TWCC != 0) {
		t.Error("feedback is agreed that nobody sends")
	}
	// Chromium takes the first for the primary.
	if _, slot, _ := strings.Cut(answer, "a=mid:3"); strings.Index(slot, "a=ssrc-group:FID") < strings.Index(slot, "a=ssrc:") {
		t.Error("the FID group stands before the SSRCs")
	}
}

// firefox is the first offer that our page made in Debian's Firefox ESR 153, but for its credentials and fingerprint.
//
//go:embed testdata/firefox-esr-153.sdp
var firefox string

func TestFirefoxIsAnsweredInAllThatItOffers(t *testing.T) {
	answer, s, err := answerTo(firefox)
	if err != nil {
		t.Fatal(err)
	}
	if len(s) != 38 || slices.ContainsFunc(s, func(s transport.Section) bool { return s.Rejected || s.Ext.MID != 3 || s.Ext.TWCC != 7 }) {
		t.Fatalf("sections %+v", s)
	}
	mic, camera, screen, sound, slots := s[0], s[1], s[2], s[3], s[4:]
	if !mic.Up || mic.PT != 109 || mic.SSRC != 1973118723 || mic.Ext.AudioLevel != 1 {
		t.Errorf("microphone %+v", mic)
	}
	// The offer declares both layers' SSRCs, and only the packets tell whose is whose.
	if !camera.Up || !slices.Equal(camera.RIDs, []string{"q", "h"}) || camera.SSRC != 0 || camera.RTXSSRC != 0 ||
		camera.PT != 120 || camera.RTX != 124 || camera.Ext.RID != 9 || camera.Ext.RepairedRID != 10 {
		t.Errorf("camera %+v", camera)
	}
	if !screen.Up || !sound.Up {
		t.Errorf("screen %+v with sound %+v", screen, sound)
	}
	for _, slot := range slots {
		if slot.Up || slot.SSRC == 0 || slot.Kind == transport.Video && slot.RTXSSRC == 0 {
			t.Errorf("slot %+v", slot)
		}
	}
	if strings.Contains(answer, "max-fs") || strings.Contains(answer, "goog-remb") {
		t.Errorf("more is agreed than we speak in\n%s", answer)
	}
}

func TestNoSlotGetsAnSSRCOfTheClients(t *testing.T) {
	o, err := Parse(firefox)
	if err != nil {
		t.Fatal(err)
	}
	// All four of the camera, in the order in which chance would give them.
	given := []uint32{1836565836, 2169860521, 1187071693, 715427147}
	sections, err := Negotiate(nil, o, func() uint32 {
		next := given[0]
		given = append(given[1:], next+1)
		return next
	})
	if err != nil {
		t.Fatal(err)
	}
	if first := sections[4].SSRC; first != 1836565837 {
		t.Errorf("the first slot has SSRC %d", first)
	}
}

func FuzzOffer(f *testing.F) {
	f.Add(offer)
	f.Add(firefox)
	f.Add(strings.ReplaceAll(offer, "recvonly", "inactive"))
	f.Add(strings.Replace(offer, "m=video 9", "m=video 0", 1))
	f.Add("v=0\r\n")
	f.Fuzz(func(t *testing.T, raw string) {
		answer, sections, err := answerTo(raw)
		if err != nil {
			return
		}
		var d sdp.SessionDescription
		if err := d.UnmarshalString(answer); err != nil {
			t.Fatalf("%v in the answer\n%s", err, answer)
		}
		if len(d.MediaDescriptions) != len(sections) {
			t.Fatalf("%d sections were answered by %d", len(sections), len(d.MediaDescriptions))
		}
		for i, s := range sections {
			if mid, _ := d.MediaDescriptions[i].Attribute("mid"); mid != s.MID || (d.MediaDescriptions[i].MediaName.Port.Value == 0) != s.Rejected {
				t.Errorf("section %+v was answered as %+v", s, d.MediaDescriptions[i].MediaName)
			}
			if !s.Up && !s.Rejected && (s.SSRC == 0 || s.RTX != 0 && s.RTXSSRC == 0) {
				t.Errorf("a slot without an SSRC: %+v", s)
			}
		}
		// The same offer again changes nothing.
		o, _ := Parse(raw)
		again, err := Negotiate(sections, o, func() uint32 { panic("another SSRC is asked for") })
		if err != nil || !slices.EqualFunc(sections, again, func(a, b transport.Section) bool { return a.SSRC == b.SSRC && a.RTXSSRC == b.RTXSSRC }) {
			t.Errorf("again: %v, %+v after %+v", err, again, sections)
		}
	})
}
