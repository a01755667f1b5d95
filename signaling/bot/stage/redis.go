package stage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// Redis is a running redis-server that keeps every write (appendfsync always).
type Redis struct {
	dir   string
	port  int
	cmd   *exec.Cmd
	ended chan struct{}
}

// StartRedis runs redis-server, which must be on the PATH, on a free port of loopback. dir holds its data.
func StartRedis(ctx context.Context, dir string) (*Redis, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	r := &Redis{dir: dir, port: port}
	return r, r.Restart(ctx)
}

// URL is the address for -redis.
func (r *Redis) URL() string { return "redis://127.0.0.1:" + strconv.Itoa(r.port) }

// Restart starts it again on the same port and data, after Stop.
func (r *Redis) Restart(ctx context.Context) error {
	r.cmd = exec.Command("redis-server", "--port", strconv.Itoa(r.port), "--bind", "127.0.0.1", "--dir", r.dir,
		"--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction")
	if err := r.cmd.Start(); err != nil {
		return fmt.Errorf("start redis-server (is it installed?): %w", err)
	}
	cmd, ended := r.cmd, make(chan struct{})
	r.ended = ended
	go func() { _ = cmd.Wait(); close(ended) }()
	client := redis.NewClient(&redis.Options{Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(r.port))})
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	return until(ctx, func() error { return client.Ping(ctx).Err() })
}

// Stop ends it in order.
func (r *Redis) Stop() error { return end(r.cmd, r.ended, syscall.SIGTERM) }

// Pause makes it answer nothing, as a network that is cut; Resume heals it.
func (r *Redis) Pause() error { return r.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume heals a paused server.
func (r *Redis) Resume() error { return r.cmd.Process.Signal(syscall.SIGCONT) }

// end signals a process and waits until it is gone; one that is gone already is no error. A Go program that does not end is asked
// by SIGQUIT for its goroutines, which its log then shows.
func end(cmd *exec.Cmd, ended <-chan struct{}, sig syscall.Signal) error {
	if cmd == nil || cmd.Process == nil {
		return nil
	}
	for i, s := range []syscall.Signal{sig, syscall.SIGQUIT, syscall.SIGKILL} {
		if isOver(ended, 0) {
			return nil
		}
		_ = cmd.Process.Signal(s) // it may have ended in this moment
		if isOver(ended, stopWait) {
			if i == 0 {
				return nil
			}
			break
		}
	}
	return fmt.Errorf("process %d did not end by %v", cmd.Process.Pid, sig)
}

// isOver waits for an end, but not for long.
func isOver(ended <-chan struct{}, long time.Duration) bool {
	select {
	case <-ended:
		return true
	case <-time.After(long):
		return false
	}
}

// freePort finds a port that nobody listens on. It may be taken before it is used; redis-server takes no port 0.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// until tries f until it succeeds or ctx ends.
func until(ctx context.Context, f func() error) error {
	for {
		err := f()
		if err == nil {
			return nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}
