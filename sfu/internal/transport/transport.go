// Package transport is the seam between the forwarding core and what carries it: an offer in, an answer out; a peer's
// decrypted RTP and RTCP in, RTP and RTCP for a peer out. Two packages implement it: lite (our own ICE-lite responder) and pion
// (webrtc.PeerConnection). The core neither encrypts nor knows an address; a transport neither forwards nor knows a room.
package transport

import "net/netip"

// Transport opens connections on the media port or ports.
type Transport interface {
	// Open makes a connection that has not been negotiated yet. worker picks the port where there are several: all peers of
	// a room have the same.
	Open(worker uint32, h Handler) (Conn, error)
	// Gather calls f, and sends what it writes to the peers of a worker when it returns: with fewer calls of the system than one
	// by one.
	Gather(worker uint32, f func())
	// Flush returns when all that has been written to the peers of a worker is sent: a transport also gathers what is
	// written while a handler is called.
	Flush(worker uint32)
	// Addr is the address of the first media port.
	Addr() netip.AddrPort
	// Close closes every connection and the ports, and returns when their goroutines are gone. It is idempotent.
	Close() error
}

// Conn is one peer's connection.
type Conn interface {
	// Offer answers the first offer, or a later one that restarts ICE or adds m-lines. The sections are those of the offer, in
	// order, with what was agreed. An error leaves the connection as it was.
	Offer(sdp string) (answer string, sections []Section, err error)
	// WriteRTP seals and sends a whole RTP packet, which stays the caller's. It never blocks for long; what cannot be sent is
	// lost. It may be called from several goroutines.
	WriteRTP(packet []byte)
	// WriteRTCP seals and sends a compound RTCP packet.
	WriteRTCP(packet []byte)
	// Close is idempotent and returns when the connection's goroutines are gone. It must not be called from the Handler.
	Close() error
}

// Handler hears of one connection. RTP and RTCP are called by one goroutine at a time; the bytes are valid during the call
// and may be changed in place.
type Handler interface {
	Connected(up bool)
	RTP(packet []byte)
	RTCP(packet []byte)
}

// Kind is audio or video.
type Kind uint8

// The kinds of media.
const (
	Audio Kind = iota
	Video
)

// Section is one m-section as agreed. Up is sent by the client (microphone, camera, screen); otherwise it is a slot, which the
// client receives.
type Section struct {
	MID      string
	Kind     Kind
	Up       bool
	Rejected bool // port 0 in the answer
	// PT is Opus or VP8; RTX its retransmission (RFC 4588), 0 if not agreed.
	PT, RTX uint8
	Ext     Extensions
	// RIDs of an Up section in the order of the offer (RFC 8853), empty without simulcast.
	RIDs []string
	// SSRC and RTXSSRC: of a slot, as the answer announces; of an Up section, as the offer declares, 0 if it does not or if there
	// are RIDs, by which the SSRCs of layers are learnt.
	SSRC, RTXSSRC uint32
}

// Extensions are the agreed ids of RTP header extensions (RFC 8285), 0 where not agreed.
type Extensions struct {
	MID, RID, RepairedRID uint8 // RFC 9143, RFC 8852
	AudioLevel            uint8 // RFC 6464
	TWCC                  uint8 // draft-holmer-rmcat-transport-wide-cc-extensions-01
	AbsSendTime           uint8
}
