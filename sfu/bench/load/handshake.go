package load

import (
	"context"
	"fmt"
	"net"

	"github.com/pion/dtls/v3"

	"kring/sfu/internal/transport/shake"
)

// shake is the client of a DTLS handshake and takes the keys of SRTP from it, RFC 5764.
func (c *Conn) shake(ctx context.Context) error {
	options, err := handshakeOptions()
	if err != nil {
		return fmt.Errorf("make certificate: %w", err)
	}
	if c.dtls, err = dtls.ClientWithOptions(c.pipe, net.UDPAddrFromAddrPort(c.remote.addr), options...); err != nil {
		return err
	}
	if err := c.dtls.HandshakeContext(ctx); err != nil {
		return err
	}
	in, out, err := shake.Keys(c.dtls, true)
	if err != nil {
		return err
	}
	c.sending.Lock()
	c.out = out
	c.sending.Unlock()
	c.mu.Lock()
	c.in = in
	c.mu.Unlock()
	return nil
}

func handshakeOptions() ([]dtls.ClientOption, error) {
	c, err := ourCertificate()
	return []dtls.ClientOption{
		dtls.WithCertificates(c.certificate),
		dtls.WithInsecureSkipVerify(true),
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithSRTPProtectionProfiles(shake.Profiles()...),
		dtls.WithFlightInterval(shake.FlightInterval),
		dtls.WithLoggerFactory(shake.Silenced),
	}, err
}
