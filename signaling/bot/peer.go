package bot

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"kring/signaling/protocol"
)

// peer is one PeerConnection: one offer, never another. connected and instance are guarded by the bot's lock.
type peer struct {
	bot       *Bot
	pc        *webrtc.PeerConnection
	n         uint64 // of its offer
	mic       *source
	layers    [2]*source // q and h
	slots     map[*webrtc.RTPReceiver]int
	instance  string
	connected bool

	closed  chan struct{}
	once    sync.Once
	mu      sync.Mutex // guards ending, so that nothing starts once close waits
	ending  bool
	running sync.WaitGroup
}

// connect makes a new PeerConnection in place of the present one, and offers it.
func (b *Bot) connect() {
	p, offer, err := newPeer(b)
	if err != nil {
		b.finish(fmt.Errorf("make offer: %w", err))
		return
	}
	if !b.setPeer(p) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.page.offers++
	p.n = b.page.offers
	// Without a socket now, the next welcome makes another connection.
	_ = b.page.write(protocol.ClientMessage{Offer: &protocol.Offer{N: p.n, SDP: offer, Fresh: true}})
}

// setPeer replaces the PeerConnection, closes the old one, and reports false if the bot is over.
func (b *Bot) setPeer(p *peer) bool {
	b.mu.Lock()
	old, over := b.peer, b.err != nil
	if over && p != nil {
		old = p
	} else {
		b.peer = p
		b.senses.forget()
		b.wake()
	}
	b.mu.Unlock()
	if old != nil {
		old.close()
	}
	return !over
}

// mediaAnswered takes the server's answer to the present offer.
func (b *Bot) mediaAnswered(m *protocol.Media) {
	b.mu.Lock()
	p := b.peer
	if p == nil || p.n != m.N {
		b.mu.Unlock()
		return
	}
	p.instance = m.Instance
	b.mu.Unlock()
	switch {
	case m.Refusal == "busy":
		p.later(func() {
			select {
			case <-time.After(retryFirst):
				b.again(p)
			case <-p.closed:
			}
		})
	case m.Refusal != "":
		b.finish(fmt.Errorf("offer refused: %s", m.Refusal))
	default:
		answer := webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: m.SDP}
		if err := p.pc.SetRemoteDescription(answer); err != nil && !errors.Is(err, webrtc.ErrConnectionClosed) {
			b.finish(fmt.Errorf("answer: %w", err))
		}
	}
}

// again makes another connection if p is still the present one, on a goroutine of the bot: p waits for its own at its close.
func (b *Bot) again(p *peer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.peer == p && b.err == nil {
		b.running.Go(b.connect)
	}
}

// newPeer makes a PeerConnection with everything that it will ever need: microphone, camera, and the slots.
func newPeer(b *Bot) (*peer, string, error) {
	api, err := newAPI()
	if err != nil {
		return nil, "", err
	}
	pc, err := api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, "", err
	}
	p := &peer{bot: b, pc: pc, slots: map[*webrtc.RTPReceiver]int{}, closed: make(chan struct{})}
	pc.OnTrack(p.track)
	pc.OnConnectionStateChange(p.state)
	offer, err := p.offer(b.opt.Slots)
	if err != nil {
		return nil, "", errors.Join(err, pc.Close())
	}
	return p, offer, nil
}

// offer is the one offer, made before gathering and so without candidates: the server needs none.
func (p *peer) offer(slots int) (string, error) {
	if err := p.addSources(); err != nil {
		return "", err
	}
	for i := range slots {
		for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			t, err := p.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
			if err != nil {
				return "", err
			}
			p.slots[t.Receiver()] = i
		}
	}
	offer, err := p.pc.CreateOffer(nil)
	if err != nil {
		return "", err
	}
	return offer.SDP, p.pc.SetLocalDescription(offer)
}

// The codecs of the house, in Chromium's payload types.
const (
	opusType = 111
	vp8Type  = 96
	rtxType  = 97
)

func newAPI() (*webrtc.API, error) {
	var media webrtc.MediaEngine
	var chain interceptor.Registry
	if err := errors.Join(registerCodecs(&media), registerExtensions(&media), registerFeedback(&chain)); err != nil {
		return nil, err
	}
	var s webrtc.SettingEngine
	s.SetIncludeLoopbackCandidate(true) // servers under test are on loopback
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6})
	return webrtc.NewAPI(webrtc.WithMediaEngine(&media), webrtc.WithInterceptorRegistry(&chain), webrtc.WithSettingEngine(s)), nil
}

func registerCodecs(media *webrtc.MediaEngine) error {
	opus := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}
	vp8 := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: []webrtc.RTCPFeedback{
		{Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"},
	}}
	rtx := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: fmt.Sprintf("apt=%d", vp8Type)}
	return errors.Join(
		media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: opus, PayloadType: opusType}, webrtc.RTPCodecTypeAudio),
		media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: vp8, PayloadType: vp8Type}, webrtc.RTPCodecTypeVideo),
		media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: rtx, PayloadType: rtxType}, webrtc.RTPCodecTypeVideo),
	)
}

func registerExtensions(media *webrtc.MediaEngine) error {
	add := func(uri string, kind webrtc.RTPCodecType) error {
		return media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, kind)
	}
	return errors.Join(
		add(sdp.SDESMidURI, webrtc.RTPCodecTypeAudio),
		add(sdp.AudioLevelURI, webrtc.RTPCodecTypeAudio),
		add(sdp.SDESMidURI, webrtc.RTPCodecTypeVideo),
		add(sdp.SDESRTPStreamIDURI, webrtc.RTPCodecTypeVideo),
		add(sdp.SDESRepairRTPStreamIDURI, webrtc.RTPCodecTypeVideo),
	)
}

// maxNacks is how often a bot asks for a packet.
const maxNacks = 3

// registerFeedback adds reports and the asking for lost packets. Answering is publish.go's: Pion's own answer would carry the
// stream's RID where a retransmission must carry the repaired one (RFC 8852 §3.2).
func registerFeedback(chain *interceptor.Registry) error {
	if err := webrtc.ConfigureRTCPReports(chain); err != nil {
		return err
	}
	// It does not see what comes by retransmission, and would ask for that too until it is hundreds of packets old.
	lost, err := nack.NewGeneratorInterceptor(nack.GeneratorMaxNacksPerPacket(maxNacks))
	if err != nil {
		return err
	}
	chain.Add(lost)
	return nil
}

// state follows the connection: it publishes once there is one, and makes another where it has failed. Pion calls it on a new
// goroutine for each change, in no order: what counts is the state now.
func (p *peer) state(webrtc.PeerConnectionState) {
	b := p.bot
	b.mu.Lock()
	s := p.pc.ConnectionState()
	connected := s == webrtc.PeerConnectionStateConnected
	changed := connected != p.connected && b.peer == p
	p.connected = connected
	b.wake()
	b.mu.Unlock()
	switch {
	case changed && connected:
		b.tell(Event{Kind: EventConnected})
		p.once.Do(func() { p.later(p.publish) })
	case changed:
		b.tell(Event{Kind: EventMediaLost})
	}
	if s == webrtc.PeerConnectionStateFailed {
		b.again(p)
	}
}

// track reads what arrives in a slot, until the connection ends.
func (p *peer) track(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	i, video := p.slots[r], t.Kind() == webrtc.RTPCodecTypeVideo
	p.later(func() { // the interceptors see sender reports only if somebody reads
		buf := make([]byte, 1500)
		for {
			if _, _, err := r.Read(buf); err != nil {
				return
			}
		}
	})
	p.later(func() { p.read(t, i, video) })
}

func (p *peer) read(t *webrtc.TrackRemote, slot int, video bool) {
	b := p.bot
	for {
		packet, _, err := t.ReadRTP()
		if err != nil {
			return
		}
		at := time.Now()
		b.mu.Lock()
		if b.peer != p {
			b.mu.Unlock()
			return
		}
		arrived := b.senses.arrive(slot, video, packet, at)
		b.wake()
		b.mu.Unlock()
		if b.opt.Packet != nil {
			b.opt.Packet(arrived)
		}
	}
}

// later runs f on a goroutine that close waits for.
func (p *peer) later(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ending {
		p.running.Go(f)
	}
}

// close ends the connection and waits for its goroutines. It must not be called from one of them.
func (p *peer) close() {
	p.mu.Lock()
	first := !p.ending
	p.ending = true
	p.mu.Unlock()
	if first {
		close(p.closed)
		_ = p.pc.GracefulClose()
	}
	p.running.Wait()
}
