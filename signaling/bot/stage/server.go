// Package stage is where bots play: the real server as a process of its own, on free ports and in a directory of its own, and
// a real redis-server where one is wanted. Tests and benches kill them, stop them, and start them again where they were.
//
// It knows processes by the ids it started, and ends only those.
package stage

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"kring/facilitation"
)

// startWait bounds how long a process may take to be ready, stopWait how long it may take to end.
const (
	startWait = 20 * time.Second
	stopWait  = 30 * time.Second
)

// Build makes the kring binary in dir and returns its path. With race it finds data races, and is slower.
func Build(ctx context.Context, dir string, race bool) (string, error) {
	binary := filepath.Join(dir, "kring")
	args := []string{"build", "-o", binary}
	if race {
		args = append(args, "-race")
	}
	out, err := exec.CommandContext(ctx, "go", append(args, "kring")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build kring: %w: %s", err, out)
	}
	return binary, nil
}

// Server is a running kring serve -demo.
type Server struct {
	Public, Admin string // URLs; the same after Restart

	binary string
	dir    string
	redis  *Redis
	env    []string
	cmd    *exec.Cmd
	ended  chan struct{}

	mu  sync.Mutex // guards log
	log []string
}

// Start runs the server over redis, or over the embedded store if redis is nil. dir is its data directory, env (as "NAME=value")
// stands beside the environment of its own: each flag of kring serve has a variable there.
func Start(ctx context.Context, binary, dir string, redis *Redis, env ...string) (*Server, error) {
	s := &Server{binary: binary, dir: dir, redis: redis, env: env}
	return s, s.start(ctx, "127.0.0.1:0", "127.0.0.1:0")
}

// Restart starts it again on the same ports and data, after Kill or Stop.
func (s *Server) Restart(ctx context.Context) error {
	return s.start(ctx, host(s.Public), host(s.Admin))
}

func (s *Server) start(ctx context.Context, public, admin string) error {
	args := []string{"serve", "-demo", "-http", public, "-admin", admin, "-media", "127.0.0.1:0", "-data", s.dir, "-node", "stage"}
	if s.redis != nil {
		args = append(args, "-redis", s.redis.URL())
	}
	s.cmd = exec.Command(s.binary, args...)
	s.cmd.Env = append(os.Environ(), s.env...)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	logged, err := s.cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start kring: %w", err)
	}
	said := make(chan [2]string, 1)
	s.ended = make(chan struct{})
	go s.follow(s.cmd, out, logged, said, s.ended)
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	select {
	case urls := <-said:
		s.Public, s.Admin = urls[0], urls[1]
	case <-s.ended:
		return fmt.Errorf("kring ended at its start: %s", s.Log())
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("kring says no address: %s", s.Log()), s.Kill())
	}
	return until(ctx, func() error { return s.get(ctx, "/readyz", nil) })
}

// follow reads what a process says until it ends, and then notes its end.
func (s *Server) follow(cmd *exec.Cmd, out, logged io.Reader, said chan<- [2]string, ended chan<- struct{}) {
	defer close(ended)
	var reading sync.WaitGroup
	reading.Go(func() {
		var urls [2]string
		for lines := bufio.NewScanner(out); lines.Scan(); {
			word, rest, _ := strings.Cut(lines.Text(), " ")
			switch word {
			case "public":
				urls[0] = rest
			case "admin":
				urls[1] = rest
				said <- urls
			}
		}
	})
	reading.Go(func() {
		for lines := bufio.NewScanner(logged); lines.Scan(); {
			s.mu.Lock()
			s.log = append(s.log, lines.Text())
			s.mu.Unlock()
		}
	})
	reading.Wait()
	_ = cmd.Wait() // how it ended is told by the log
}

// Log is what the server has logged, over all its starts.
func (s *Server) Log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.log, "\n")
}

// PID is the process's id.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Kill ends the server as a power cut does.
func (s *Server) Kill() error { return s.signal(syscall.SIGKILL) }

// Stop ends the server in order.
func (s *Server) Stop() error { return s.signal(syscall.SIGTERM) }

func (s *Server) signal(sig syscall.Signal) error { return end(s.cmd, s.ended, sig) }

// Links are the personal links of a group with a session now.
type Links struct {
	Staff   []string `json:"staff"`
	Members []struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	} `json:"members"`
}

// Demo makes such a group.
func (s *Server) Demo(ctx context.Context, members int) (Links, error) {
	var l Links
	cmd := exec.CommandContext(ctx, s.binary, "demo", "-json", "-members", strconv.Itoa(members),
		"-admin", host(s.Admin), "-data", s.dir, "-base", s.Public)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return l, fmt.Errorf("kring demo: %w", err)
	}
	err = json.Unmarshal(out, &l)
	return l, err
}

// Forwarded is how many packets of a person the server has sent to others.
type Forwarded struct{ Audio, Video uint64 }

// Forwarded asks the server for its counters, over all rooms.
func (s *Server) Forwarded(ctx context.Context) (map[facilitation.ParticipantID]Forwarded, error) {
	var rooms map[string]map[facilitation.ParticipantID]Forwarded
	if err := s.get(ctx, "/forwarded", &rooms); err != nil {
		return nil, err
	}
	out := map[facilitation.ParticipantID]Forwarded{}
	for _, room := range rooms {
		for id, n := range room {
			out[id] = n
		}
	}
	return out, nil
}

// get asks the admin port and decodes the answer into v, if v is not nil.
func (s *Server) get(ctx context.Context, path string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Admin+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, resp.Status)
	}
	if v == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}
