package bot

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"kring/signaling/bot/face"
)

const (
	audioEvery = 20 * time.Millisecond
	audioStep  = 960   // 20 ms at 48 kHz
	videoClock = 90000 // Hz
	// A tone at a third of full scale, and silence, in -dBov (RFC 6464 §3).
	toneLevel    = 13
	silenceLevel = 127
	// maxBehind is how far a loaded machine may fall behind before packets are left out rather than sent in a burst.
	maxBehind = 200 * time.Millisecond
)

// opusSilence is 20 ms of digital silence (fullband CELT, mono).
var opusSilence = []byte{0xf8, 0xff, 0xfe}

// source is one RTP stream that the bot sends: its microphone, or a layer of its camera.
type source struct {
	track   *webrtc.TrackLocalStaticRTP
	rid     string
	picture face.Picture
	header  rtp.Header // of the next packet; owned by the publishing goroutine
	ids     extensionIDs
	mid     string
	asked   chan struct{} // holds one token while a key frame is asked for
	again   chan uint16   // sequence numbers that were lost; those that do not fit are asked for again
	sent    [256]*rtp.Packet
	picID   uint16
	tl0     uint8
}

// extensionIDs are the negotiated ids, 0 where there is none.
type extensionIDs struct{ mid, rid, level uint8 }

// addSources adds the first two m-lines: the microphone, and the camera with layers q and h.
func (p *peer) addSources() error {
	opus, vp8 := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}
	f := p.bot.face
	var errs [3]error
	p.mic, errs[0] = newSource(opus, "mic", "", face.Picture{})
	p.layers[0], errs[1] = newSource(vp8, "camera", "q", f.Low)
	p.layers[1], errs[2] = newSource(vp8, "camera", "h", f.High)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	sendonly := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}
	if _, err := p.pc.AddTransceiverFromTrack(p.mic.track, sendonly); err != nil {
		return err
	}
	camera, err := p.pc.AddTransceiverFromTrack(p.layers[0].track, sendonly)
	if err != nil {
		return err
	}
	return camera.Sender().AddEncoding(p.layers[1].track)
}

func newSource(codec webrtc.RTPCodecCapability, id, rid string, picture face.Picture) (*source, error) {
	s := &source{rid: rid, picture: picture, asked: make(chan struct{}, 1), again: make(chan uint16, 64), picID: uint16(rand.Uint32N(1 << 15))}
	s.header = rtp.Header{Version: 2, SequenceNumber: uint16(rand.Uint32()), Timestamp: rand.Uint32()}
	options := []func(*webrtc.TrackLocalStaticRTP){}
	if rid != "" {
		options = append(options, webrtc.WithRTPStreamID(rid))
	}
	var err error
	s.track, err = webrtc.NewTrackLocalStaticRTP(codec, id, "bot", options...)
	return s, err
}

// publish sends until the connection is closed, whatever the state of microphone and camera.
func (p *peer) publish() {
	transceivers := p.pc.GetTransceivers()
	p.mic.negotiated(transceivers[0])
	p.later(func() { readRTCP(transceivers[0].Sender().ReadRTCP, p.mic) })
	for _, layer := range p.layers {
		layer.negotiated(transceivers[1])
		layer.askKey()
		sender := transceivers[1].Sender()
		p.later(func() {
			readRTCP(func() ([]rtcp.Packet, interceptor.Attributes, error) { return sender.ReadSimulcastRTCP(layer.rid) }, layer)
		})
	}
	p.keepTime()
}

// negotiated notes the ids that the answer has settled.
func (s *source) negotiated(t *webrtc.RTPTransceiver) {
	s.mid = t.Mid()
	for _, e := range t.Sender().GetParameters().HeaderExtensions {
		switch e.URI {
		case sdp.SDESMidURI:
			s.ids.mid = uint8(e.ID)
		case sdp.SDESRTPStreamIDURI:
			s.ids.rid = uint8(e.ID)
		case sdp.AudioLevelURI:
			s.ids.level = uint8(e.ID)
		}
	}
}

// keepTime sends what is due, every 20 ms.
func (p *peer) keepTime() {
	next, video := time.Now(), time.Duration(0)
	videoEvery := time.Second / time.Duration(p.bot.opt.FPS)
	for i := 0; ; i++ {
		select {
		case <-p.closed:
			return
		case <-time.After(time.Until(next)):
		}
		if late := time.Since(next); late > maxBehind {
			next = next.Add(late)
			p.skip(late)
		}
		next = next.Add(audioEvery)
		p.sendAudio(i)
		for video -= audioEvery; video <= 0; video += videoEvery {
			for _, layer := range p.layers {
				layer.sendFrame(p.mark(), uint32(videoClock/p.bot.opt.FPS))
			}
		}
		p.repair()
	}
}

// skip moves the clocks of the streams on over time in which nothing was sent.
func (p *peer) skip(d time.Duration) {
	p.mic.header.Timestamp += uint32(d / audioEvery * audioStep)
	for _, layer := range p.layers {
		layer.header.Timestamp += uint32(d.Milliseconds() * videoClock / 1000)
	}
}

func (p *peer) mark() mark {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	return mark{from: p.bot.id, at: time.Now()}
}

func (p *peer) sendAudio(i int) {
	m := p.mark()
	p.bot.mu.Lock()
	quiet := p.bot.quiet
	p.bot.mu.Unlock()
	packet, level := p.bot.face.Tone[i%len(p.bot.face.Tone)], uint8(toneLevel)
	if quiet {
		packet, level = opusSilence, silenceLevel
	}
	p.mic.send(markOpus(packet, m), &rtp.AudioLevelExtension{Level: level, Voice: !quiet}, audioStep)
}

// sendFrame sends a key frame if one was asked for, else the frame that changes nothing. step is in units of videoClock.
func (s *source) sendFrame(m mark, step uint32) {
	frame := s.picture.Delta
	select {
	case <-s.asked:
		frame = s.picture.Key
	default:
	}
	payload := appendDescriptor(make([]byte, 0, descriptorSize+len(frame)+m.size()), s.picID, s.tl0)
	s.picID, s.tl0 = (s.picID+1)&0x7fff, s.tl0+1
	s.send(m.append(append(payload, frame...)), nil, step)
}

// send sends one packet that ends a frame, and keeps it for those who miss it.
func (s *source) send(payload []byte, level *rtp.AudioLevelExtension, step uint32) {
	h := s.header
	h.Marker = s.rid != ""
	set := func(id uint8, value []byte) {
		if id != 0 {
			_ = h.SetExtension(id, value) // fails for ids out of range only
		}
	}
	set(s.ids.mid, []byte(s.mid))
	if s.rid != "" {
		set(s.ids.rid, []byte(s.rid))
	}
	if level != nil {
		value, _ := level.Marshal() // fails above 127 only
		set(s.ids.level, value)
	}
	packet := &rtp.Packet{Header: h, Payload: payload}
	s.sent[h.SequenceNumber%uint16(len(s.sent))] = packet
	_ = s.track.WriteRTP(packet) // a connection that fails is replaced
	s.header.SequenceNumber++
	s.header.Timestamp += step
}

// repair sends again what was asked for, byte by byte the same: with another header it would reuse a nonce.
func (p *peer) repair() {
	for _, s := range p.layers {
		for range len(s.again) {
			seq := <-s.again
			if packet := s.sent[seq%uint16(len(s.sent))]; packet != nil && packet.SequenceNumber == seq {
				_ = s.track.WriteRTP(packet)
			}
		}
	}
}

func (s *source) askKey() {
	select {
	case s.asked <- struct{}{}:
	default:
	}
}

// readRTCP acts on what receivers report of a source, until the connection ends.
func readRTCP[A any](read func() ([]rtcp.Packet, A, error), s *source) {
	for {
		packets, _, err := read()
		if err != nil {
			return
		}
		for _, packet := range packets {
			switch f := packet.(type) {
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				s.askKey()
			case *rtcp.TransportLayerNack:
				s.lost(f)
			}
		}
	}
}

func (s *source) lost(f *rtcp.TransportLayerNack) {
	for _, pair := range f.Nacks {
		for _, seq := range pair.PacketList() {
			select {
			case s.again <- seq:
			default:
			}
		}
	}
}
