package udp

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// batch is how many datagrams come with one call at most.
const batch = 64

// manyIn receives with recvmmsg. It belongs to who reads.
type manyIn struct {
	*many
	messages [batch]mmsghdr
	vectors  [batch]unix.Iovec
	from     [batch]unix.RawSockaddrInet6
	memory   []byte
	receive  func(fd uintptr) bool // once: a new closure for each read would be an allocation
	came     int
	errno    unix.Errno
}

func newManyIn(m *many) *manyIn {
	in := &manyIn{many: m, memory: make([]byte, batch*MaxDatagram), came: batch}
	for i := range in.messages {
		in.vectors[i].Base = &in.memory[i*MaxDatagram]
		in.vectors[i].SetLen(MaxDatagram)
		h := &in.messages[i].header
		h.Name = nameOf(&in.from[i])
		h.Iov = &in.vectors[i]
		h.SetIovlen(1)
	}
	in.receive = in.take
	return in
}

func (in *manyIn) read() (int, error) {
	for i := range in.came {
		in.messages[i].header.Namelen = unix.SizeofSockaddrInet6 // The kernel has put the true size there.
	}
	in.came = 0
	if err := in.raw.Read(in.receive); err != nil {
		return 0, err
	}
	if in.errno != 0 {
		return 0, in.errno
	}
	return in.came, nil
}

// take is called when there may be something, and says false to be called again.
func (in *manyIn) take(fd uintptr) bool {
	for {
		in.came, in.errno = recvmmsg(fd, in.messages[:])
		switch in.errno {
		case unix.EINTR:
		case unix.EAGAIN:
			return false
		default:
			return true
		}
	}
}

func (in *manyIn) datagram(i int) ([]byte, netip.AddrPort) {
	m := &in.messages[i]
	length := m.length
	if m.header.Flags&unix.MSG_TRUNC != 0 {
		length = 0
	}
	return in.memory[i*MaxDatagram:][:length:MaxDatagram], addrPort(&in.from[i])
}
