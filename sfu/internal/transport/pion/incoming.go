package pion

import (
	"io"
	"sync"
	"sync/atomic"

	"github.com/pion/rtcp"
	"github.com/pion/transport/v5/packetio"

	"kring/sfu/internal/transport"
)

// maxStreams is how many SSRCs a client may name, in RTP and RTCP together: twice what eighty sections come to. The core is
// stricter with those that carry media.
const maxStreams = 512

// incoming is what arrives on a connection. Pion makes a buffer for each SSRC and writes to it each packet that it has opened, by
// the goroutine that read it; the buffers here keep nothing and hand on.
type incoming struct {
	excess func() // called once when a client has named too many SSRCs; it must not block

	// streams counts without mu: Pion makes a buffer at the first write to a client too, which the core does under locks that
	// a handler waits for.
	streams atomic.Int64

	mu           sync.Mutex
	handler      transport.Handler // nil once closed
	destinations []uint32          // scratch
}

// buffer implements SettingEngine.BufferFactory.
func (in *incoming) buffer(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	n := in.streams.Add(1)
	if n == maxStreams+1 {
		in.excess()
	}
	switch {
	case n > maxStreams:
		return discard{}
	case kind == packetio.RTCPBufferPacket:
		return rtcpBuffer{in: in, ssrc: ssrc}
	}
	return rtpBuffer{in: in}
}

// connected tells the handler.
func (in *incoming) connected(up bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.handler != nil {
		in.handler.Connected(up)
	}
}

// close returns when the handler is not and will not be called.
func (in *incoming) close() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.handler = nil
}

// discard is a buffer in which nothing stays. Reading from it ends at once, and with it Pion's attempts to learn what a
// stream is.
type discard struct{}

func (discard) Read([]byte) (int, error)    { return 0, io.EOF }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) Close() error                { return nil }

type rtpBuffer struct {
	discard
	in *incoming
}

func (b rtpBuffer) Write(packet []byte) (int, error) {
	b.in.mu.Lock()
	defer b.in.mu.Unlock()
	if b.in.handler != nil {
		b.in.handler.RTP(packet)
	}
	return len(packet), nil
}

type rtcpBuffer struct {
	discard
	in   *incoming
	ssrc uint32
}

// Write hands on a packet of a compound. Pion takes compounds apart and gives each packet to the buffer of every SSRC that it
// names: the buffer of the lowest is the one that counts. A packet that names none asks for nothing.
func (b rtcpBuffer) Write(packet []byte) (int, error) {
	b.in.mu.Lock()
	defer b.in.mu.Unlock()
	var err error
	b.in.destinations, err = rtcp.RawPacket(packet).ParseDestinationSSRC(b.in.destinations[:0])
	if err == nil && b.in.handler != nil && lowest(b.in.destinations, b.ssrc) {
		b.in.handler.RTCP(packet)
	}
	return len(packet), nil
}

// lowest reports whether ssrc is the lowest of what a packet names.
func lowest(named []uint32, ssrc uint32) bool {
	for _, n := range named {
		if n < ssrc {
			return false
		}
	}
	return len(named) > 0
}
