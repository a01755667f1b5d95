package transporttest

import (
	"strings"
	"testing"

	"kring/sfu/internal/transport"
)

func addsSlots(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 1)
	first := p.sections
	if err := p.client.AddSlots(1); err != nil {
		t.Fatal(err)
	}
	p.negotiate(false)
	if len(p.sections) != len(first)+2 || p.sections[2].SSRC != first[2].SSRC {
		t.Fatalf("%d sections after %d", len(p.sections), len(first))
	}
	for i := range 2 {
		audio, video := p.slot(i)
		p.down(audio, 1, "audio "+audio.MID)
		p.down(video, 1, "video "+video.MID)
	}
	p.up(p.client.Mic, "still heard")
}

func refusesOffers(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 1)
	good := p.client.PC.LocalDescription().SDP
	other := NewClient(t, 1).Offer(t, false)
	bad := map[string]string{
		"nothing":                       "",
		"no SDP":                        "garbage",
		"no sections":                   good[:strings.Index(good, "m=")],
		"fewer sections":                good[:strings.LastIndex(good, "m=")],
		"no credentials":                strings.ReplaceAll(good, "a=ice-pwd:", "a=x:"),
		"another certificate":           other,
		"a slot that is now sent":       strings.Replace(good, "a=recvonly", "a=sendonly", 1),
		"other codecs":                  strings.ReplaceAll(strings.ReplaceAll(good, "VP8", "XYZ"), "opus", "xyz"),
		"a server that waits for us":    strings.ReplaceAll(good, "a=setup:actpass", "a=setup:passive"),
		"credentials that are half new": strings.ReplaceAll(good, "a=ice-ufrag:", "a=ice-ufrag:x"),
		"endless":                       good + strings.Repeat("a=x:"+strings.Repeat("y", 100)+"\r\n", 2000),
	}
	fresh, err := tr.Open(0, &ear{})
	if err != nil {
		t.Fatal(err)
	}
	for name, offer := range bad {
		if _, _, err := p.conn.Offer(offer); err == nil {
			t.Errorf("%s: taken", name)
		}
		switch name {
		case "fewer sections", "another certificate", "a slot that is now sent", "credentials that are half new":
			continue // wrong only where there was another before
		}
		if _, _, err := fresh.Offer(offer); err == nil {
			t.Errorf("%s: taken as a first", name)
		}
	}
	audio, _ := p.slot(0)
	p.up(p.client.Mic, "still heard")
	p.down(audio, 1, "still hears")
	if _, _, err := fresh.Offer(other); err != nil {
		t.Errorf("a good offer after bad ones: %v", err)
	}
}
