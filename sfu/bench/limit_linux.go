package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"github.com/pion/srtp/v3"
	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

const (
	batch     = 64 // messages a call
	sealTag   = 16 // bytes of AES-GCM
	keySize   = 16
	saltSize  = 12
	rtpHeader = 12
)

// limiter seals and sends the same packets again and again, a burst to each receiver in turn. Packet i is of receiver
// i / limitBurst.
type limiter struct {
	fd        int
	receivers []unix.RawSockaddrInet4
	contexts  []*srtp.Context
	plain     []byte
	sealed    [][]byte
	sequence  uint16

	messages []message
	vectors  []unix.Iovec
	control  []byte // the length of a segment, for all messages
}

// message is the kernel's struct mmsghdr.
type message struct {
	header unix.Msghdr
	sent   uint32
}

// sendLimit is the time of the sending thread by packet, in microseconds. Receivers read all the while.
func sendLimit(way string, receivers int, length time.Duration) (micros float64, err error) {
	l := &limiter{plain: make([]byte, limitSize-sealTag), control: segmentControl()}
	l.plain[0], l.plain[1] = 0x80, 96
	if l.fd, err = unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, unix.Close(l.fd)) }()
	var reading sync.WaitGroup
	defer reading.Wait()
	for i := range receivers {
		c, err := l.addReceiver(byte(i))
		if err != nil {
			return 0, err
		}
		defer func() { _ = c.Close() }()
		reading.Go(func() { discard(c) })
	}
	n := receivers * limitBurst
	l.messages, l.vectors = make([]message, n), make([]unix.Iovec, n)
	return l.measure(way, length)
}

func (l *limiter) addReceiver(key byte) (*net.UDPConn, error) {
	c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		return nil, err
	}
	port := c.LocalAddr().(*net.UDPAddr).AddrPort().Port()
	l.receivers = append(l.receivers, unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: loopback.As4(), Port: port<<8 | port>>8})
	master := make([]byte, keySize)
	master[0] = key
	s, err := srtp.CreateContext(master, make([]byte, saltSize), srtp.ProtectionProfileAeadAes128Gcm)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	l.contexts = append(l.contexts, s)
	for range limitBurst {
		l.sealed = append(l.sealed, make([]byte, limitSize))
	}
	return c, nil
}

// discard reads until the socket is closed.
func discard(c *net.UDPConn) {
	b := ipv4.NewPacketConn(c)
	read := make([]ipv4.Message, batch)
	for i := range read {
		read[i].Buffers = [][]byte{make([]byte, 2048)}
	}
	for {
		if _, err := b.ReadBatch(read, 0); err != nil {
			return
		}
	}
}

// measure runs on a thread of its own, whose time is what counts.
func (l *limiter) measure(way string, length time.Duration) (float64, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, err := threadTime()
	if err != nil {
		return 0, err
	}
	packets := 0
	for end := time.Now().Add(length); time.Now().Before(end); packets += len(l.sealed) {
		if err := l.send(way); err != nil {
			return 0, err
		}
	}
	after, err := threadTime()
	return float64((after - before).Nanoseconds()) / 1000 / float64(packets), err
}

func threadTime() (time.Duration, error) {
	var u unix.Rusage
	err := unix.Getrusage(unix.RUSAGE_THREAD, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), err
}

// send seals and sends a burst to everybody.
func (l *limiter) send(way string) error {
	if err := l.seal(); err != nil {
		return err
	}
	switch way {
	case sendEach:
		return l.sendEach()
	case sendMany:
		for i := range l.sealed {
			l.set(i, i, 1)
		}
		return l.submit(len(l.sealed))
	case sendSegments:
		for i := range l.receivers {
			l.set(i, i*limitBurst, limitBurst)
		}
		return l.submit(len(l.receivers))
	}
	return nil
}

func (l *limiter) seal() error {
	for k := range limitBurst {
		l.sequence++
		binary.BigEndian.PutUint16(l.plain[2:], l.sequence)
		for r, c := range l.contexts {
			i := r*limitBurst + k
			var err error
			if l.sealed[i], err = c.EncryptRTP(l.sealed[i][:0], l.plain, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *limiter) sendEach() error {
	for i, packet := range l.sealed {
		to := &l.receivers[i/limitBurst]
		_, _, e := unix.Syscall6(unix.SYS_SENDTO, uintptr(l.fd), uintptr(unsafe.Pointer(&packet[0])), uintptr(len(packet)), 0,
			uintptr(unsafe.Pointer(to)), unix.SizeofSockaddrInet4)
		if e != 0 {
			return fmt.Errorf("sendto: %w", e)
		}
	}
	return nil
}

// set makes message m of some packets of one receiver, as segments if they are several.
func (l *limiter) set(m, first, packets int) {
	for i := first; i < first+packets; i++ {
		l.vectors[i].Base = &l.sealed[i][0]
		l.vectors[i].SetLen(len(l.sealed[i]))
	}
	h := &l.messages[m].header
	*h = unix.Msghdr{Name: (*byte)(unsafe.Pointer(&l.receivers[first/limitBurst])), Namelen: unix.SizeofSockaddrInet4, Iov: &l.vectors[first]}
	h.SetIovlen(packets)
	if packets > 1 {
		h.Control = &l.control[0]
		h.SetControllen(len(l.control))
	}
}

// submit sends the first n messages.
func (l *limiter) submit(n int) error {
	for at := 0; at < n; {
		sent, _, e := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(l.fd), uintptr(unsafe.Pointer(&l.messages[at])), uintptr(min(batch, n-at)), 0, 0, 0)
		if e != 0 {
			return fmt.Errorf("sendmmsg: %w", e)
		}
		at += int(sent)
	}
	return nil
}

// segmentControl is the control message that says how long a segment is, udp(7).
func segmentControl() []byte {
	b := make([]byte, unix.CmsgSpace(2))
	h := (*unix.Cmsghdr)(unsafe.Pointer(&b[0]))
	h.Level, h.Type = unix.SOL_UDP, unix.UDP_SEGMENT
	h.SetLen(unix.CmsgLen(2))
	binary.NativeEndian.PutUint16(b[unix.CmsgLen(0):], limitSize)
	return b
}
