package sfu

import (
	"encoding/binary"
	"fmt"
	"log/slog"
	"slices"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"kring/sfu/internal/transport"
)

// sink is a connection that takes what it is given and keeps nothing.
type sink struct{ fakeConn }

func (*sink) WriteRTP([]byte)  {}
func (*sink) WriteRTCP([]byte) {}

// sinks opens connections to nowhere.
type sinks struct {
	fakeTransport
	all []*sink
}

func (s *sinks) Open(_ uint32, h transport.Handler) (transport.Conn, error) {
	c := &sink{fakeConn{handler: h, n: len(s.all)}}
	s.all = append(s.all, c)
	return c, nil
}

// BenchmarkForward is one packet from its decrypted bytes to the sealing for each of nineteen receivers.
func BenchmarkForward(b *testing.B) {
	const receivers = 19
	for _, video := range []bool{false, true} {
		b.Run(fmt.Sprintf("video=%v", video), func(b *testing.B) {
			t := &sinks{}
			s := newServer(t, Config{Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
			defer func() { _ = s.Close() }()
			room, policy := s.Room("room"), Policy{Receivers: map[PeerID][]Feed{}}
			for i := range receivers + 1 {
				id := PeerID(fmt.Sprint(i))
				c := &client{id: id}
				c.peer = room.Join(id, c)
				if _, err := c.peer.Offer("1"); err != nil {
					b.Fatal(err)
				}
				if i > 0 {
					policy.Receivers[id] = []Feed{{Source: "0", Hear: true, See: LayerHigh}}
				}
			}
			room.SetPolicy(policy)
			for _, c := range t.all {
				c.handler.Connected(true)
			}
			for _, p := range *room.present.Load() {
				p.Acknowledge(1 << 60)
			}
			from := t.all[0]
			packet := benchPacket(from, video)
			from.handler.RTP(packet) // learns the stream, and begins it with a key frame
			for _, l := range slices.Concat(room.peers["0"].up.Load().mic.layers, room.peers["0"].up.Load().camera.layers) {
				l.perByte = 0 // no bench could stay within its budget
			}
			before := total(room)
			n := uint64(0)
			b.ReportAllocs()
			for b.Loop() {
				n++
				binary.BigEndian.PutUint16(packet[2:], uint16(n))
				from.handler.RTP(packet)
			}
			b.StopTimer()
			if sent := total(room) - before; sent != n*receivers {
				b.Fatalf("%d packets were forwarded as %d", n, sent)
			}
		})
	}
}

func total(r *Room) uint64 {
	c := r.Counters()["0"]
	return c.AudioForwarded + c.VideoForwarded
}

// benchPacket is a sound with its level, or a part of a key frame of the better layer.
func benchPacket(c *sink, video bool) []byte {
	header := []byte{0x90, c.opus(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xbe, 0xde, 0, 1, c.ext().AudioLevel << 4, 30, 0, 0}
	if !video {
		binary.BigEndian.PutUint32(header[8:], c.mic())
		return append(header, make([]byte, 80)...)
	}
	header[1], header[16], header[17] = c.vp8(), c.ext().RID<<4, 'h'
	return append(append(header, 0x90, 0xc0, 0x80, 1, 1, 0), make([]byte, 1100)...)
}
