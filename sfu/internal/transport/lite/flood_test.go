package lite

import (
	"fmt"
	"math/rand/v2"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/pion/stun/v4"

	"kring/sfu/internal/transport/transporttest"
)

// What strangers send at the port: noise, checks of nobody, hellos and media, as fast as a socket takes it.
func flood(t *testing.T, tr *Transport, seed uint64) (send func()) {
	t.Helper()
	socket, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(tr.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	random := rand.New(rand.NewPCG(seed, 1))
	noise := make([]byte, 1200)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	nobody, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername("nobody:here"), stun.NewShortTermIntegrity(password), stun.Fingerprint)
	if err != nil {
		t.Fatal(err)
	}
	kinds := [][]byte{
		noise, nobody.Raw,
		append([]byte{22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200}, noise[:213]...),
		append([]byte{0x90, 111}, noise[:200]...), append([]byte{0x80, 200}, noise[:60]...),
	}
	return func() { _, _ = socket.Write(kinds[random.IntN(len(kinds))]) }
}

// A flood from strangers costs those who talk nothing: their packets are the witness. Nor does it cost memory.
func TestFlood(t *testing.T) {
	const seed = 7
	tr := listen(t, "127.0.0.1:0")
	defer func() { _ = tr.Close() }()
	f := &fragile{}
	client := connected(t, tr, f)
	send := flood(t, tr, seed)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	heard := f.heard.Load()
	const said = 200
	for i := range said {
		for range 100 {
			send()
		}
		if err := client.Mic.Say("a sound", uint16(i)); err != nil {
			t.Fatal(err)
		}
	}
	within(t, "99 of 100 sounds", func() bool { return f.heard.Load()-heard >= said*99/100 })
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
}

// Joins go on while strangers send hellos: a handshake begins only where a check has come from (Enable Security's DTLS race).
func TestJoinsInAFlood(t *testing.T) {
	tr := listen(t, "127.0.0.1:0")
	defer func() { _ = tr.Close() }()
	send := flood(t, tr, 8)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
			}
			for range 50 {
				send()
			}
			time.Sleep(5 * time.Millisecond) // 10,000 a second
		}
	}()
	for i := range 20 {
		t.Run(fmt.Sprint(i), func(t *testing.T) { connected(t, tr, &fragile{}).Close() })
	}
	close(stop)
	<-stopped
}

// connected is a client of a handler.
func connected(t *testing.T, tr *Transport, h *fragile) *transporttest.Client {
	t.Helper()
	client := transporttest.NewClient(t, 1)
	conn, err := tr.Open(0, h)
	if err != nil {
		t.Fatal(err)
	}
	answer, _, err := conn.Offer(client.Offer(t, false))
	if err != nil {
		t.Fatal(err)
	}
	client.Answer(t, answer)
	client.Up.Await(t, "the connection", func(up bool) bool { return up })
	h.up.Await(t, "our connection", func(up bool) bool { return up }) // a client has its keys first
	return client
}

// within waits for something, for ten seconds.
func within(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 10 s", what)
		}
	}
}
