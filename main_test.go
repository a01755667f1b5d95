package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// asKring makes this test binary be kring: the tests run it as a process of its own, with exit codes and signals.
const asKring = "TEST_AS_KRING"

func TestMain(m *testing.M) {
	if os.Getenv(asKring) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// kring is a command that runs this program with arguments, and with nothing of the shell's own settings for it.
func kring(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = []string{asKring + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "GORACE=" + os.Getenv("GORACE")}
	return cmd
}

// ask runs kring to its end and returns its exit code and what it wrote.
func ask(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	cmd := kring(t.Context(), args...)
	cmd.Stdout, cmd.Stderr = &o, &e
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

func TestExitCodes(t *testing.T) {
	taken := listenAnywhere(t)
	for name, c := range map[string]struct {
		args     []string
		code     int
		out, err string // patterns
	}{
		"version":          {[]string{"version"}, 0, `^kring \S+\n$`, `^$`},
		"help":             {[]string{"help"}, 0, `serve`, `^$`},
		"help of serve":    {[]string{"serve", "-help"}, 0, `-media`, `^$`},
		"no command":       {nil, 2, `^$`, `^kring: wrong use: .*serve.*\n$`},
		"unknown command":  {[]string{"sreve"}, 2, `^$`, `^kring: wrong use: no command "sreve".*\n$`},
		"unknown flag":     {[]string{"serve", "-colour"}, 2, `^$`, `^kring: wrong use: .*-colour\n$`},
		"wrong value":      {[]string{"serve", "-media", "here"}, 2, `^$`, `^kring: wrong use: -media "here": want .*\n$`},
		"too many members": {[]string{"demo", "-members", "17"}, 2, `^$`, `^kring: wrong use: -members 17: want 1 to 16\n$`},
		"no server":        {[]string{"demo", "-data", t.TempDir()}, 1, `^$`, `^kring: admin token .*\n$`},
		"port in use": {
			[]string{"serve", "-http", taken, "-admin", "127.0.0.1:0", "-media", "127.0.0.1:0", "-data", t.TempDir()},
			1, `^$`, `^kring: -http: .*address already in use\n$`,
		},
		"admin port in use": {
			[]string{"serve", "-http", "127.0.0.1:0", "-admin", taken, "-media", "127.0.0.1:0", "-data", t.TempDir()},
			1, `^$`, `^kring: -admin: .*address already in use\n$`,
		},
		"media port in use": {
			[]string{"serve", "-http", "127.0.0.1:0", "-admin", "127.0.0.1:0", "-media", udpAnywhere(t), "-data", t.TempDir()},
			1, `^$`, `(?s)^kring: media: .*address already in use.*\n$`,
		},
		"no certificate": {
			[]string{"serve", "-http", "127.0.0.1:0", "-admin", "127.0.0.1:0", "-tls-cert", "none.pem", "-tls-key", "none.pem", "-data", t.TempDir()},
			1, `^$`, `^kring: -tls-cert: .*none.pem.*\n$`,
		},
	} {
		code, out, errOut := ask(t, c.args...)
		if code != c.code || !regexp.MustCompile(c.out).MatchString(out) || !regexp.MustCompile(c.err).MatchString(errOut) {
			t.Errorf("%s: exit code %d, want %d\nout: %s\nerr: %s", name, code, c.code, out, errOut)
		}
	}
}

func listenAnywhere(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

func udpAnywhere(t *testing.T) string {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c.LocalAddr().String()
}

// server is kring serve as a process.
type server struct {
	cmd                 *exec.Cmd
	data, public, admin string
	staff               string // the first staff link, if it was printed
	errOut              *bytes.Buffer
	ended               chan struct{}
}

func serve(t *testing.T, data string, more ...string) *server {
	t.Helper()
	args := append([]string{"serve", "-http", "127.0.0.1:0", "-admin", "127.0.0.1:0", "-media", "127.0.0.1:0", "-data", data}, more...)
	s := &server{cmd: kring(context.Background(), args...), data: data, errOut: new(bytes.Buffer), ended: make(chan struct{})}
	s.cmd.Stderr = s.errOut
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for s.admin == "" && lines.Scan() {
		s.note(lines.Text())
	}
	rest := make(chan struct{})
	go func() {
		for lines.Scan() {
			s.note(lines.Text())
		}
		close(rest)
	}()
	go func() { <-rest; _ = s.cmd.Wait(); close(s.ended) }()
	t.Cleanup(func() { _ = s.cmd.Process.Kill(); <-s.ended })
	if s.admin == "" {
		<-s.ended
		t.Fatalf("it did not start: %s", s.errOut)
	}
	return s
}

func (s *server) note(line string) {
	switch word, value, _ := strings.Cut(line, " "); word {
	case "public":
		s.public = value
	case "admin":
		s.admin = value
	case "staff":
		s.staff = value
	}
}

// stop asks it to end, and wants it gone, in good order, within ten seconds.
func (s *server) stop(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		t.Fatalf("it did not end\n%s", s.errOut)
	}
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.errOut)
	}
}

func (s *server) adminHost() string { return strings.TrimPrefix(s.admin, "http://") }

// call posts JSON as a page of the server would and returns the status and, for 200, the answer in v.
func (s *server) call(t *testing.T, path string, body, v any) int {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.public+path, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", s.public)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusOK {
		if err := json.NewDecoder(resp.Body).Decode(v); err != nil {
			t.Fatal(err)
		}
	}
	return resp.StatusCode
}

func status(t *testing.T, method, url string, header http.Header) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode
}

// capability is the secret in a link's fragment.
func capability(t *testing.T, link, key string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(u.Fragment, key+"=") {
		t.Fatalf("%q is no link: %v", link, err)
	}
	return u.Fragment[len(key)+1:]
}

// TestServeAndDemo is what make run does, and what a newcomer does with the links: each opens the session that is open now.
func TestServeAndDemo(t *testing.T) {
	s := serve(t, t.TempDir(), "-demo")
	code, out, errOut := ask(t, "demo", "-members", "3", "-json", "-admin", s.adminHost(), "-data", s.data)
	var links demoLinks
	if err := json.Unmarshal([]byte(out), &links); code != 0 || err != nil || len(links.Staff) != 1 || len(links.Members) != 3 {
		t.Fatalf("kring demo: exit code %d, %v\n%s%s", code, err, out, errOut)
	}
	enter := func(link string) protocol.EnterResponse {
		if !strings.HasPrefix(link, s.public+"/j#c=") {
			t.Errorf("%s does not lead to %s", link, s.public)
		}
		var r protocol.EnterResponse
		if code := s.call(t, "/api/enter", protocol.EnterRequest{Capability: capability(t, link, "c")}, &r); code != http.StatusOK || r.Ticket == "" {
			t.Errorf("enter: %d, %+v", code, r)
		}
		return r
	}
	if r := enter(links.Staff[0]); r.Role != facilitation.Therapist {
		t.Errorf("staff link: %+v", r)
	}
	for _, m := range links.Members {
		if r := enter(m.URL); r.Role != facilitation.Member || r.Name != m.Name {
			t.Errorf("link of %s: %+v", m.Name, r)
		}
	}
	s.stop(t)
}

// TestTextLinks: without -json the links are read by a person.
func TestTextLinks(t *testing.T) {
	s := serve(t, t.TempDir(), "-demo")
	_, out, _ := ask(t, "demo", "-members", "1", "-admin", s.adminHost(), "-data", s.data)
	want := regexp.MustCompile(`^therapist +http://127\.0\.0\.1:\d+/j#c=\S{43}\nJoke +http://127\.0\.0\.1:\d+/j#c=\S{43}\n$`)
	if !want.MatchString(out) {
		t.Errorf("printed\n%s", out)
	}
	_, out, _ = ask(t, "demo", "-members", "1", "-admin", s.adminHost(), "-data", s.data, "-base", "https://kring.example/")
	if !strings.Contains(out, " https://kring.example/j#c=") {
		t.Errorf("-base: printed\n%s", out)
	}
}

// TestStaffLink is printed at the first start only; another can be made; both open the staff's calls.
func TestStaffLink(t *testing.T) {
	data := t.TempDir()
	s := serve(t, data)
	s.stop(t)
	first := s.staff
	again := serve(t, data)
	_, second, _ := ask(t, "link", "-admin", again.adminHost(), "-data", data)
	for _, link := range []string{first, strings.TrimSpace(second)} {
		var home protocol.HomeResponse
		if code := again.call(t, "/api/home", protocol.HomeRequest{Capability: capability(t, link, "s")}, &home); code != http.StatusOK || home.Token == "" {
			t.Errorf("home by %s: %d", link, code)
		}
	}
	again.stop(t)
	if again.staff != "" {
		t.Errorf("a second start printed %s", again.staff)
	}
}

// TestAdminPort: health for machines; what changes state only for the kring command, and a demonstration only with -demo.
func TestAdminPort(t *testing.T) {
	s := serve(t, t.TempDir())
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/debug/pprof/"} {
		if code := status(t, http.MethodGet, s.admin+path, nil); code != http.StatusOK {
			t.Errorf("%s: %d", path, code)
		}
		if code := status(t, http.MethodGet, s.public+path, nil); code != http.StatusNotFound {
			t.Errorf("%s on the public port: %d", path, code)
		}
	}
	token, err := os.ReadFile(s.data + "/" + tokenFile)
	if err != nil {
		t.Fatal(err)
	}
	bearer := "Bearer " + strings.TrimSpace(string(token))
	for name, c := range map[string]struct {
		header http.Header
		want   int
	}{
		"without the token": {http.Header{}, http.StatusUnauthorized},
		"a wrong token":     {http.Header{"Authorization": {"Bearer x"}}, http.StatusUnauthorized},
		"a browser":         {http.Header{"Authorization": {bearer}, "Origin": {"http://127.0.0.1"}}, http.StatusForbidden},
		"the command":       {http.Header{"Authorization": {bearer}}, http.StatusOK},
	} {
		if code := status(t, http.MethodPost, s.admin+"/home-link", c.header); code != c.want {
			t.Errorf("%s: %d, want %d", name, code, c.want)
		}
	}
	if code, _, errOut := ask(t, "demo", "-admin", s.adminHost(), "-data", s.data); code != 1 || !strings.Contains(errOut, "-demo") {
		t.Errorf("kring demo without serve -demo: exit code %d, %s", code, errOut)
	}
	s.stop(t)
}
