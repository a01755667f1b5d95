package udp

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	loopback4 = "127.0.0.1:0"
	loopback6 = "[::1]:0"
	everyone  = "[::]:0"
)

// ways are the ways to move datagrams that this system has.
var ways = map[string]func(*Socket){
	"plain": (*Socket).usePlain,
	"best": func(s *Socket) {
		if !s.useMany() {
			s.usePlain()
		}
	},
}

// eachWay tells a story once for each way.
func eachWay(t *testing.T, story func(t *testing.T, use func(*Socket))) {
	for name, use := range ways {
		t.Run(name, func(t *testing.T) { story(t, use) })
	}
}

func listen(t testing.TB, at string, use func(*Socket)) *Socket {
	t.Helper()
	s, err := open(netip.MustParseAddrPort(at), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Skipf("no socket at %s: %v", at, err)
	}
	use(s)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// sent is a datagram and whom it came from.
type sent struct {
	bytes []byte
	from  netip.AddrPort
}

// receive reads until so many datagrams have come.
func receive(t testing.TB, s *Socket, count int) []sent {
	t.Helper()
	var all []sent
	for len(all) < count {
		n, err := s.Read()
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			b, from := s.Datagram(i)
			all = append(all, sent{bytes.Clone(b), from})
		}
	}
	return all
}

// datagram is one of this length whose bytes say which it is.
func datagram(b []byte, which, length int) []byte {
	for i := range length {
		b = append(b, byte(which+i))
	}
	return b
}

// push queues datagrams of these lengths for a destination and returns them.
func push(q *Queue, d *Destination, lengths ...int) [][]byte {
	var all [][]byte
	for i, length := range lengths {
		b := datagram(q.Buffer(), i, length)
		all = append(all, bytes.Clone(b))
		q.Push(b, d)
	}
	return all
}

func wantBytes(t *testing.T, got []sent, want [][]byte) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d datagrams came, want %d", len(got), len(want))
	}
	for i := range want {
		if !bytes.Equal(got[i].bytes, want[i]) {
			t.Fatalf("datagram %d has %d bytes, want %d, or other ones", i, len(got[i].bytes), len(want[i]))
		}
	}
}

func wantStats(t *testing.T, q *Queue, datagrams, dropped uint64) {
	t.Helper()
	if s := q.Stats(); s.Datagrams != datagrams || s.Dropped != dropped {
		t.Errorf("%d sent and %d dropped, want %d and %d", s.Datagrams, s.Dropped, datagrams, dropped)
	}
}

func repeat(length, count int) []int {
	lengths := make([]int, count)
	for i := range lengths {
		lengths[i] = length
	}
	return lengths
}

func TestDatagramsArriveAsTheyWerePushed(t *testing.T) {
	lengths := map[string][]int{
		"one":                     {7},
		"of one byte":             {1, 1, 1},
		"longest":                 {MaxDatagram, MaxDatagram},
		"equal":                   {1172, 1172, 1172, 1172},
		"shorter last":            {1172, 1172, 300},
		"shorter in the middle":   {1172, 1172, 300, 1172, 1172},
		"longer in the middle":    {80, 80, 1172, 80, 80},
		"ever longer":             {10, 20, 30, 40},
		"more than 64 segments":   repeat(30, 150),
		"more than an IP packet":  repeat(1400, 60),
		"shorter at the 65th":     append(repeat(30, 64), 20, 30),
		"more than the queue has": repeat(5, queueLength+10),
	}
	eachWay(t, func(t *testing.T, use func(*Socket)) {
		from, to := listen(t, loopback4, use), listen(t, loopback4, use)
		for name, lengths := range lengths {
			t.Run(name, func(t *testing.T) {
				q := from.NewQueue()
				want := push(q, NewDestination(from, to.LocalAddr()), lengths...)
				q.Flush()
				wantBytes(t, receive(t, to, len(want)), want)
				wantStats(t, q, uint64(len(want)), 0)
			})
		}
	})
}

func TestEachDestinationKeepsItsOrder(t *testing.T) {
	const receivers, rounds = 5, 60
	eachWay(t, func(t *testing.T, use func(*Socket)) {
		from := listen(t, loopback4, use)
		q := from.NewQueue()
		var to [receivers]*Socket
		var destinations [receivers]*Destination
		for i := range to {
			to[i] = listen(t, loopback4, use)
			destinations[i] = NewDestination(from, to[i].LocalAddr())
		}
		var want [receivers][][]byte
		for round := range rounds { // More bytes than the queue holds.
			for i, d := range destinations {
				want[i] = append(want[i], push(q, d, 1900+round%7)...)
			}
		}
		q.Flush()
		for i := range to {
			wantBytes(t, receive(t, to[i], rounds), want[i])
		}
		wantStats(t, q, receivers*rounds, 0)
	})
}

func TestFamilies(t *testing.T) {
	for _, c := range []struct{ from, to string }{
		{loopback4, loopback4}, {loopback6, loopback6}, {everyone, loopback4}, {everyone, loopback6}, {loopback4, everyone}, {loopback6, everyone},
	} {
		t.Run(c.from+" to "+c.to, func(t *testing.T) {
			eachWay(t, func(t *testing.T, use func(*Socket)) {
				from, to := listen(t, c.from, use), listen(t, c.to, use)
				var loopback netip.Addr
				for _, s := range []*Socket{from, to} {
					if s.LocalAddr().Addr().IsLoopback() {
						loopback = s.LocalAddr().Addr()
					}
				}
				source := netip.AddrPortFrom(loopback, from.LocalAddr().Port())
				target := netip.AddrPortFrom(loopback, to.LocalAddr().Port())

				if err := from.WriteTo([]byte("alone"), target); err != nil {
					t.Fatal(err)
				}
				q := from.NewQueue()
				want := append([][]byte{[]byte("alone")}, push(q, NewDestination(from, target), 10, 10)...)
				q.Flush()
				got := receive(t, to, 3)
				wantBytes(t, got, want)
				for _, g := range got {
					if g.from != source {
						t.Errorf("came from %v, want %v", g.from, source)
					}
				}
			})
		})
	}
}

// TestZone answers to where a datagram came from, which on a link-local address takes the interface as well.
func TestZone(t *testing.T) {
	at := netip.AddrPortFrom(linkLocal(t), 0).String()
	eachWay(t, func(t *testing.T, use func(*Socket)) {
		a, b := listen(t, at, use), listen(t, at, use)
		q := a.NewQueue()
		push(q, NewDestination(a, b.LocalAddr()), 1)
		q.Flush()
		source := receive(t, b, 1)[0].from
		q = b.NewQueue()
		push(q, NewDestination(b, source), 2)
		q.Flush()
		if err := b.WriteTo([]byte("alone"), source); err != nil {
			t.Fatal(err)
		}
		receive(t, a, 2)
	})
}

func linkLocal(t *testing.T) netip.Addr {
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Skip(err)
	}
	for _, i := range interfaces {
		addresses, _ := i.Addrs()
		for _, a := range addresses {
			p, err := netip.ParsePrefix(a.String())
			if err == nil && p.Addr().Is6() && p.Addr().IsLinkLocalUnicast() && i.Flags&net.FlagUp != 0 {
				return p.Addr().WithZone(i.Name)
			}
		}
	}
	t.Skip("no interface has a link-local address")
	return netip.Addr{}
}

func TestARefusedDestinationLosesOnlyItself(t *testing.T) {
	refused := map[string]string{
		"port 0":       "127.0.0.1:0",
		"other family": "[::1]:9",
	}
	eachWay(t, func(t *testing.T, use func(*Socket)) {
		from, before, after := listen(t, loopback4, use), listen(t, loopback4, use), listen(t, loopback4, use)
		for name, at := range refused {
			t.Run(name, func(t *testing.T) {
				q := from.NewQueue()
				wantBefore := push(q, NewDestination(from, before.LocalAddr()), 100, 100, 50)
				push(q, NewDestination(from, netip.MustParseAddrPort(at)), 100, 100, 50, 200)
				wantAfter := push(q, NewDestination(from, after.LocalAddr()), 100, 100, 50)
				q.Flush()
				wantBytes(t, receive(t, before, 3), wantBefore)
				wantBytes(t, receive(t, after, 3), wantAfter)
				wantStats(t, q, 6, 4)
			})
		}
	})
}

func TestOversizedIsGivenAsEmpty(t *testing.T) {
	eachWay(t, func(t *testing.T, use func(*Socket)) {
		from, to := listen(t, loopback4, use), listen(t, loopback4, use)
		for _, length := range []int{MaxDatagram + 1, 9000, MaxDatagram, 3} {
			if err := from.WriteTo(datagram(nil, 0, length), to.LocalAddr()); err != nil {
				t.Fatal(err)
			}
		}
		wantBytes(t, receive(t, to, 4), [][]byte{nil, nil, datagram(nil, 0, MaxDatagram), datagram(nil, 0, 3)})
	})
}

func TestADatagramMayBeWrittenTo(t *testing.T) {
	eachWay(t, func(t *testing.T, use func(*Socket)) {
		from, to := listen(t, loopback4, use), listen(t, loopback4, use)
		for range 2 {
			_ = from.WriteTo([]byte("abc"), to.LocalAddr())
		}
		for got := 0; got < 2; {
			n, err := to.Read()
			if err != nil {
				t.Fatal(err)
			}
			for i := range n {
				b, _ := to.Datagram(i)
				if string(b) != "abc" {
					t.Errorf("got %q", b)
				}
				clear(b)
			}
			got += n
		}
	})
}

func TestCloseEndsRead(t *testing.T) {
	eachWay(t, func(t *testing.T, use func(*Socket)) {
		s := listen(t, loopback4, use)
		ended := make(chan error)
		go func() {
			_, err := s.Read()
			ended <- err
		}()
		for range 2 {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := <-ended; !errors.Is(err, net.ErrClosed) {
			t.Errorf("Read ended with %v", err)
		}
		if err := s.WriteTo([]byte{1}, s.LocalAddr()); !errors.Is(err, net.ErrClosed) {
			t.Errorf("WriteTo after Close: %v", err)
		}
		q := s.NewQueue()
		push(q, NewDestination(s, s.LocalAddr()), 1, 1, 2)
		q.Flush()
		wantStats(t, q, 0, 3)
	})
}

func TestManyMayWrite(t *testing.T) {
	const writers, each = 3, 50
	eachWay(t, func(t *testing.T, use func(*Socket)) {
		s := listen(t, everyone, use)
		to := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), s.LocalAddr().Port())
		var wait sync.WaitGroup
		for range writers {
			wait.Go(func() {
				for range each {
					_ = s.WriteTo([]byte{1}, to)
				}
			})
			wait.Go(func() {
				q, d := s.NewQueue(), NewDestination(s, to)
				for range each {
					push(q, d, 1, 1)
					q.Flush()
				}
			})
		}
		receive(t, s, writers*each*3)
		wait.Wait()
	})
}

func TestNothingIsAllocated(t *testing.T) {
	eachWay(t, func(t *testing.T, use func(*Socket)) {
		from, to := listen(t, everyone, use), listen(t, loopback4, use)
		q, d := from.NewQueue(), NewDestination(from, to.LocalAddr())
		allocations := testing.AllocsPerRun(100, func() {
			for i := range 8 {
				q.Push(q.Buffer()[:100+i/6], d)
			}
			q.Flush()
			for got := 0; got < 8; {
				n, err := to.Read()
				if err != nil {
					t.Fatal(err)
				}
				for i := range n {
					to.Datagram(i)
				}
				got += n
			}
		})
		if allocations != 0 {
			t.Errorf("%v allocations a round", allocations)
		}
	})
}

func TestErrorsHoldNoAddress(t *testing.T) {
	s := listen(t, loopback4, (*Socket).usePlain)
	for _, to := range []string{"127.0.0.1:0", "[2001:db8::7]:9"} {
		err := s.WriteTo([]byte{1}, netip.MustParseAddrPort(to))
		if err == nil {
			t.Fatalf("written to %s", to)
		}
		for _, a := range []netip.AddrPort{netip.MustParseAddrPort(to), s.LocalAddr()} {
			if bytes.Contains([]byte(err.Error()), []byte(a.Addr().String())) {
				t.Errorf("%v", err)
			}
		}
	}
}

func TestAStrayDatagramIsABrokenInvariant(t *testing.T) {
	s := listen(t, loopback4, (*Socket).usePlain)
	q := s.NewQueue()
	q.Buffer()
	defer func() {
		if recover() == nil {
			t.Error("bytes from elsewhere were taken")
		}
	}()
	q.Push([]byte{1}, NewDestination(s, s.LocalAddr()))
}
