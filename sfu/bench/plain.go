package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"sync"

	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"
)

// plain is the least SFU that Pion's PeerConnection allows, the one that everybody writes first: default codecs and interceptors,
// and for each track a goroutine that reads it and writes it to a TrackLocalStaticRTP, which all subscribers share.
type plain struct {
	api *webrtc.API

	mu    sync.Mutex
	rooms map[string]map[string]*publisher
}

// publisher is a participant: two connections, and the tracks of the first.
type publisher struct {
	up, down *webrtc.PeerConnection
	tracks   []*webrtc.TrackLocalStaticRTP
}

func servePlain(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("plain", flag.ContinueOnError)
	if err := f.Parse(args); err != nil {
		return err
	}
	return serve(ctx, newPlain())
}

func newPlain() *plain {
	var s webrtc.SettingEngine
	s.SetIncludeLoopbackCandidate(true)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	s.SetIPFilter(isLoopback)
	s.LoggerFactory = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
	return &plain{api: webrtc.NewAPI(webrtc.WithSettingEngine(s)), rooms: map[string]map[string]*publisher{}}
}

func (p *plain) publish(room, peer, offer string) (string, error) {
	pc, err := p.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return "", err
	}
	who := &publisher{up: pc}
	local := map[webrtc.RTPCodecType]*webrtc.TrackLocalStaticRTP{}
	for kind, mime := range map[webrtc.RTPCodecType]string{webrtc.RTPCodecTypeAudio: webrtc.MimeTypeOpus, webrtc.RTPCodecTypeVideo: webrtc.MimeTypeVP8} {
		if local[kind], err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: mime}, kind.String(), peer); err != nil {
			return "", errors.Join(err, pc.Close())
		}
		who.tracks = append(who.tracks, local[kind])
	}
	pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { forward(t, local[t.Kind()]) })
	p.mu.Lock()
	if p.rooms[room] == nil {
		p.rooms[room] = map[string]*publisher{}
	}
	p.rooms[room][peer] = who
	p.mu.Unlock()
	return answer(pc, offer)
}

// forward copies a track's packets until it ends.
func forward(from *webrtc.TrackRemote, to *webrtc.TrackLocalStaticRTP) {
	for {
		packet, _, err := from.ReadRTP()
		if err != nil {
			return
		}
		// RFC 8285: the ids of the sender's extensions are not the receivers'.
		packet.Extension, packet.Extensions = false, nil
		_ = to.WriteRTP(packet) // A subscriber that has gone is taken off by Pion.
	}
}

func (p *plain) subscribe(room, peer, offer string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	who := p.rooms[room][peer]
	if who == nil || who.down != nil {
		return "", errors.New("no such publisher, or one that has subscribed")
	}
	pc, err := p.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return "", err
	}
	who.down = pc
	for name, other := range p.rooms[room] {
		if name == peer {
			continue
		}
		for _, t := range other.tracks {
			sender, err := pc.AddTrack(t)
			if err != nil {
				return "", err
			}
			go drain(sender) // It ends with the connection. Interceptors see only feedback that somebody reads.
		}
	}
	return answer(pc, offer)
}

func drain(s *webrtc.RTPSender) {
	buffer := make([]byte, 1500)
	for {
		if _, _, err := s.Read(buffer); err != nil {
			return
		}
	}
}

func answer(pc *webrtc.PeerConnection, offer string) (string, error) {
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", fmt.Errorf("take offer: %w", err)
	}
	a, err := pc.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("make answer: %w", err)
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(a); err != nil {
		return "", fmt.Errorf("take answer: %w", err)
	}
	<-gathered
	return pc.LocalDescription().SDP, nil
}

func (p *plain) leave(room, peer string) error {
	p.mu.Lock()
	who := p.rooms[room][peer]
	delete(p.rooms[room], peer)
	p.mu.Unlock()
	if who == nil {
		return errors.New("no such peer")
	}
	return who.close()
}

func (p *publisher) close() error {
	err := p.up.Close()
	if p.down != nil {
		err = errors.Join(err, p.down.Close())
	}
	return err
}

func (p *plain) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, room := range p.rooms {
		for _, who := range room {
			errs = append(errs, who.close())
		}
	}
	return errors.Join(errs...)
}
