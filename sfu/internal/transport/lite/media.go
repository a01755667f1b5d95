package lite

import (
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/pion/srtp/v3"
)

// maxStreams is how many SSRCs a peer may send, in RTP and RTCP together: SRTP keeps a record of each. It is twice what eighty
// sections come to; the core is stricter with those that carry media.
const maxStreams = 512

// sealedSpacing is how often media from one address is noted.
const sealedSpacing = 100 * time.Millisecond

// takeMedia opens an SRTP or SRTCP packet in place and hands it on. It belongs to the worker's loop.
func (c *conn) takeMedia(d []byte, from netip.AddrPort) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.worker
	if c.in == nil || c.handler == nil {
		w.metrics.early.Inc()
		return
	}
	isRTCP := d[1] >= 192 && d[1] < 224 // RFC 5761 §4
	plain, err := c.open(d, isRTCP)
	if err != nil {
		w.metrics.unopened.Inc()
		return
	}
	if !c.note(plain, isRTCP) {
		return
	}
	c.moved(from)
	if isRTCP {
		c.handler.RTCP(plain)
	} else {
		c.handler.RTP(plain)
	}
}

func (c *conn) open(d []byte, isRTCP bool) ([]byte, error) {
	if isRTCP {
		return c.in.DecryptRTCP(d, d, &c.worker.rtcp)
	}
	return c.in.DecryptRTP(d, d, &c.worker.header)
}

// note counts the streams of a peer, and closes one with too many; false if it is closing.
func (c *conn) note(packet []byte, isRTCP bool) bool {
	at := 8 // RFC 3550 §5.1: the SSRC of an RTP packet
	if isRTCP {
		at = 4 // §6.4.1: that of who sent the report
	}
	ssrc := binary.BigEndian.Uint32(packet[at:])
	if _, known := c.streams[ssrc]; known {
		return true
	}
	if len(c.streams) == maxStreams {
		c.in = nil
		c.transport.background(c)
		return false
	}
	c.streams[ssrc] = struct{}{}
	return true
}

// moved notes that the peer is at an address, not for each packet.
func (c *conn) moved(from netip.AddrPort) {
	w := c.worker
	c.heardAt.Store(int64(w.now))
	if from == c.sealedBy && w.now-c.sealedAt < sealedSpacing {
		return
	}
	c.sealedBy, c.sealedAt = from, w.now
	w.mu.Lock()
	c.path.sealed(from, w.now)
	c.aim()
	w.mu.Unlock()
	if !c.up {
		c.tell(w.now)
	}
}

// begin puts the keys of a finished handshake in force.
func (c *conn) begin(in, out *srtp.Context) {
	w := c.worker
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life.Err() != nil {
		return
	}
	w.mu.Lock()
	c.out = out
	w.mu.Unlock()
	c.in = in
	now := c.transport.now()
	c.heardAt.Store(int64(now))
	c.tell(now)
}
