// Package redis is the store of several nodes.
package redis

import (
	"context"
	"errors"
	"log/slog"

	"kring/signaling/store"
)

// Store is a connection to Redis.
type Store struct{ store.Store }

// Open connects.
func Open(context.Context, string, *slog.Logger) (*Store, error) { return nil, errors.New("unwritten") }
