package pion

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"strings"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"

	"kring/sfu/internal/transport/jsep"
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

// certificateLife is how long a server may run: a certificate of DTLS is trusted for its fingerprint, not for its dates, but Pion
// refuses its own once it is over.
const certificateLife = 20 * 365 * 24 * time.Hour

// newCertificate makes one certificate for all connections of a transport: a client sees no other, and making one costs more
// than an answer.
func newCertificate() (webrtc.Certificate, jsep.Fingerprint, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return webrtc.Certificate{}, jsep.Fingerprint{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
	if err != nil {
		return webrtc.Certificate{}, jsep.Fingerprint{}, err
	}
	now := time.Now()
	c, err := webrtc.NewCertificate(key, x509.Certificate{
		SerialNumber: serial, Version: 2, NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(certificateLife),
	})
	if err != nil {
		return webrtc.Certificate{}, jsep.Fingerprint{}, err
	}
	prints, err := c.GetFingerprints()
	if err != nil {
		return webrtc.Certificate{}, jsep.Fingerprint{}, err
	}
	return *c, jsep.Fingerprint{Algorithm: prints[0].Algorithm, Value: strings.ToUpper(prints[0].Value)}, nil
}
