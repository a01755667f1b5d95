package transporttest

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"sync"
	"testing"
)

// Relay stands between a client and a transport as a router does: it can give the client another address, and lose packets.
type Relay struct {
	near   *net.UDPConn // where the client sends to
	server *net.UDPAddr

	mu     sync.Mutex
	far    *net.UDPConn // where the transport sees the client
	client netip.AddrPort
	lose   func(up bool, datagram []byte) bool

	running sync.WaitGroup
}

// NewRelay makes a relay to a transport. It is closed at the end of the test.
func NewRelay(t testing.TB, server netip.AddrPort) *Relay {
	t.Helper()
	to := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(server.Port())} // where every transport of a test listens
	r := &Relay{near: loopback(t), far: loopback(t), server: to}
	r.lose = func(bool, []byte) bool { return false }
	r.running.Go(r.up)
	far := r.far
	r.running.Go(func() { r.down(far) })
	t.Cleanup(func() {
		_ = r.near.Close()
		r.mu.Lock()
		_ = r.far.Close()
		r.mu.Unlock()
		r.running.Wait()
	})
	return r
}

var hostCandidate = regexp.MustCompile(`(a=candidate:.* )\S+ \d+( typ host)`)

// Through is an answer by which the client comes through the relay.
func (r *Relay) Through(answer string) string {
	port := r.near.LocalAddr().(*net.UDPAddr).Port
	return hostCandidate.ReplaceAllString(answer, fmt.Sprintf("${1}127.0.0.1 %d${2}", port))
}

// Lose has the relay lose what the function says, in either direction.
func (r *Relay) Lose(lose func(up bool, datagram []byte) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lose = lose
}

// Move gives the client another address, without its knowing. What is on its way to the old one is lost.
func (r *Relay) Move(t testing.TB) {
	t.Helper()
	far := loopback(t)
	r.mu.Lock()
	_ = r.far.Close()
	r.far = far
	r.mu.Unlock()
	r.running.Go(func() { r.down(far) })
}

func (r *Relay) up() {
	b := make([]byte, 2048)
	for {
		n, from, err := r.near.ReadFromUDPAddrPort(b)
		if err != nil {
			return
		}
		r.mu.Lock()
		r.client = from
		if !r.lose(true, b[:n]) {
			_, _ = r.far.WriteToUDP(b[:n], r.server)
		}
		r.mu.Unlock()
	}
}

func (r *Relay) down(far *net.UDPConn) {
	b := make([]byte, 2048)
	for {
		n, _, err := far.ReadFromUDPAddrPort(b)
		if err != nil {
			return
		}
		r.mu.Lock()
		if r.far == far && !r.lose(false, b[:n]) {
			_, _ = r.near.WriteToUDPAddrPort(b[:n], r.client)
		}
		r.mu.Unlock()
	}
}

func loopback(t testing.TB) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
