// Package transporttest is the suite that every transport passes, and the client that it is passed with: plain Pion, over
// real sockets.
package transporttest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"kring/sfu/internal/transport"
)

// Run runs the suite, or those of its stories that are named. open makes a transport that loopback reaches.
func Run(t *testing.T, open func(testing.TB) transport.Transport, named ...string) {
	stories := map[string]func(*testing.T, transport.Transport){
		"connects, and says when the client has gone": connects,
		"carries what the client sends":               carriesUp,
		"carries what the client receives":            carriesDown,
		"carries repairs both ways":                   carriesRepairs,
		"carries feedback both ways":                  carriesFeedback,
		"restarts":                                    restarts,
		"shakes hands over a line that loses":         losesHandshake,
		"goes on at another address":                  moves,
		"says when the client is silent, and back":    fallsSilent,
		"adds slots":                                  addsSlots,
		"refuses bad offers":                          refusesOffers,
		"closes a client of endless streams":          boundsStreams,
		"closes at any time":                          closes,
	}
	for name, story := range stories {
		if len(named) > 0 && !slices.Contains(named, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel() // Most of the time is that in which a client notices an end.
			tr := open(t)
			story(t, tr)
			if err := tr.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
			if err := tr.Close(); err != nil {
				t.Errorf("close again: %v", err)
			}
		})
	}
}

// ear is a transport.Handler that notes what it hears.
type ear struct {
	up   Log[bool]
	rtp  Log[rtp.Packet]
	rtcp Log[rtcp.Packet]
}

func (e *ear) Connected(up bool) { e.up.Add(up) }

func (e *ear) RTP(packet []byte) {
	var p rtp.Packet
	if err := p.Unmarshal(slices.Clone(packet)); err == nil {
		e.rtp.Add(p)
	}
	clear(packet) // It may be changed in place.
}

func (e *ear) RTCP(packet []byte) {
	packets, _ := rtcp.Unmarshal(slices.Clone(packet))
	for _, p := range packets {
		e.rtcp.Add(p)
	}
}

// pair is a client and the connection to it.
type pair struct {
	t        *testing.T
	client   *Client
	conn     transport.Conn
	ear      *ear
	relay    *Relay // nil if the client comes by itself
	sections []transport.Section
}

func connect(t *testing.T, tr transport.Transport, slots int) *pair {
	t.Helper()
	return connectThrough(t, tr, slots, nil)
}

func connectThrough(t *testing.T, tr transport.Transport, slots int, r *Relay) *pair {
	t.Helper()
	p := &pair{t: t, client: NewClient(t, slots), ear: &ear{}, relay: r}
	var err error
	if p.conn, err = tr.Open(7, p.ear); err != nil {
		t.Fatal(err)
	}
	p.negotiate(false)
	p.ear.up.Await(t, "the connection", isTrue)
	p.client.Up.Await(t, "the client's connection", isTrue)
	return p
}

func (p *pair) negotiate(restart bool) {
	p.t.Helper()
	answer, sections, err := p.conn.Offer(p.client.Offer(p.t, restart))
	if err != nil {
		p.t.Fatal(err)
	}
	p.sections = sections
	if p.relay != nil {
		answer = p.relay.Through(answer)
	}
	p.client.Answer(p.t, answer)
}

// slot gives the sections of a slot.
func (p *pair) slot(i int) (audio, video transport.Section) {
	return p.sections[2+2*i], p.sections[3+2*i]
}

// up has a packet go from the client to the handler.
func (p *pair) up(s *Source, text string) rtp.Packet {
	p.t.Helper()
	if err := s.Send(rtp.Packet{Header: rtp.Header{SequenceNumber: 65535, Timestamp: 7, Marker: true}, Payload: []byte(text)}); err != nil {
		p.t.Fatal(err)
	}
	return p.ear.rtp.Await(p.t, text, func(q rtp.Packet) bool { return string(q.Payload) == text })
}

// down has a packet go from the transport to the client.
func (p *pair) down(s transport.Section, sequence uint16, text string) Arrived {
	p.t.Helper()
	p.conn.WriteRTP(p.packet(s.SSRC, s.PT, sequence, text))
	return p.arrives(text)
}

func (p *pair) arrives(text string) Arrived {
	p.t.Helper()
	return p.client.RTP.Await(p.t, text, func(a Arrived) bool { return string(a.Packet.Payload) == text })
}

func (p *pair) packet(ssrc uint32, pt uint8, sequence uint16, text string) []byte {
	p.t.Helper()
	q := rtp.Packet{Header: rtp.Header{Version: 2, SSRC: ssrc, PayloadType: pt, SequenceNumber: sequence, Timestamp: 9}, Payload: []byte(text)}
	raw, err := q.Marshal()
	if err != nil {
		p.t.Fatal(err)
	}
	return raw
}

func isTrue(x bool) bool  { return x }
func isFalse(x bool) bool { return !x }

func connects(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 2)
	if !tr.Addr().IsValid() || tr.Addr().Port() == 0 {
		t.Errorf("address %v", tr.Addr())
	}
	p.client.Close()
	p.ear.up.Await(t, "the end", isFalse)
}

func carriesUp(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 1)
	mic, camera := p.sections[0], p.sections[1]
	if !mic.Up || !camera.Up || !slices.Equal(camera.RIDs, []string{"q", "h"}) || mic.PT != OpusType || camera.PT != VP8Type || camera.RTX != RTXType {
		t.Fatalf("sections %+v and %+v", mic, camera)
	}
	sound := p.up(p.client.Mic, "a sound")
	if ssrc, _ := p.client.Mic.SSRC(); sound.SSRC != ssrc || ssrc != mic.SSRC || sound.PayloadType != OpusType || sound.SequenceNumber != 65535 || !sound.Marker {
		t.Errorf("%v of section %+v", sound, mic)
	}
	for i, l := range p.client.Layers {
		frame := p.up(l, "a frame of "+l.RID())
		if ssrc, _ := l.SSRC(); frame.SSRC != ssrc || frame.PayloadType != VP8Type || string(frame.GetExtension(camera.Ext.RID)) != camera.RIDs[i] {
			t.Errorf("layer %s: %v", l.RID(), frame)
		}
	}
}

func carriesDown(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 3)
	seen := map[uint32]bool{}
	for i := range 3 {
		audio, video := p.slot(i)
		for _, ssrc := range []uint32{audio.SSRC, video.SSRC, video.RTXSSRC} {
			if ssrc == 0 || seen[ssrc] {
				t.Errorf("SSRC %d of slot %d is none or used twice", ssrc, i)
			}
			seen[ssrc] = true
		}
		for _, s := range []transport.Section{audio, video} {
			a := p.down(s, 65535, "for "+s.MID)
			if a.Slot != i || a.Video != (s.Kind == transport.Video) || a.Resent || a.Packet.SSRC != s.SSRC || a.Packet.PayloadType != s.PT || a.Packet.SequenceNumber != 65535 || a.Packet.Timestamp != 9 {
				t.Errorf("sent in section %+v, arrived %+v", s, a)
			}
		}
	}
}

func carriesRepairs(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 1)
	_, video := p.slot(0)
	p.down(video, 10, "the tenth")
	p.conn.WriteRTP(p.packet(video.RTXSSRC, video.RTX, 500, "\x00\x09the ninth"))
	// Pion hands out a repair only when the next packet of the stream has come, and by then it may not have read it.
	ninth := func(a Arrived) bool { return string(a.Packet.Payload) == "the ninth" }
	for n := uint16(11); n < 1000 && !slices.ContainsFunc(p.client.RTP.All(), ninth); n++ {
		p.down(video, n, fmt.Sprintf("packet %d", n))
	}
	if a := p.arrives("the ninth"); !a.Resent || a.Packet.SequenceNumber != 9 || a.Packet.SSRC != video.SSRC {
		t.Errorf("a repair arrived as %+v", a)
	}
	if err := p.client.Layers[1].Resend(rtp.Packet{Header: rtp.Header{SequenceNumber: 0x102}, Payload: []byte("lost")}, 77); err != nil {
		t.Fatal(err)
	}
	q := p.ear.rtp.Await(t, "the repair", func(q rtp.Packet) bool { return string(q.Payload) == "\x01\x02lost" })
	if _, rtx := p.client.Layers[1].SSRC(); q.SSRC != rtx || q.PayloadType != RTXType || q.SequenceNumber != 77 || string(q.GetExtension(p.sections[1].Ext.RepairedRID)) != "h" {
		t.Errorf("repair %v", q)
	}
}

func carriesFeedback(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 2)
	audio, video := p.slot(1)
	report := &rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: video.SSRC}, {SSRC: audio.SSRC}}}
	pli := &rtcp.PictureLossIndication{SenderSSRC: 1, MediaSSRC: video.SSRC}
	for range 2 {
		if err := p.client.PC.WriteRTCP([]rtcp.Packet{report, pli}); err != nil {
			t.Fatal(err)
		}
	}
	plis, reports := 0, 0
	p.ear.rtcp.Await(t, "a second PLI", func(q rtcp.Packet) bool {
		switch q := q.(type) {
		case *rtcp.PictureLossIndication:
			plis++
		case *rtcp.ReceiverReport:
			reports++
			if len(q.Reports) != 2 || q.Reports[0].SSRC != video.SSRC || q.Reports[1].SSRC != audio.SSRC {
				t.Errorf("report %v", q)
			}
		}
		return plis == 2
	})
	if reports != 2 {
		t.Errorf("2 reports came as %d", reports)
	}
	ssrc, _ := p.client.Layers[0].SSRC()
	raw, err := rtcp.Marshal([]rtcp.Packet{
		&rtcp.ReceiverReport{SSRC: 5}, &rtcp.TransportLayerNack{SenderSSRC: 5, MediaSSRC: ssrc, Nacks: []rtcp.NackPair{{PacketID: 65535, LostPackets: 1}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.conn.WriteRTCP(raw)
	p.client.RTCP.Await(t, "the NACK", func(q rtcp.Packet) bool {
		n, ok := q.(*rtcp.TransportLayerNack)
		return ok && n.MediaSSRC == ssrc && slices.Equal(n.Nacks[0].PacketList(), []uint16{65535, 0})
	})
}

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

func boundsStreams(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 1)
	// Twice as many streams as any transport allows, and then what may be sent for ever: the client notices the end by silence.
	for ssrc := uint32(1); ssrc <= 1024; ssrc++ {
		_ = p.client.Mic.Write(rtp.Packet{Header: rtp.Header{SSRC: ssrc, PayloadType: OpusType}, Payload: []byte("x")})
	}
	p.client.Up.Await(t, "the end", func(up bool) bool { return !up })
}

func closes(t *testing.T, tr transport.Transport) {
	never, err := tr.Open(0, &ear{})
	if err != nil {
		t.Fatal(err)
	}
	offered, err := tr.Open(1, &ear{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := offered.Offer(NewClient(t, 2).Offer(t, false)); err != nil {
		t.Fatal(err)
	}
	up := connect(t, tr, 2)
	for _, c := range []transport.Conn{never, offered, up.conn, up.conn} {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	audio, _ := up.slot(0)
	up.conn.WriteRTP(up.packet(audio.SSRC, audio.PT, 1, "too late"))
	up.conn.WriteRTCP([]byte{0x80, 201, 0, 1, 0, 0, 0, 0})
	if _, _, err := up.conn.Offer(up.client.PC.LocalDescription().SDP); err == nil {
		t.Error("a closed connection takes an offer")
	}
	left, err := tr.Open(2, &ear{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := left.Offer(NewClient(t, 1).Offer(t, false)); err != nil {
		t.Fatal(err)
	}
	if err := tr.Close(); err != nil {
		t.Errorf("close with a connection: %v", err)
	}
	if _, err := tr.Open(0, &ear{}); err == nil {
		t.Error("a closed transport opens a connection")
	}
}

// ufrag is the ICE username of an SDP.
func ufrag(sdp string) string {
	_, rest, _ := strings.Cut(sdp, "a=ice-ufrag:")
	name, _, _ := strings.Cut(rest, "\r\n")
	return name
}
