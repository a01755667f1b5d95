package redis

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// The parameters that an address may have beside the database (db).
const (
	moreAddr         = "addr"              // one more node, or Sentinel: host:port
	masterName       = "master_name"       // the addresses are Sentinels' that watch this master
	sentinelPassword = "sentinel_password" // of the Sentinels themselves
	clusterMode      = "cluster"           // "true": a cluster of which one address is known
)

var (
	// errAddress tells nothing of an address, which may hold a password.
	errAddress = errors.New("not a redis:, rediss: or unix: URL that is known here")
	// errOpen guards what everyone on the way could read or change.
	errOpen = errors.New("a Redis off this machine must be rediss: with a password")
)

func init() { goredis.SetLogger(silent{}) }

// silent keeps go-redis from logging: whatever fails comes as an error too, and is logged where it stops.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// Check refuses an address that Open would refuse before it connects. Its error repeats nothing of the address.
func Check(address string) error {
	_, err := parse(address)
	return err
}

// parse reads an address: redis://user:password@host:port/db, rediss: the same over TLS, unix:///path?db=; with several addr,
// or cluster=true, a cluster; with master_name, Sentinels.
func parse(address string) (*goredis.UniversalOptions, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errAddress
	}
	q, known := u.Query(), []string{"db", moreAddr, masterName, sentinelPassword, clusterMode}
	for name := range q {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%w: its parameters are %s", errAddress, strings.Join(known, ", "))
		}
	}
	u.RawQuery = ""
	if db := q.Get("db"); db != "" {
		u.RawQuery = url.Values{"db": {db}}.Encode()
	}
	first, err := goredis.ParseURL(u.String())
	if err != nil {
		return nil, errAddress
	}
	opts := &goredis.UniversalOptions{
		Addrs: append([]string{first.Addr}, q[moreAddr]...), DB: first.DB, Username: first.Username, Password: first.Password,
		MasterName: q.Get(masterName), SentinelPassword: q.Get(sentinelPassword), IsClusterMode: q.Get(clusterMode) == "true",
		// A write that is sent again by itself could be done twice. Whoever asked tries again, and knows what it expects.
		MaxRetries: -1, DialerRetries: 1, ContextTimeoutEnabled: true,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if first.TLSConfig != nil { // no server name: each address is its own
		opts.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
		return opts, passwordOff(opts)
	}
	opts.Dialer = dialLocal
	return opts, allLocal(opts.Addrs)
}

func passwordOff(opts *goredis.UniversalOptions) error {
	if opts.Password == "" && allLocal(opts.Addrs) != nil {
		return errOpen
	}
	return nil
}

func allLocal(addrs []string) error {
	for _, a := range addrs {
		if !local(a) {
			return errOpen
		}
	}
	return nil
}

// dialLocal opens connections without TLS, and none that leaves this machine: a Sentinel or a cluster names addresses of its own.
func dialLocal(ctx context.Context, network, addr string) (net.Conn, error) {
	if !local(addr) {
		return nil, errOpen
	}
	var d net.Dialer
	return d.DialContext(ctx, network, addr)
}

// local reports whether an address is a socket's path or on loopback.
func local(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return len(addr) > 0 && addr[0] == '/'
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
