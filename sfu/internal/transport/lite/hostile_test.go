package lite

import (
	"bytes"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/stun/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"kring/sfu/internal/transport/jsep"
	"kring/sfu/internal/transport/transporttest"
)

// quietHandler hears nothing of what comes.
type quietHandler struct{}

func (quietHandler) Connected(bool) {}
func (quietHandler) RTP([]byte)     {}
func (quietHandler) RTCP([]byte)    {}

// expecting is a transport with a conn that awaits checks with the credentials "ours" and "theirs".
func expecting(t testing.TB) (*Transport, *conn) {
	t.Helper()
	tr := listen(t, "127.0.0.1:0")
	opened, err := tr.Open(0, quietHandler{})
	if err != nil {
		t.Fatal(err)
	}
	c := opened.(*conn)
	c.expect(credentials{ufrag: "ours", pwd: password}, &jsep.Offer{Ufrag: "theirs"})
	return tr, c
}

const password = "a password of 22 chars"

// check is a check as a browser sends it, with more attributes if any.
func check(t testing.TB, pwd string, more ...stun.Setter) []byte {
	t.Helper()
	setters := append([]stun.Setter{stun.TransactionID, stun.BindingRequest, stun.NewUsername("ours:theirs")}, more...)
	m, err := stun.Build(append(setters, stun.NewShortTermIntegrity(pwd), stun.Fingerprint)...)
	if err != nil {
		t.Fatal(err)
	}
	return m.Raw
}

// ask sends a datagram and returns the answer, nil if the one that is sent behind it is answered first.
func ask(t testing.TB, tr *Transport, datagram []byte) *stun.Message {
	t.Helper()
	socket, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(tr.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	sentinel := check(t, password)
	for _, d := range [][]byte{datagram, sentinel} {
		if _, err := socket.Write(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := socket.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 2048)
	n, err := socket.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	m := &stun.Message{Raw: b[:n]}
	if err := m.Decode(); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(m.TransactionID[:], sentinel[8:20]) {
		return nil
	}
	return m
}

func TestChecks(t *testing.T) {
	tr, _ := expecting(t)
	defer func() { _ = tr.Close() }()
	good := check(t, password)
	answer := ask(t, tr, good)
	var mapped stun.XORMappedAddress
	if answer == nil || answer.Type != stun.BindingSuccess || mapped.GetFrom(answer) != nil || !mapped.IP.IsLoopback() {
		t.Fatalf("a good check is answered %v", answer)
	}
	if err := stun.NewShortTermIntegrity(password).Check(answer); err != nil {
		t.Errorf("the answer is not authentic: %v", err)
	}
	if len(answer.Raw) > 3*len(good) {
		t.Errorf("%d bytes are answered with %d", len(good), len(answer.Raw))
	}
	refused := map[string]struct {
		datagram []byte
		code     stun.ErrorCode // 0: no answer at all
	}{
		"another password":           {check(t, "another password of 22"), 0},
		"one that controls not":      {check(t, password, stun.RawAttribute{Type: stun.AttrICEControlled, Value: make([]byte, 8)}), stun.CodeRoleConflict},
		"one that must be known":     {check(t, password, stun.RawAttribute{Type: 0x7abc, Value: []byte("x")}), stun.CodeUnknownAttribute},
		"an answer":                  {append([]byte{1, 1}, good[2:]...), 0},
		"a check without its end":    {good[:len(good)-9], 0},
		"a check with another print": {append(bytes.Clone(good[:len(good)-1]), good[len(good)-1]^1), 0},
	}
	for name, r := range refused {
		answer := ask(t, tr, r.datagram)
		var code stun.ErrorCodeAttribute
		switch {
		case r.code == 0 && answer != nil:
			t.Errorf("%s: answered %v", name, answer)
		case r.code != 0 && (answer == nil || code.GetFrom(answer) != nil || code.Code != r.code):
			t.Errorf("%s: answered %v, %v", name, answer, code)
		}
	}
	if n := testutil.ToFloat64(tr.metrics.badCheck); n < 2 {
		t.Errorf("%v bad checks are counted", n)
	}
}

// A client that is checked from ever new addresses has a few, and the tables do not grow.
func TestAddressesAreBounded(t *testing.T) {
	tr, c := expecting(t)
	defer func() { _ = tr.Close() }()
	w := c.worker
	_ = w.socket.Close() // its loop is not needed, and would race with us
	for i := range 5000 {
		w.take(check(t, password, stun.RawAttribute{Type: stun.AttrUseCandidate}), netip.AddrPortFrom(thief.Addr(), uint16(i+1)))
	}
	if len(w.byAddr) > maxAddresses || len(c.path.known) > maxAddresses {
		t.Errorf("%d addresses are known to the worker, %d to the peer", len(w.byAddr), len(c.path.known))
	}
}

// DTLS and media from addresses that have not passed a check reach nobody.
func TestStrangers(t *testing.T) {
	tr, c := expecting(t)
	defer func() { _ = tr.Close() }()
	stranger, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(tr.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Close() }()
	hello := append([]byte{22, 254, 253}, make([]byte, 60)...)
	media := append([]byte{0x80, 96}, make([]byte, 60)...)
	for range 100 {
		for _, d := range [][]byte{hello, media} {
			if _, err := stranger.Write(d); err != nil {
				t.Fatal(err)
			}
		}
	}
	ask(t, tr, check(t, password)) // answered behind all of it
	if err := stranger.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := stranger.Read(make([]byte, 2048)); err == nil {
		t.Errorf("a stranger is answered with %d bytes", n)
	}
	if c.dtls.Load() != nil {
		t.Error("a stranger has begun a handshake")
	}
	if n := testutil.ToFloat64(tr.metrics.stranger); n != 200 {
		t.Errorf("%v datagrams of strangers are counted", n)
	}
}

// fragile panics at what it is told to.
type fragile struct {
	quietHandler
	up    transporttest.Log[bool]
	heard atomic.Int64
}

func (f *fragile) Connected(up bool) { f.up.Add(up) }

func (f *fragile) RTP(packet []byte) {
	f.heard.Add(1)
	if bytes.Contains(packet, []byte("poison")) {
		panic("poison")
	}
}

// A fault of ours at one packet loses that packet, not the port.
func TestAPanicLosesOnePacket(t *testing.T) {
	var lines bytes.Buffer
	tr, err := Listen(Config{Media: "127.0.0.1:0", Log: slog.New(slog.NewTextHandler(&lines, nil)), Metrics: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	f := &fragile{}
	client := connected(t, tr, f)
	sequence := uint16(0)
	say := func(text string) {
		sequence++
		if err := client.Mic.Say(text, sequence); err != nil {
			t.Fatal(err)
		}
	}
	before := f.heard.Load()
	for range 20 {
		say("poison")
	}
	within(t, "what comes after", func() bool {
		say("bread")
		return f.heard.Load() >= before+25
	})
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	if n := testutil.ToFloat64(tr.metrics.panics); n != 20 {
		t.Errorf("%v panics are counted", n)
	}
	if n := bytes.Count(lines.Bytes(), []byte("panic at a datagram")); n != 1 {
		t.Errorf("%d panics are logged", n)
	}
}

// FuzzDatagram throws bytes at a worker, from a stranger and from an address that has passed a check; with sign, as a check with
// the right key whatever its attributes are.
func FuzzDatagram(f *testing.F) {
	f.Add([]byte{}, false)
	f.Add(check(f, password), false)
	f.Add(check(f, password, stun.RawAttribute{Type: stun.AttrUseCandidate})[20:], true)
	f.Add(append([]byte{22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40}, make([]byte, 60)...), false)
	f.Add(append([]byte{0x90, 96, 0, 1}, make([]byte, 60)...), false)
	f.Add(append([]byte{0x80, 200, 0, 6}, make([]byte, 60)...), false)
	tr, c := expecting(f)
	w := c.worker
	_ = w.socket.Close()
	f.Cleanup(func() { _ = tr.Close() })
	w.take(check(f, password), home)
	f.Fuzz(func(t *testing.T, b []byte, sign bool) {
		if sign {
			b = signed(b)
		}
		for _, from := range []netip.AddrPort{home, thief} {
			w.now = tr.now()
			w.take(bytes.Clone(b), from)
		}
		if n := testutil.ToFloat64(w.metrics.panics); n != 0 {
			t.Fatal("panicked")
		}
		if len(w.byAddr) > maxAddresses {
			t.Fatalf("%d addresses", len(w.byAddr))
		}
	})
}

// signed is a check with these bytes as attributes, and with ours.
func signed(attributes []byte) []byte {
	m := stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.NewUsername("ours:theirs"))
	m.Raw = append(m.Raw, attributes[:min(len(attributes), 1000)&^3]...)
	m.Length = uint32(len(m.Raw) - 20)
	m.WriteLength()
	for _, s := range []stun.Setter{stun.NewShortTermIntegrity(password), stun.Fingerprint} {
		if s.AddTo(m) != nil {
			return m.Raw
		}
	}
	return m.Raw
}
