package main

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// Config is all that kring serve can be told. Each field has a flag and an environment variable (KRING_ and the flag's name);
// the flag wins.
type Config struct {
	HTTP      string   // address of the public port
	Media     string   // address of the UDP port for all media, or a range of ports
	Advertise string   // IP address told to browsers instead of the media address, behind NAT
	Admin     string   // address of health, metrics and the kring command
	Data      string   // directory of the embedded store and the admin token
	Redis     string   // URL of Redis, instead of the embedded store
	TLSCert   string   // certificate file, PEM
	TLSKey    string   // its key file, PEM
	Origins   []string // more origins of this server's own pages, behind a proxy
	Node      string   // this node's name, stable over a restart
	Log       slog.Level
	Demo      bool // kring demo is answered
}

// readConfig reads the flags of serve. A wrong value wraps errUsage.
func readConfig(args []string, errOut io.Writer) (Config, error) {
	var c Config
	var level, origins string
	f := newFlags("serve", errOut)
	f.string(&c.HTTP, "http", "127.0.0.1:8080", "`address` (host:port) of the public port: pages, calls and sockets")
	f.string(&c.Media, "media", "127.0.0.1:50000", "`address` (host:port, UDP) for all media, or a range of ports (host:50000-50003)")
	f.string(&c.Advertise, "advertise", "", "IP `address` told to browsers for media, where it differs from -media (NAT)")
	f.string(&c.Admin, "admin", "127.0.0.1:9090", "`address` (host:port) of /healthz, /readyz, /metrics, pprof and the kring command; never make it public")
	f.string(&c.Data, "data", "kring-data", "`directory` of the embedded store and of the admin token")
	f.string(&c.Redis, "redis", "", "`URL` of Redis (redis://, rediss://, unix://) instead of the embedded store; off loopback only rediss:// with a password")
	f.string(&c.TLSCert, "tls-cert", "", "certificate `file` (PEM); browsers give camera and microphone only to HTTPS or to this machine")
	f.string(&c.TLSKey, "tls-key", "", "key `file` (PEM) of -tls-cert")
	f.string(&origins, "origin", "", "more `origins` of this server's own pages (https://host), separated by commas, behind a proxy")
	f.string(&c.Node, "node", "", "`name` of this node, the same after a restart (default: the host's name and the media port)")
	f.string(&level, "log", "info", "least `level` that is logged: debug, info, warn, error")
	f.bool(&c.Demo, "demo", false, "answer kring demo (a group with a session now); not for real use")
	if err := f.parse(args); err != nil {
		return Config{}, err
	}
	if origins != "" {
		c.Origins = strings.Split(origins, ",")
	}
	if err := c.Log.UnmarshalText([]byte(level)); err != nil {
		return Config{}, fmt.Errorf("%w: -log %q: one of debug, info, warn, error", errUsage, level)
	}
	return c, c.check()
}

// check refuses values that cannot work, before anything is opened. The ranges of -media are checked again by package sfu.
func (c *Config) check() error {
	for name, address := range map[string]string{"http": c.HTTP, "admin": c.Admin} {
		if !validAddress(address) {
			return fmt.Errorf("%w: -%s %q: want host:port", errUsage, name, address)
		}
	}
	if !validMedia(c.Media) {
		return fmt.Errorf("%w: -media %q: want host:port or host:first-last", errUsage, c.Media)
	}
	if c.Advertise != "" && net.ParseIP(c.Advertise) == nil {
		return fmt.Errorf("%w: -advertise %q: want an IP address", errUsage, c.Advertise)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return fmt.Errorf("%w: -tls-cert and -tls-key go together", errUsage)
	}
	for _, o := range c.Origins {
		if u, err := url.Parse(o); err != nil || u.Host == "" || u.Path != "" || u.Scheme != "https" && u.Scheme != "http" {
			return fmt.Errorf("%w: -origin %q: want https://host", errUsage, o)
		}
	}
	if c.Node == "" {
		host, _ := os.Hostname()
		_, port, _ := net.SplitHostPort(c.Media)
		c.Node = host + "-" + port
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
	return validPort(first) && (!isRange || validPort(last))
}

func validPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0 && n <= 65535
}

// flags is a flag set of which each flag has an environment variable.
type flags struct{ *flag.FlagSet }

func newFlags(name string, errOut io.Writer) flags {
	f := flag.NewFlagSet("kring "+name, flag.ContinueOnError)
	f.SetOutput(errOut)
	return flags{f}
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

// parse reads the environment first and the arguments over it.
func (f flags) parse(args []string) error {
	var wrong error
	f.VisitAll(func(fl *flag.Flag) {
		value, set := os.LookupEnv(envName(fl.Name))
		if !set || wrong != nil {
			return
		}
		if err := f.Set(fl.Name, value); err != nil {
			wrong = fmt.Errorf("%w: %s: %w", errUsage, envName(fl.Name), err)
		}
	})
	if wrong != nil {
		return wrong
	}
	if err := f.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return err
		}
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%w: unexpected %q", errUsage, f.Arg(0))
	}
	return nil
}
