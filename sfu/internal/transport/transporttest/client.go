package transporttest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// Payload types that no default has, so that an answer which does not echo them is seen.
const (
	OpusType = 109
	VP8Type  = 120
	RTXType  = 124
)

// Client is a client of ours on a plain Pion PeerConnection: a microphone, a camera of two layers (q and h), and slots. It
// sends what it is told to, byte by byte, and notes what arrives. Pion's usual way of reading tracks is what finds the slots in
// an answer, so that a wrong answer is one that Pion understands wrongly.
type Client struct {
	PC     *webrtc.PeerConnection
	Mic    *Source
	Layers [2]*Source // q and h
	RTP    Log[Arrived]
	RTCP   Log[rtcp.Packet]               // all that came, of whatever section
	Up     Log[bool]                      // connected or not, each change
	Paths  Log[webrtc.ICEConnectionState] // each change; Connected comes once more after a restart

	camera  *webrtc.RTPSender
	slots   map[*webrtc.RTPReceiver]int
	mu      sync.Mutex // guards closing, so that nothing starts once Close waits
	closing bool
	running sync.WaitGroup
}

// Arrived is an RTP packet that came in a slot; one that came as a retransmission is told under its original number.
type Arrived struct {
	Slot   int
	Video  bool
	Resent bool
	Packet rtp.Packet
}

// NewClient makes a client with so many slots. It is closed at the end of the test.
func NewClient(t testing.TB, slots int) *Client {
	t.Helper()
	api, err := newAPI()
	if err != nil {
		t.Fatal(err)
	}
	pc, err := api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{PC: pc, slots: map[*webrtc.RTPReceiver]int{}}
	t.Cleanup(c.Close)
	pc.OnTrack(c.track)
	pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) {
		// Pion calls this by a goroutine for each change, in no order: what counts is the state now.
		c.Up.Add(pc.ConnectionState() == webrtc.PeerConnectionStateConnected)
	})
	pc.OnICEConnectionStateChange(c.Paths.Add)
	if err := c.addSections(slots); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *Client) addSections(slots int) error {
	c.Mic = &Source{kind: webrtc.RTPCodecTypeAudio, id: "microphone"}
	mic, err := c.PC.AddTransceiverFromTrack(c.Mic, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	if err != nil {
		return err
	}
	c.Layers = [2]*Source{
		{kind: webrtc.RTPCodecTypeVideo, id: "camera", rid: "q"}, {kind: webrtc.RTPCodecTypeVideo, id: "camera", rid: "h"},
	}
	camera, err := c.PC.AddTransceiverFromTrack(c.Layers[0], webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	if err != nil {
		return err
	}
	c.camera = camera.Sender()
	if err := c.camera.AddEncoding(c.Layers[1]); err != nil {
		return err
	}
	c.later(func() { c.readRTCP(mic.Sender().ReadRTCP) })
	for _, l := range c.Layers {
		c.later(func() {
			c.readRTCP(func() ([]rtcp.Packet, interceptor.Attributes, error) { return c.camera.ReadSimulcastRTCP(l.rid) })
		})
	}
	return c.AddSlots(slots)
}

// AddSlots adds pairs of sections to the next offer.
func (c *Client) AddSlots(n int) error {
	for range n {
		slot := len(c.slots) / 2
		for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			t, err := c.PC.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
			if err != nil {
				return err
			}
			c.mu.Lock()
			c.slots[t.Receiver()] = slot
			c.mu.Unlock()
		}
	}
	return nil
}

// Offer makes an offer, before gathering and so without candidates.
func (c *Client) Offer(t testing.TB, restart bool) string {
	t.Helper()
	offer, err := c.PC.CreateOffer(&webrtc.OfferOptions{ICERestart: restart})
	if err == nil {
		err = c.PC.SetLocalDescription(offer)
	}
	if err != nil {
		t.Fatal(err)
	}
	return offer.SDP
}

// Answer takes the answer to the last offer.
func (c *Client) Answer(t testing.TB, sdp string) {
	t.Helper()
	if err := c.PC.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp}); err != nil {
		t.Fatalf("%v in the answer\n%s", err, sdp)
	}
}

// Close ends the client and waits for its goroutines. It is idempotent.
func (c *Client) Close() {
	c.mu.Lock()
	c.closing = true
	c.mu.Unlock()
	_ = c.PC.GracefulClose()
	c.running.Wait()
}

func (c *Client) later(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closing {
		c.running.Go(f)
	}
}

func (c *Client) track(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	c.mu.Lock()
	slot := c.slots[r]
	c.mu.Unlock()
	c.later(func() { c.readRTCP(r.ReadRTCP) })
	c.later(func() {
		for {
			p, attributes, err := t.ReadRTP()
			if err != nil {
				return
			}
			resent := attributes.Get(webrtc.AttributeRtxSsrc) != nil
			c.RTP.Add(Arrived{Slot: slot, Video: t.Kind() == webrtc.RTPCodecTypeVideo, Resent: resent, Packet: *p.Clone()})
		}
	})
}

func (c *Client) readRTCP(read func() ([]rtcp.Packet, interceptor.Attributes, error)) {
	for {
		packets, _, err := read()
		if err != nil {
			return
		}
		for _, p := range packets {
			c.RTCP.Add(p)
		}
	}
}

// Source is a stream that a client sends, and its repairs. It implements webrtc.TrackLocal.
type Source struct {
	kind    webrtc.RTPCodecType
	id, rid string

	mu          sync.Mutex
	stream      webrtc.TrackLocalWriter
	ssrc, rtx   uint32
	extensionID map[string]uint8
}

// Bind implements webrtc.TrackLocal.
func (s *Source) Bind(ctx webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stream, s.ssrc, s.rtx = ctx.WriteStream(), uint32(ctx.SSRC()), uint32(ctx.SSRCRetransmission())
	s.extensionID = map[string]uint8{}
	for _, e := range ctx.HeaderExtensions() {
		s.extensionID[e.URI] = uint8(e.ID)
	}
	return ctx.CodecParameters()[0], nil
}

// Unbind implements webrtc.TrackLocal.
func (s *Source) Unbind(webrtc.TrackLocalContext) error { return nil }

// ID implements webrtc.TrackLocal.
func (s *Source) ID() string { return s.id }

// RID implements webrtc.TrackLocal.
func (s *Source) RID() string { return s.rid }

// StreamID implements webrtc.TrackLocal.
func (s *Source) StreamID() string { return "client" }

// Kind implements webrtc.TrackLocal.
func (s *Source) Kind() webrtc.RTPCodecType { return s.kind }

// SSRC of the stream and of its repairs; 0 before the answer.
func (s *Source) SSRC() (stream, repairs uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ssrc, s.rtx
}

// Send sends a packet of the stream, with the RID if it has one. Version, SSRC and payload type are filled in.
func (s *Source) Send(p rtp.Packet) error {
	ssrc, _ := s.SSRC()
	p.SSRC, p.PayloadType = ssrc, OpusType
	if s.kind == webrtc.RTPCodecTypeVideo {
		p.PayloadType = VP8Type
	}
	return s.write(p, sdp.SDESRTPStreamIDURI)
}

// Say sends a packet that holds a text.
func (s *Source) Say(text string, sequence uint16) error {
	return s.Send(rtp.Packet{Header: rtp.Header{SequenceNumber: sequence}, Payload: []byte(text)})
}

// Resend sends a packet as a retransmission (RFC 4588 §4) with a sequence number of its own.
func (s *Source) Resend(p rtp.Packet, sequence uint16) error {
	_, rtx := s.SSRC()
	p.Payload = append([]byte{byte(p.SequenceNumber >> 8), byte(p.SequenceNumber)}, p.Payload...)
	p.SSRC, p.PayloadType, p.SequenceNumber = rtx, RTXType, sequence
	return s.write(p, sdp.SDESRepairRTPStreamIDURI)
}

// Write sends a packet as it is.
func (s *Source) Write(p rtp.Packet) error {
	s.mu.Lock()
	stream := s.stream
	s.mu.Unlock()
	p.Version = 2
	_, err := stream.WriteRTP(&p.Header, p.Payload)
	return err
}

func (s *Source) write(p rtp.Packet, ridURI string) error {
	s.mu.Lock()
	id := s.extensionID[ridURI]
	s.mu.Unlock()
	p.Header = p.Header.Clone()
	if s.rid != "" {
		if err := p.SetExtension(id, []byte(s.rid)); err != nil {
			return fmt.Errorf("extension %q is not agreed: %w", ridURI, err)
		}
	}
	return s.Write(p)
}

func newAPI() (*webrtc.API, error) {
	var media webrtc.MediaEngine
	codec := func(pt webrtc.PayloadType, kind webrtc.RTPCodecType, c webrtc.RTPCodecCapability) error {
		return media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: c, PayloadType: pt}, kind)
	}
	extension := func(uri string, kind webrtc.RTPCodecType) error {
		return media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, kind)
	}
	feedback := []webrtc.RTCPFeedback{{Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}
	err := errors.Join(
		codec(OpusType, webrtc.RTPCodecTypeAudio, webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}),
		codec(VP8Type, webrtc.RTPCodecTypeVideo, webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: feedback}),
		codec(RTXType, webrtc.RTPCodecTypeVideo, webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: fmt.Sprintf("apt=%d", VP8Type)}),
		extension(sdp.AudioLevelURI, webrtc.RTPCodecTypeAudio),
		extension(sdp.SDESMidURI, webrtc.RTPCodecTypeAudio),
		extension(sdp.SDESMidURI, webrtc.RTPCodecTypeVideo),
		extension(sdp.SDESRTPStreamIDURI, webrtc.RTPCodecTypeVideo),
		extension(sdp.SDESRepairRTPStreamIDURI, webrtc.RTPCodecTypeVideo),
	)
	var s webrtc.SettingEngine
	s.SetIncludeLoopbackCandidate(true)
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	return webrtc.NewAPI(webrtc.WithMediaEngine(&media), webrtc.WithInterceptorRegistry(&interceptor.Registry{}), webrtc.WithSettingEngine(s)), err
}
