// Package transporttest is the suite that every transport passes, and the client that it is passed with: plain Pion, over
// real sockets.
package transporttest

import (
	"slices"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

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
