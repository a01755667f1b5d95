package udp

import (
	"bytes"
	"log/slog"
	"math"
	"net/netip"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

func init() {
	ways["unsegmented"] = func(s *Socket) {
		if s.useMany() {
			shared(s).segments.Store(false)
		} else {
			s.usePlain()
		}
	}
}

func shared(s *Socket) *many { return s.in.(*manyIn).many }

// kernel is a stand-in that refuses what the test says and passes the rest on.
type kernel func(first *mmsghdr) unix.Errno

func (k kernel) sendmmsg(fd uintptr, messages []mmsghdr) (int, unix.Errno) {
	for i := range messages {
		if errno := k(&messages[i]); errno == 0 {
			continue
		} else if i == 0 {
			return 0, errno
		}
		return sendmmsg(fd, messages[:i])
	}
	return sendmmsg(fd, messages)
}

// over is a socket that sends through a stand-in, two receivers, and what is logged.
func over(t *testing.T, k kernel) (from, ana, ben *Socket, log *bytes.Buffer) {
	from, ana, ben = listen(t, loopback4, ways["best"]), listen(t, loopback4, ways["best"]), listen(t, loopback4, ways["best"])
	if _, many := from.in.(*manyIn); !many || !shared(from).segments.Load() {
		t.Skip("this kernel has no segments")
	}
	log = &bytes.Buffer{}
	shared(from).sendmmsg, shared(from).log = k.sendmmsg, slog.New(slog.NewTextHandler(log, nil))
	return from, ana, ben, log
}

func TestEqualDatagramsGoAsSegmentsOfOneMessage(t *testing.T) {
	var messages []int
	from, ana, ben, _ := over(t, func(m *mmsghdr) unix.Errno {
		messages = append(messages, int(m.header.Iovlen))
		return 0
	})
	q, a, b := from.NewQueue(), NewDestination(from, ana.LocalAddr()), NewDestination(from, ben.LocalAddr())
	for range 3 { // As a fan-out does: one packet for all, then the next.
		push(q, a, 1172)
		push(q, b, 80)
	}
	push(q, a, 300, 1172)
	push(q, b, 81)
	q.Flush()
	receive(t, ana, 5)
	receive(t, ben, 4)
	if want := []int{4, 1, 3, 1}; len(messages) != 4 || [4]int(messages) != [4]int(want) {
		t.Errorf("datagrams of the messages: %v, want %v", messages, want)
	}
	if s := q.Stats(); s != (Stats{Datagrams: 9, Segments: 7, Calls: 1}) {
		t.Errorf("%+v", s)
	}
}

func TestASystemThatCannotCutEndsSegments(t *testing.T) {
	for _, errno := range []unix.Errno{unix.EIO, unix.EOPNOTSUPP} {
		refused := 0
		from, ana, ben, log := over(t, func(m *mmsghdr) unix.Errno {
			if m.header.Control != nil {
				refused++
				return errno
			}
			return 0
		})
		q, a, b := from.NewQueue(), NewDestination(from, ana.LocalAddr()), NewDestination(from, ben.LocalAddr())
		for range 2 {
			refused = 0
			wantAna := push(q, a, repeat(30, 100)...)
			wantBen := push(q, b, 1172, 1172, 3)
			q.Flush()
			wantBytes(t, receive(t, ana, len(wantAna)), wantAna)
			wantBytes(t, receive(t, ben, len(wantBen)), wantBen)
		}
		wantStats(t, q, 206, 0)
		if refused != 0 || q.Stats().Segments != 0 {
			t.Errorf("%v: segments were tried again", errno)
		}
		if lines := strings.Count(log.String(), "\n"); lines != 1 {
			t.Errorf("%v: %d lines in the log", errno, lines)
		}
	}
}

func TestAPathThatTakesNoSegmentsEndsThemForItsDestination(t *testing.T) {
	for _, errno := range []unix.Errno{unix.EINVAL, unix.EMSGSIZE} {
		var narrow address
		refused := 0
		from, ana, ben, log := over(t, func(m *mmsghdr) unix.Errno {
			if m.header.Control != nil && nameIs(m, &narrow) {
				refused++
				return errno
			}
			return 0
		})
		q, a, b := from.NewQueue(), NewDestination(from, ana.LocalAddr()), NewDestination(from, ben.LocalAddr())
		narrow = a.address
		for range 2 {
			refused = 0
			wantAna := push(q, a, 100, 100, 100)
			wantBen := push(q, b, 100, 100, 100)
			q.Flush()
			wantBytes(t, receive(t, ana, 3), wantAna)
			wantBytes(t, receive(t, ben, 3), wantBen)
		}
		wantStats(t, q, 12, 0)
		if refused != 0 {
			t.Errorf("%v: segments were tried again", errno)
		}
		if q.Stats().Segments != 6 {
			t.Errorf("%v: %d segments to the other, want 6", errno, q.Stats().Segments)
		}
		if log.Len() > 0 {
			t.Errorf("%v: a peer can write to the log: %s", errno, log)
		}
	}
}

// nameIs says whether a message goes to an address.
func nameIs(m *mmsghdr, a *address) bool {
	return addrPort((*unix.RawSockaddrInet6)(unsafe.Pointer(m.header.Name))) == addrPort(&a.raw)
}

func TestAFullKernelIsWaitedForAndThenLosesTheRest(t *testing.T) {
	full := 0
	from, ana, ben, _ := over(t, func(m *mmsghdr) unix.Errno {
		if full > 0 {
			full--
			return unix.EAGAIN
		}
		return 0
	})
	q, a, b := from.NewQueue(), NewDestination(from, ana.LocalAddr()), NewDestination(from, ben.LocalAddr())

	full = 1
	want := push(q, a, 10, 20)
	q.Flush()
	wantBytes(t, receive(t, ana, 2), want)
	wantStats(t, q, 2, 0)

	full = math.MaxInt32
	push(q, a, 10, 10, 20)
	push(q, b, 10, 10)
	q.Flush()
	wantStats(t, q, 2, 5)

	full = 0
	want = push(q, b, 10, 10)
	q.Flush()
	wantBytes(t, receive(t, ben, 2), want)
	wantStats(t, q, 4, 5)
}

func TestASignalInterruptsNothing(t *testing.T) {
	interrupted := false
	from, ana, _, _ := over(t, func(*mmsghdr) unix.Errno {
		if interrupted = !interrupted; interrupted {
			return unix.EINTR
		}
		return 0
	})
	q := from.NewQueue()
	want := push(q, NewDestination(from, ana.LocalAddr()), 10, 20, 30)
	q.Flush()
	wantBytes(t, receive(t, ana, 3), want)
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		to   string
		ipv4 bool
		want string
	}{
		{"192.0.2.7:4660", true, "192.0.2.7:4660"},
		{"[::ffff:192.0.2.7]:4660", true, "192.0.2.7:4660"},
		{"192.0.2.7:4660", false, "192.0.2.7:4660"},
		{"[2001:db8::7]:1", false, "[2001:db8::7]:1"},
		{"[fe80::7%3]:1", false, "[fe80::7%3]:1"},
		{"[fe80::7%lo]:1", false, "[fe80::7%1]:1"},
		{"[fe80::7%none]:1", false, "[fe80::7]:1"},
	} {
		a := newAddress(netip.MustParseAddrPort(c.to), c.ipv4)
		if got := addrPort(&a.raw).String(); got != c.want {
			t.Errorf("%s became %s, want %s", c.to, got, c.want)
		}
	}
	if newAddress(netip.AddrPort{}, false).size != 0 {
		t.Error("no address has a size")
	}
}
