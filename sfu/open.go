package sfu

import (
	"fmt"

	"kring/sfu/internal/transport"
	"kring/sfu/internal/transport/lite"
	"kring/sfu/internal/transport/pion"
)

// openTransport opens the media transport.
func openTransport(cfg Config) (transport.Transport, error) {
	switch cfg.Transport {
	case "", "lite":
		return lite.Listen(lite.Config{Media: cfg.Media, Advertise: cfg.Advertise, Log: cfg.Log, Metrics: cfg.Metrics})
	case "pion":
		return pion.Listen(pion.Config{Media: cfg.Media, Advertise: cfg.Advertise})
	}
	return nil, fmt.Errorf("no transport is called %q: lite or pion", cfg.Transport)
}
