package transporttest

import (
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"kring/sfu/internal/transport"
)

func restarts(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 1)
	before := p.sections
	audio, _ := p.slot(0)
	p.up(p.client.Mic, "before")
	p.down(audio, 1, "before")
	firstUfrag := ufrag(p.client.PC.RemoteDescription().SDP)
	p.negotiate(true)
	if now := ufrag(p.client.PC.RemoteDescription().SDP); now == firstUfrag || now == "" {
		t.Errorf("ICE username %q after %q", now, firstUfrag)
	}
	if len(before) != len(p.sections) || before[2].SSRC != p.sections[2].SSRC || before[3].RTXSSRC != p.sections[3].RTXSSRC {
		t.Error("the slots' SSRCs have changed")
	}
	paths := 0
	p.client.Paths.Await(t, "a new path", func(s webrtc.ICEConnectionState) bool {
		if s == webrtc.ICEConnectionStateConnected {
			paths++
		}
		return paths == 2
	})
	if err := p.client.Mic.Send(rtp.Packet{Header: rtp.Header{SequenceNumber: 2}, Payload: []byte("after")}); err != nil {
		t.Fatal(err)
	}
	p.ear.rtp.Await(t, "a sound after the restart", func(q rtp.Packet) bool { return string(q.Payload) == "after" })
	p.down(audio, 2, "after")
}

// ufrag is the ICE username of an SDP.
func ufrag(sdp string) string {
	_, rest, _ := strings.Cut(sdp, "a=ice-ufrag:")
	name, _, _ := strings.Cut(rest, "\r\n")
	return name
}

// losesHandshake loses the first three records of either side, and with them every flight once.
func losesHandshake(t *testing.T, tr transport.Transport) {
	r := NewRelay(t, tr.Addr())
	lost := map[bool]int{}
	r.Lose(func(up bool, d []byte) bool {
		if d[0] < 20 || d[0] > 63 || lost[up] == 3 { // RFC 7983 §7: DTLS
			return false
		}
		lost[up]++
		return true
	})
	p := connectThrough(t, tr, 1, r)
	audio, _ := p.slot(0)
	p.up(p.client.Mic, "after all")
	p.down(audio, 1, "after all")
}

// moves is what our client does when its network has changed: it restarts ICE.
func moves(t *testing.T, tr transport.Transport) {
	r := NewRelay(t, tr.Addr())
	p := connectThrough(t, tr, 1, r)
	audio, _ := p.slot(0)
	p.up(p.client.Mic, "at home")
	r.Move(t)
	p.negotiate(true)
	p.keepUp("on the train")
	p.keepDown(audio, "on the train")
}

func fallsSilent(t *testing.T, tr transport.Transport) {
	r := NewRelay(t, tr.Addr())
	p := connectThrough(t, tr, 1, r)
	r.Lose(func(bool, []byte) bool { return true })
	p.ear.up.Await(t, "the silence", isFalse)
	r.Lose(func(bool, []byte) bool { return false })
	changes := 0
	p.ear.up.Await(t, "the return", func(up bool) bool {
		if up {
			changes++
		}
		return changes == 2
	})
}

// again is how often a packet is sent that may be lost on its way.
const again = 20 * time.Millisecond

// keepUp sends a packet again and again until the handler has it.
func (p *pair) keepUp(text string) {
	p.t.Helper()
	sequence := uint16(0)
	p.keep(func() {
		sequence++
		_ = p.client.Mic.Send(rtp.Packet{Header: rtp.Header{SequenceNumber: sequence}, Payload: []byte(text)})
	}, func() {
		p.t.Helper()
		p.ear.rtp.Await(p.t, text, func(q rtp.Packet) bool { return string(q.Payload) == text })
	})
}

// keepDown sends a packet again and again until the client has it.
func (p *pair) keepDown(s transport.Section, text string) {
	p.t.Helper()
	sequence := uint16(100)
	p.keep(func() {
		sequence++
		p.conn.WriteRTP(p.packet(s.SSRC, s.PT, sequence, text))
	}, func() {
		p.t.Helper()
		p.arrives(text)
	})
}

func (p *pair) keep(send, await func()) {
	p.t.Helper()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(again)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				send()
			}
		}
	}()
	defer func() { close(stop); <-stopped }()
	await()
}
