package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"

	"kring/signaling/store"
	"kring/signaling/store/redis"
)

// Config is all that kring serve can be told. Each field has a flag and an environment variable (KRING_ and the flag's name);
// the flag wins.
type Config struct {
	HTTP      string         // address of the public port
	Media     string         // address of the UDP port for all media, or a range of ports
	Transport string         // lite or pion: what carries media
	Advertise string         // IP address told to browsers instead of the media address, behind NAT
	Admin     string         // address of health, metrics and the kring command
	Data      string         // directory of the embedded store and the admin token
	Redis     string         // URL of Redis, instead of the embedded store
	SealKey   string         // file of the key that seals what must be forgotten; empty: in Data
	SealAnew  bool           // take another seal key than the store's
	Audit     int            // years for which the audit log is kept
	Keep      int            // days for which look-backs and attendance are kept after a session
	TLSCert   string         // certificate file, PEM
	TLSKey    string         // its key file, PEM
	Origins   []string       // more origins of this server's own pages, behind a proxy
	Proxies   []netip.Prefix // proxies in front of this server, whose X-Forwarded-For is believed
	Node      string         // this node's name, stable over a restart
	Log       slog.Level
	Demo      bool // kring demo is answered
}

// readConfig reads the flags of serve; -help writes to out. A wrong value wraps errUsage.
func readConfig(args []string, out io.Writer) (Config, error) {
	var c Config
	var level, origins, proxies string
	f := newFlags("serve", out)
	f.string(&c.HTTP, "http", "127.0.0.1:8080", "`address` (host:port) of the public port: pages, calls and sockets")
	f.string(&c.Media, "media", "127.0.0.1:50000", "`address` (host:port, UDP) for all media, or a range of ports (host:50000-50003)")
	f.string(&c.Transport, "transport", "lite", "what carries media: `lite` (our own), or pion, slower, for a browser that lite cannot serve")
	f.string(&c.Advertise, "advertise", "", "IP `address` told to browsers for media, where it differs from -media (NAT)")
	f.string(&c.Admin, "admin", "127.0.0.1:9090", "`address` (host:port) of /healthz, /readyz, /metrics, pprof and the kring command; never make it public")
	f.string(&c.Data, "data", "kring-data", "`directory` of the embedded store and of the admin token")
	f.string(&c.Redis, "redis", "", "`URL` of Redis (redis://, rediss://, unix://) instead of the embedded store; off loopback only rediss:// with a password")
	f.string(&c.SealKey, "seal-key", "", "`file` of the key (64 hex digits) that seals what must be forgotten; made if it is not there, the same on all nodes (default: seal.key in -data)")
	f.bool(&c.SealAnew, "seal-anew", false, "start with another seal key than the store's: what was sealed so far (running sessions, look-backs, emergency cards, the audit log) can never be read again")
	f.int(&c.Audit, "audit-years", 5, "`years` for which the audit log is kept, 1 to 20")
	f.int(&c.Keep, "keep-days", 30, "`days` for which look-backs and attendance are kept after a session, 1 to 365")
	f.string(&c.TLSCert, "tls-cert", "", "certificate `file` (PEM); browsers give camera and microphone only to HTTPS or to this machine")
	f.string(&c.TLSKey, "tls-key", "", "key `file` (PEM) of -tls-cert")
	f.string(&origins, "origin", "", "more `origins` of this server's own pages (https://host), separated by commas, behind a proxy")
	f.string(&proxies, "proxy", "", "`addresses` (10.0.0.2 or 10.0.0.0/8), separated by commas, of proxies whose X-Forwarded-For is believed; without it everyone behind one shares its limits")
	f.string(&c.Node, "node", "", "`name` of this node, the same after a restart: letters, digits and -_. (default: the host's name and the media port)")
	f.string(&level, "log", "info", "least `level` that is logged: debug, info, warn, error")
	f.bool(&c.Demo, "demo", false, "answer kring demo (a group with a session now); not for real use")
	if err := f.parse(args); err != nil {
		return Config{}, err
	}
	if origins != "" {
		c.Origins = strings.Split(origins, ",")
	}
	if err := c.readProxies(proxies); err != nil {
		return Config{}, err
	}
	if err := c.Log.UnmarshalText([]byte(level)); err != nil {
		return Config{}, fmt.Errorf("%w: -log %q: one of debug, info, warn, error", errUsage, level)
	}
	return c, c.check()
}

func (c *Config) readProxies(text string) error {
	if text == "" {
		return nil
	}
	for _, one := range strings.Split(text, ",") {
		p, err := netip.ParsePrefix(one)
		if a, wrong := netip.ParseAddr(one); wrong == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			return fmt.Errorf("%w: -proxy %q: want an IP address, or a range of them as 10.0.0.0/8", errUsage, one)
		}
		c.Proxies = append(c.Proxies, p)
	}
	return nil
}

// check refuses values that cannot work, before anything is opened.
func (c *Config) check() error {
	if !validAddress(c.HTTP) {
		return fmt.Errorf("%w: -http %q: want host:port", errUsage, c.HTTP)
	}
	if !validAddress(c.Admin) {
		return fmt.Errorf("%w: -admin %q: want host:port", errUsage, c.Admin)
	}
	if !validMedia(c.Media) {
		return fmt.Errorf("%w: -media %q: want host:port or host:first-last", errUsage, c.Media)
	}
	if c.Transport != "lite" && c.Transport != "pion" {
		return fmt.Errorf("%w: -transport %q: one of lite, pion", errUsage, c.Transport)
	}
	if c.Advertise != "" && net.ParseIP(c.Advertise) == nil {
		return fmt.Errorf("%w: -advertise %q: want an IP address", errUsage, c.Advertise)
	}
	if c.Redis != "" {
		if err := redis.Check(c.Redis); err != nil {
			return fmt.Errorf("%w: -redis: %w", errUsage, err) // the address is not repeated: it may hold a password
		}
	}
	if c.Node != "" && store.CheckID(c.Node) != nil {
		return fmt.Errorf("%w: -node %q: want at most %d letters, digits, - and _", errUsage, c.Node, store.MaxID)
	}
	if c.Audit < 1 || c.Audit > 20 {
		return fmt.Errorf("%w: -audit-years %d: want 1 to 20", errUsage, c.Audit)
	}
	if c.Keep < 1 || c.Keep > 365 {
		return fmt.Errorf("%w: -keep-days %d: want 1 to 365", errUsage, c.Keep)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return fmt.Errorf("%w: -tls-cert and -tls-key go together", errUsage)
	}
	for _, o := range c.Origins {
		if !validOrigin(o) {
			return fmt.Errorf("%w: -origin %q: want https://host", errUsage, o)
		}
	}
	return nil
}

func validAddress(s string) bool {
	_, port, err := net.SplitHostPort(s)
	return err == nil && validPort(port)
}

func validMedia(s string) bool {
	host, ports, err := net.SplitHostPort(s)
	if err != nil || net.ParseIP(host) == nil {
		return false
	}
	first, last, isRange := strings.Cut(ports, "-")
	if !isRange {
		return validPort(ports)
	}
	from, _ := strconv.Atoi(first)
	to, _ := strconv.Atoi(last)
	return validPort(first) && validPort(last) && 0 < from && from <= to
}

func validPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n <= 65535
}

func validOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && s == u.Scheme+"://"+u.Host
}

// flags is a flag set of which each flag has an environment variable. help is where -help writes.
type flags struct {
	*flag.FlagSet
	help io.Writer
}

func newFlags(name string, help io.Writer) flags {
	f := flag.NewFlagSet("kring "+name, flag.ContinueOnError)
	f.SetOutput(io.Discard) // a wrong flag is one line, from main
	return flags{f, help}
}

func envName(flagName string) string {
	return "KRING_" + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

func (f flags) string(p *string, name, value, meaning string) {
	f.StringVar(p, name, value, meaning+" ["+envName(name)+"]")
}

func (f flags) bool(p *bool, name string, value bool, meaning string) {
	f.BoolVar(p, name, value, meaning+" ["+envName(name)+"]")
}

func (f flags) int(p *int, name string, value int, meaning string) {
	f.IntVar(p, name, value, meaning+" ["+envName(name)+"]")
}

// parse reads the environment first and the arguments over it.
func (f flags) parse(args []string) error {
	if err := f.environment(); err != nil {
		return err
	}
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		f.SetOutput(f.help)
		_, _ = fmt.Fprintf(f.help, "%s: the environment variable in brackets sets the same; a flag wins over it.\n", f.Name())
		f.PrintDefaults()
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", errUsage, err)
	case f.NArg() > 0:
		return fmt.Errorf("%w: unexpected %q", errUsage, f.Arg(0))
	}
	return nil
}

func (f flags) environment() error {
	var wrong error
	f.VisitAll(func(fl *flag.Flag) {
		value, set := os.LookupEnv(envName(fl.Name))
		if !set || wrong != nil {
			return
		}
		if err := f.Set(fl.Name, value); err != nil {
			wrong = fmt.Errorf("%w: %s %q: %w", errUsage, envName(fl.Name), value, err)
		}
	})
	return wrong
}
