package redis

import (
	"context"
	"log/slog"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

const (
	rewriteKey = prefix + "rewritten"
	// rewriteEvery is how long a key that has ended may stay in the append-only file. Redis rewrites it by itself only when it has
	// grown, which a practice's may not do for weeks.
	rewriteEvery = time.Hour
	rewriteLook  = 10 * time.Minute
)

// rewriteOn asks for a new append-only file from time to time, until the store is closed. Of many nodes one does it.
func (s *Store) rewriteOn(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(rewriteLook)
	defer tick.Stop()
	refused := false
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if err := s.rewrite(ctx); err != nil && !refused && ctx.Err() == nil {
			refused = true // said once: it will be the same the next time
			log.Warn("redis does not rewrite its append-only file: keys that have ended stay in it", "err", err)
		}
	}
}

// rewrite asks each master for it, unless that was done within rewriteEvery. Redis does it beside its work.
func (s *Store) rewrite(ctx context.Context) error {
	first, err := s.db.SetNX(ctx, rewriteKey, "", rewriteEvery).Result()
	if err != nil || !first {
		return err
	}
	if cluster, ok := s.db.(*goredis.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, master *goredis.Client) error { return master.BgRewriteAOF(ctx).Err() })
	}
	return s.db.BgRewriteAOF(ctx).Err()
}
