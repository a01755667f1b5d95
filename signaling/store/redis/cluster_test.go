package redis

import (
	"context"
	"net"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"kring/signaling/store"
	"kring/signaling/store/storetest"
)

// TestClusterStore tells every story to a cluster of two nodes, which refuses a transaction over two of its slots and sends
// who asks the wrong node to the other.
func TestClusterStore(t *testing.T) {
	address := cluster(t)
	storetest.Run(t, func(t *testing.T) storetest.Opener {
		s := openedAt(t, address)
		err := s.db.(*goredis.ClusterClient).ForEachMaster(t.Context(), func(ctx context.Context, c *goredis.Client) error {
			return c.FlushAll(ctx).Err()
		})
		if err != nil {
			t.Fatal(err)
		}
		return func(t *testing.T) store.Store { return openedAt(t, address) }
	})
}

// slots is how many slots a cluster has.
const slots = 16384

// cluster runs two nodes that share the slots, and returns where they are.
func cluster(t *testing.T) string {
	t.Helper()
	a, _ := clusterNode(t, 0, slots/2-1)
	b, bus := clusterNode(t, slots/2, slots-1)
	host, port, err := net.SplitHostPort(b.Options().Addr)
	must(t, err)
	must(t, a.Do(t.Context(), "cluster", "meet", host, port, bus).Err())
	for _, node := range []*goredis.Client{a, b} {
		eventually(t, func(ctx context.Context) bool {
			info, err := node.ClusterInfo(ctx).Result()
			return err == nil && infoField("\n"+info, "cluster_state") == "ok"
		})
	}
	return "redis://" + a.Options().Addr + "?addr=" + b.Options().Addr
}

// clusterNode runs a node that has these slots, and returns the port of its bus too.
func clusterNode(t *testing.T, from, to int) (node *goredis.Client, bus string) {
	t.Helper()
	bus = freePort(t)
	node, _ = serving(t, "--cluster-enabled", "yes", "--cluster-port", bus)
	must(t, node.ClusterAddSlotsRange(t.Context(), from, to).Err())
	return node, bus
}

// serving runs a redis-server with these arguments until the test ends, and returns a client of it.
func serving(t *testing.T, args ...string) (*goredis.Client, *exec.Cmd) {
	t.Helper()
	port := freePort(t)
	args = append(args, "--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir(), "--save", "")
	cmd := exec.Command("redis-server", args...)
	if err := cmd.Start(); err != nil {
		t.Fatalf("start redis-server (is it installed?): %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // how it ended is not what is tested
	})
	client := goredis.NewClient(&goredis.Options{Addr: net.JoinHostPort("127.0.0.1", port)})
	t.Cleanup(func() { must(t, client.Close()) })
	eventually(t, func(ctx context.Context) bool { return client.Ping(ctx).Err() == nil })
	return client, cmd
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	must(t, l.Close())
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// eventually asks until f holds.
func eventually(t *testing.T, f func(context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for !f(ctx) {
		if ctx.Err() != nil {
			t.Fatalf("not in %v", patience)
		}
	}
}
