package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"kring/sfu"
	"kring/signaling"
	"kring/signaling/store"
	"kring/signaling/store/bolt"
	"kring/signaling/store/redis"
	"kring/web"
)

const (
	tokenFile   = "admin.token"
	storeFile   = "kring.db"
	headerWait  = 5 * time.Second
	requestWait = 15 * time.Second
	idleWait    = 2 * time.Minute
	maxHeader   = 16 << 10
	stopWait    = 10 * time.Second // for calls in hand; rooms and sockets have stopped before
	minToken    = 32               // characters; an emptied token file would let everyone in
)

// storeCloser is a store that main opened and must close.
type storeCloser interface {
	signaling.Store
	Close() error
}

// Run serves until ctx ends or something fails, then stops in order: sockets, rooms, media, store. The ports are opened first,
// so that a second server on the same ones stops before it has touched anything.
func Run(ctx context.Context, cfg Config, out io.Writer) (err error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: cfg.Log}))
	at, err := openPorts(cfg)
	if err != nil {
		return err
	}
	defer at.close()
	token, err := adminToken(cfg.Data)
	if err != nil {
		return err
	}
	root, err := sealKey(cfg)
	if err != nil {
		return err
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	media, err := sfu.New(sfu.Config{Media: cfg.Media, Advertise: cfg.Advertise, Transport: cfg.Transport, Log: log, Metrics: metrics})
	if err != nil {
		return fmt.Errorf("media: %w", err)
	}
	defer func() { err = errors.Join(err, media.Close()) }()
	db, err := openStore(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	s := signaling.New(signaling.Config{
		Node: nodeName(cfg, media), Store: db, SFU: media, Client: web.Dist(), Log: log,
		Origins: cfg.Origins, Proxies: cfg.Proxies, Media: advertised(cfg, media), Base: baseURL(cfg, at.public.Addr()), Demo: cfg.Demo,
		Root: root, AuditYears: cfg.Audit, KeepDays: cfg.Keep,
	})
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.CheckRoot(ctx, cfg.SealAnew); err != nil {
		return fmt.Errorf("-seal-key: %w", err)
	}
	if err := greet(ctx, s, advertised(cfg, media), baseURL(cfg, at.public.Addr()), at.private.Addr(), out); err != nil {
		return err
	}
	return listen(ctx, cfg, s, s.Admin(token, metrics), at, log)
}

// ports are the two TCP ports: public for browsers, private for the operator.
type ports struct{ public, private net.Listener }

func openPorts(cfg Config) (ports, error) {
	if cfg.TLSCert != "" { // before anything is printed: the server itself would find out later
		if _, err := tls.LoadX509KeyPair(cfg.TLSCert, cfg.TLSKey); err != nil {
			return ports{}, fmt.Errorf("-tls-cert: %w", err)
		}
	}
	public, err := net.Listen("tcp", cfg.HTTP)
	if err != nil {
		return ports{}, fmt.Errorf("-http: %w", err)
	}
	private, err := net.Listen("tcp", cfg.Admin)
	if err != nil {
		return ports{}, errors.Join(fmt.Errorf("-admin: %w", err), public.Close())
	}
	return ports{public, private}, nil
}

// close is for a start that failed; servers close what they serve on.
func (p ports) close() { _, _ = p.public.Close(), p.private.Close() }

// advertised is the media address that browsers are told.
func advertised(cfg Config, media *sfu.Server) string {
	addr := media.MediaAddr()
	if cfg.Advertise == "" {
		return addr.String()
	}
	return net.JoinHostPort(cfg.Advertise, strconv.Itoa(int(addr.Port())))
}

// nodeName is the same after a restart on the same media port.
func nodeName(cfg Config, media *sfu.Server) string {
	if cfg.Node != "" {
		return cfg.Node
	}
	host, _ := os.Hostname() // without one the port has to do
	name := host + "-" + strconv.Itoa(int(media.MediaAddr().Port()))
	if store.CheckID(name) != nil {
		return "node-" + strconv.Itoa(int(media.MediaAddr().Port()))
	}
	return name
}

func openStore(ctx context.Context, cfg Config, log *slog.Logger) (storeCloser, error) {
	if cfg.Redis != "" {
		return redis.Open(ctx, cfg.Redis, log)
	}
	return bolt.Open(filepath.Join(cfg.Data, storeFile))
}

// adminToken reads the token that the kring command must bring, or makes it. Only this user can read the file.
func adminToken(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("-data: %w", err)
	}
	file := filepath.Join(dir, tokenFile)
	data, err := os.ReadFile(file)
	if err == nil && len(strings.TrimSpace(string(data))) >= minToken {
		return strings.TrimSpace(string(data)), nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("admin token: %w", err)
	}
	token := randomText(32)
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("admin token: %w", err)
	}
	return token, nil
}

// greet prints where the server is, and the practice's first staff link, once.
func greet(ctx context.Context, s *signaling.Server, media, base string, private net.Addr, out io.Writer) error {
	capability, err := s.SetUp(ctx)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("kring %s\npublic %s\nmedia %s\nadmin http://%s\n", version, base, media, private)
	if capability != "" {
		text += fmt.Sprintf("staff %s/#s=%s\n(shown once; \"kring link\" makes another)\n", base, capability)
	}
	_, err = io.WriteString(out, text)
	return err
}

// baseURL is where browsers find this server: the first -origin, or the public port, on this machine if it is on every address.
func baseURL(cfg Config, public net.Addr) string {
	if len(cfg.Origins) > 0 {
		return cfg.Origins[0]
	}
	host, port, _ := net.SplitHostPort(public.String()) // a listener's address has both
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	scheme := "http://"
	if cfg.TLSCert != "" {
		scheme = "https://"
	}
	return scheme + net.JoinHostPort(host, port)
}

// listen serves both ports until ctx ends or one of them fails, then stops.
func listen(ctx context.Context, cfg Config, s *signaling.Server, admin http.Handler, at ports, log *slog.Logger) error {
	public, private := httpServer(s.Handler(), log), httpServer(admin, log)
	private.ReadTimeout, private.WriteTimeout = 0, 0 // profiles take as long as they are asked to
	failed := make(chan error, 2)
	go func() { failed <- serveOn(public, at.public, cfg) }()
	go func() { failed <- private.Serve(at.private) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	log.Info("stopping")
	err = errors.Join(err, s.Close())
	stop, cancel := context.WithTimeout(context.Background(), stopWait)
	defer cancel()
	return errors.Join(err, shutDown(stop, public), shutDown(stop, private))
}

// shutDown lets calls in hand end; what has not ended when ctx does (a profile, say) is cut off.
func shutDown(ctx context.Context, server *http.Server) error {
	if err := server.Shutdown(ctx); err != nil {
		return server.Close()
	}
	return nil
}

func httpServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerWait, ReadTimeout: requestWait, WriteTimeout: requestWait,
		IdleTimeout: idleWait, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug), // TLS noise of the internet: an attacker can make it grow
	}
}

func serveOn(server *http.Server, l net.Listener, cfg Config) error {
	if cfg.TLSCert != "" {
		return server.ServeTLS(l, cfg.TLSCert, cfg.TLSKey)
	}
	return server.Serve(l)
}
