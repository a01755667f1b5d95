package sfu

import (
	"kring/sfu/internal/transport"
	"kring/sfu/internal/transport/pion"
)

// openTransport opens the media transport.
func openTransport(cfg Config) (transport.Transport, error) {
	return pion.Listen(pion.Config{Media: cfg.Media, Advertise: cfg.Advertise})
}
