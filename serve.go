package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"kring/sfu"
	"kring/signaling"
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
	stopWait    = 20 * time.Second
)

// storeCloser is a store that main opened and must close.
type storeCloser interface {
	signaling.Store
	Close() error
}

// Run serves until ctx ends or something fails, then stops in order: sockets, rooms, media, store.
func Run(ctx context.Context, cfg Config, out io.Writer) (err error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: cfg.Log}))
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	token, err := adminToken(filepath.Join(cfg.Data, tokenFile))
	if err != nil {
		return err
	}
	db, err := openStore(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	media, err := sfu.New(sfu.Config{Media: cfg.Media, Advertise: cfg.Advertise, Log: log, Metrics: metrics})
	if err != nil {
		return fmt.Errorf("media: %w", err)
	}
	defer func() { err = errors.Join(err, media.Close()) }()
	s := signaling.New(signaling.Config{
		Node: cfg.Node, Store: db, SFU: media, Client: web.Dist(), Log: log,
		Origins: cfg.Origins, Media: advertised(cfg, media), Demo: cfg.Demo,
	})
	defer func() { err = errors.Join(err, s.Close()) }()
	return listen(ctx, cfg, s, s.Admin(token, metrics), log, out)
}

func advertised(cfg Config, media *sfu.Server) string {
	addr := media.MediaAddr()
	if cfg.Advertise == "" {
		return addr.String()
	}
	return net.JoinHostPort(cfg.Advertise, fmt.Sprint(addr.Port()))
}

func openStore(ctx context.Context, cfg Config, log *slog.Logger) (storeCloser, error) {
	if cfg.Redis != "" {
		return redis.Open(ctx, cfg.Redis, log)
	}
	return bolt.Open(filepath.Join(cfg.Data, storeFile))
}

// adminToken reads the token that the kring command must bring, or makes it. Only this user can read the file.
func adminToken(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err == nil {
		return strings.TrimSpace(string(data)), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("admin token: %w", err)
	}
	var b [32]byte
	_, _ = rand.Read(b[:])
	token := base64.RawURLEncoding.EncodeToString(b[:])
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("admin token: %w", err)
	}
	return token, nil
}

// listen opens both ports, says where, and serves until ctx ends.
func listen(ctx context.Context, cfg Config, s *signaling.Server, admin http.Handler, log *slog.Logger, out io.Writer) error {
	public, err := net.Listen("tcp", cfg.HTTP)
	if err != nil {
		return fmt.Errorf("listen -http: %w", err)
	}
	private, err := net.Listen("tcp", cfg.Admin)
	if err != nil {
		return errors.Join(fmt.Errorf("listen -admin: %w", err), public.Close())
	}
	servers := []*http.Server{httpServer(s.Handler(), log), httpServer(admin, log)}
	servers[1].WriteTimeout = 0 // profiles take as long as they are asked to
	failed := make(chan error, 2)
	go func() { failed <- serveOn(servers[0], public, cfg) }()
	go func() { failed <- servers[1].Serve(private) }()
	if err := greet(ctx, cfg, s, public.Addr(), private.Addr(), out); err != nil {
		log.Error("set up", "err", err)
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	log.Info("stopping")
	err = errors.Join(err, s.Close())
	stop, cancel := context.WithTimeout(context.Background(), stopWait)
	defer cancel()
	return errors.Join(err, servers[0].Shutdown(stop), servers[1].Shutdown(stop))
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

// greet prints where the server is, and the practice's first staff link, once.
func greet(ctx context.Context, cfg Config, s *signaling.Server, public, private net.Addr, out io.Writer) error {
	base := baseURL(cfg, public)
	fmt.Fprintf(out, "kring %s\npublic %s\nadmin http://%s\n", version, base, private)
	capability, err := s.SetUp(ctx)
	if err != nil {
		return err
	}
	if capability != "" {
		fmt.Fprintf(out, "staff %s/#s=%s\n(shown once; \"kring link\" makes another)\n", base, capability)
	}
	return nil
}

// baseURL is where browsers find this server: the first -origin, or the public port.
func baseURL(cfg Config, public net.Addr) string {
	if len(cfg.Origins) > 0 {
		return cfg.Origins[0]
	}
	if cfg.TLSCert != "" {
		return "https://" + public.String()
	}
	return "http://" + public.String()
}
