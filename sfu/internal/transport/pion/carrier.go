package pion

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"kring/sfu/internal/transport/jsep"
)

// The carrier is the one section that Pion knows of: its write stream seals whatever RTP packet is given to it, of any SSRC.

var carrierCodec = webrtc.RTPCodecParameters{
	RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2},
	PayloadType:        111,
}

// carrierOffer is the offer that Pion is given in place of the client's. The client only receives in it, so that Pion starts no
// receiver. Its a=ssrc is of nothing: without one, Pion would make a transceiver of its own for each SSRC that arrives.
func carrierOffer(o *jsep.Offer) webrtc.SessionDescription {
	return webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"+
		"a=group:BUNDLE 0\r\n"+
		"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\n"+
		"a=mid:0\r\na=rtcp-mux\r\na=recvonly\r\na=setup:active\r\n"+
		"a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:%s %s\r\n"+
		"a=rtpmap:111 opus/48000/2\r\na=ssrc:1 cname:none\r\n",
		o.Ufrag, o.Pwd, o.Fingerprint.Algorithm, o.Fingerprint.Value)}
}

// carrier implements webrtc.TrackLocal.
type carrier struct {
	stream atomic.Pointer[webrtc.TrackLocalWriter] // nil while nothing can be sent
}

func (c *carrier) Bind(ctx webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	stream := ctx.WriteStream()
	c.stream.Store(&stream)
	return carrierCodec, nil
}

func (c *carrier) Unbind(webrtc.TrackLocalContext) error {
	c.stream.Store(nil)
	return nil
}

func (c *carrier) ID() string                { return "carrier" }
func (c *carrier) RID() string               { return "" }
func (c *carrier) StreamID() string          { return "carrier" }
func (c *carrier) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }

// write sends a whole packet; what cannot be sent is lost.
func (c *carrier) write(raw []byte) {
	stream := c.stream.Load()
	if stream == nil {
		return
	}
	p := parsed.Get().(*rtp.Packet)
	defer parsed.Put(p)
	if p.Unmarshal(raw) == nil {
		_, _ = (*stream).WriteRTP(&p.Header, p.Payload)
	}
	p.Payload = nil // It is the caller's.
}

// parsed holds packets for write, which is called by the goroutines of many senders.
var parsed = sync.Pool{New: func() any { return new(rtp.Packet) }}
