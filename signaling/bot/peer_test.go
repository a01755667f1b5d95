package bot

import (
	"context"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"kring/signaling/bot/face"
)

// TestPublishes takes a bot's one offer with a plain Pion peer, and sees what a server would see: both layers by their RIDs,
// a key frame when asked, and a microphone with its level.
func TestPublishes(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	f, err := face.New(0)
	if err != nil {
		t.Fatal(err)
	}
	b := &Bot{opt: Options{FPS: 15, Slots: 2}, face: f, id: "one-bot", changed: make(chan struct{}), senses: newSenses(), page: &page{}}
	b.lifetime, b.end = context.WithCancel(ctx)
	t.Cleanup(func() { _ = b.Close() })
	p, offer, err := newPeer(b)
	if err != nil {
		t.Fatal(err)
	}
	b.setPeer(p)

	far := newFar(t)
	answer := far.answer(offer)
	if err := p.pc.SetRemoteDescription(answer); err != nil {
		t.Fatal(err)
	}
	if err := b.UntilConnected(ctx); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		select {
		case track := <-far.tracks:
			far.check(t, track)
		case <-ctx.Done():
			t.Fatal("not all of microphone, q and h have come")
		}
	}
}

// far is the other side of the connection.
type far struct {
	pc     *webrtc.PeerConnection
	tracks chan *webrtc.TrackRemote
}

func newFar(t *testing.T) *far {
	api, err := newAPI()
	if err != nil {
		t.Fatal(err)
	}
	pc, err := api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pc.GracefulClose() })
	f := &far{pc: pc, tracks: make(chan *webrtc.TrackRemote, 8)}
	pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { f.tracks <- track })
	return f
}

func (f *far) answer(offer string) webrtc.SessionDescription {
	gathered := webrtc.GatheringCompletePromise(f.pc)
	if err := f.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		panic(err)
	}
	answer, err := f.pc.CreateAnswer(nil)
	if err == nil {
		err = f.pc.SetLocalDescription(answer)
	}
	if err != nil {
		panic(err)
	}
	<-gathered
	return *f.pc.LocalDescription()
}

// check reads a track until it has seen what must be there.
func (f *far) check(t *testing.T, track *webrtc.TrackRemote) {
	packet, _, err := track.ReadRTP()
	if err != nil {
		t.Fatal(err)
	}
	if m, ok := readMark(packet.Payload); !ok || m.from != "one-bot" || time.Since(m.at) > 10*time.Second {
		t.Errorf("%s %q: mark %+v", track.Kind(), track.RID(), m)
	}
	if track.Kind() == webrtc.RTPCodecTypeAudio {
		f.checkLevel(t, packet)
		return
	}
	want := map[string]int{"q": face.LowSize[1], "h": face.HighSize[1]}[track.RID()]
	if s := readFrameStart(packet.Payload); !s.key || s.height != want {
		t.Errorf("layer %q starts with %+v, want a key frame of height %d", track.RID(), s, want)
	}
	pli := &rtcp.PictureLossIndication{MediaSSRC: uint32(track.SSRC())}
	if err := f.pc.WriteRTCP([]rtcp.Packet{pli}); err != nil {
		t.Fatal(err)
	}
	for last := packet.SequenceNumber; ; {
		if packet, _, err = track.ReadRTP(); err != nil {
			t.Fatal(err)
		}
		if packet.SequenceNumber != last+1 {
			t.Errorf("layer %q: %d after %d", track.RID(), packet.SequenceNumber, last)
		}
		last = packet.SequenceNumber
		if readFrameStart(packet.Payload).key {
			return
		}
	}
}

func (f *far) checkLevel(t *testing.T, packet *rtp.Packet) {
	for _, r := range f.pc.GetReceivers() {
		for _, e := range r.GetParameters().HeaderExtensions {
			if e.URI != sdp.AudioLevelURI || r.Track() == nil || r.Track().Kind() != webrtc.RTPCodecTypeAudio {
				continue
			}
			var level rtp.AudioLevelExtension
			if err := level.Unmarshal(packet.GetExtension(uint8(e.ID))); err != nil || level.Level != toneLevel || !level.Voice {
				t.Errorf("level %+v: %v", level, err)
			}
			return
		}
	}
	t.Error("no level is agreed")
}
