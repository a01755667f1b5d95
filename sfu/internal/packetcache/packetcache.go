// Package packetcache keeps the newest packets of one layer of an up track, for all its receivers: a packet is stored once, sent
// from where it lies, and read again for a retransmission. There is room before each payload for the header of whoever it
// is sent to, so that forwarding to many copies nothing.
//
// A Cache has no lock of its own: its owner, the up track, holds its mutex while it stores, sends and reads again. Memory is
// fixed when it is made.
package packetcache

import "kring/sfu/internal/rtpview"

const (
	// MaxPayload is the largest payload that is kept, in bytes: what fits an Ethernet frame without IPv6, UDP, SRTP and RTP.
	MaxPayload = 1400
	// headroom holds a header and the original sequence number of a retransmission.
	headroom = rtpview.MaxHeaderSize + 2
)

// Packet is one packet as it came. It is overwritten when as many newer ones have come as the cache has places.
type Packet struct {
	Sequence  uint64 // extended
	Timestamp uint32
	Marker    bool
	HasLevel  bool
	Level     uint8 // RFC 6464
	VP8       rtpview.VP8

	used  bool
	size  int
	bytes [headroom + MaxPayload]byte
}

// Payload is the packet's payload. Its picture id and TL0PICIDX are those of whoever it was last sent to.
func (p *Packet) Payload() []byte { return p.bytes[headroom : headroom+p.size] }

// Framed is the payload with so many bytes before it, for a header.
func (p *Packet) Framed(header int) []byte { return p.bytes[headroom-header : headroom+p.size] }

// Cache is a ring of packets by extended sequence number.
type Cache struct{ ring []Packet }

// New makes a cache of so many places, a power of two.
func New(places int) *Cache { return &Cache{make([]Packet, places)} }

// Store copies a payload to the place of its number and returns that place, for the rest to be filled in: nil if the payload
// is too big, or older than what is there.
func (c *Cache) Store(sequence uint64, payload []byte) *Packet {
	p := c.place(sequence)
	if len(payload) > MaxPayload || p.used && p.Sequence > sequence {
		return nil
	}
	p.used, p.Sequence, p.size = true, sequence, len(payload)
	copy(p.bytes[headroom:], payload)
	return p
}

// Get is the packet with this number, nil if it never came or is gone.
func (c *Cache) Get(sequence uint64) *Packet {
	if p := c.place(sequence); p.used && p.Sequence == sequence {
		return p
	}
	return nil
}

func (c *Cache) place(sequence uint64) *Packet { return &c.ring[sequence&uint64(len(c.ring)-1)] }
