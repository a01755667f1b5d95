package udp

import (
	"log/slog"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// many is what a socket's reader and its queues' senders share.
type many struct {
	raw      syscall.RawConn
	log      *slog.Logger
	segments atomic.Bool // the kernel cuts messages into segments
	sendmmsg func(fd uintptr, messages []mmsghdr) (int, unix.Errno)
}

// mmsghdr is struct mmsghdr of sendmmsg(2).
type mmsghdr struct {
	header unix.Msghdr
	length uint32
}

// useMany moves datagrams many at a time, if the kernel can.
func (s *Socket) useMany() bool {
	raw, err := s.conn.SyscallConn()
	if err != nil {
		return false
	}
	m := &many{raw: raw, log: s.log, sendmmsg: sendmmsg}
	known := false
	err = raw.Control(func(fd uintptr) {
		_, cannotReceive := recvmmsg(fd, nil)
		_, cannotSend := sendmmsg(fd, nil)
		known = cannotReceive == 0 && cannotSend == 0
		_, cannotSegment := unix.GetsockoptInt(int(fd), unix.SOL_UDP, unix.UDP_SEGMENT)
		m.segments.Store(cannotSegment == nil)
	})
	if err != nil || !known {
		return false
	}
	s.ways = "recvmmsg, sendmmsg"
	if m.segments.Load() {
		s.ways += ", UDP_SEGMENT"
	}
	s.in = newManyIn(m)
	s.newSender = func() sender { return newManyOut(m) }
	return true
}

func recvmmsg(fd uintptr, messages []mmsghdr) (int, unix.Errno) {
	return mmsg(unix.SYS_RECVMMSG, fd, messages)
}

func sendmmsg(fd uintptr, messages []mmsghdr) (int, unix.Errno) {
	return mmsg(unix.SYS_SENDMMSG, fd, messages)
}

func mmsg(call, fd uintptr, messages []mmsghdr) (int, unix.Errno) {
	n, _, errno := unix.Syscall6(call, fd, uintptr(unsafe.Pointer(unsafe.SliceData(messages))), uintptr(len(messages)), unix.MSG_DONTWAIT, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), 0
}
