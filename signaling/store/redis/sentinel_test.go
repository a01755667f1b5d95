package redis

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// TestFailover: the primary dies, Sentinel makes its replica the primary, and the same store goes on there with what had
// reached it. Nothing is configured anew.
func TestFailover(t *testing.T) {
	primary, process := serving(t)
	host, port, err := net.SplitHostPort(primary.Options().Addr)
	must(t, err)
	replica, _ := serving(t, "--replicaof", host+" "+port)
	sentinel := watching(t, host, port)
	s := openedAt(t, "redis://"+sentinel+"?master_name=main")
	doc := owned(t, s, "r", "n1")
	doc.Revision, doc.Body = 1, []byte("before")
	must(t, s.Commit(t.Context(), "r", doc))
	eventually(t, func(ctx context.Context) bool { // a document that had not reached the replica would be lost
		return replica.HGet(ctx, roomKey("r"), "body").Val() == "before"
	})

	must(t, process.Process.Kill())
	doc.Revision, doc.Body = 2, []byte("after")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	must(t, commitOnce(ctx, s, doc))
	if got := replica.HGet(t.Context(), roomKey("r"), "body").Val(); got != "after" {
		t.Errorf("the new primary has %q", got)
	}
	if _, err := s.Claim(t.Context(), "r", "n2", time.Hour); err == nil {
		t.Error("the lease was lost on the way")
	}
}

// watching runs a Sentinel that knows the primary and its replica, and returns its address.
func watching(t *testing.T, host, port string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sentinel.conf") // it writes there
	config := fmt.Sprintf("sentinel monitor main %s %s 1\nsentinel down-after-milliseconds main 500\nsentinel failover-timeout main 5000\n", host, port)
	must(t, os.WriteFile(file, []byte(config), 0o600))
	node, _ := serving(t, file, "--sentinel")
	client := goredis.NewSentinelClient(&goredis.Options{Addr: node.Options().Addr})
	defer func() { must(t, client.Close()) }()
	eventually(t, func(ctx context.Context) bool {
		primary, err := client.Master(ctx, "main").Result()
		return err == nil && primary["num-slaves"] == "1"
	})
	return node.Options().Addr
}
