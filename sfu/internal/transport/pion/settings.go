package pion

import (
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"
)

// replayWindow is how many packets late an SRTP packet may come: a second of the largest layer, so that a stall of the network
// is no loss.
const replayWindow = 1024

// newPeerConnection makes a PeerConnection on a port, with settings of its own because incoming belongs to it.
func newPeerConnection(t *Transport, p *port, in *incoming) (*webrtc.PeerConnection, error) {
	var media webrtc.MediaEngine
	if err := media.RegisterCodec(carrierCodec, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, err
	}
	var s webrtc.SettingEngine
	s.LoggerFactory = silence()
	s.BufferFactory = in.buffer
	s.SetLite(true)
	s.SetICEUDPMux(p.mux)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6})
	s.SetIncludeLoopbackCandidate(true) // tells Pion to use the socket even where it is bound to loopback
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.DisableActiveTCP(true)
	s.SetSRTPReplayProtectionWindow(replayWindow)
	// DTLS comes only from addresses that ICE has checked, so that a cookie would cost a round trip for nothing.
	s.SetDTLSInsecureSkipHelloVerify(true)
	if err := s.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		return nil, err
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(&media), webrtc.WithInterceptorRegistry(&interceptor.Registry{}), webrtc.WithSettingEngine(s))
	return api.NewPeerConnection(webrtc.Configuration{Certificates: []webrtc.Certificate{t.certificate}})
}
