package udp

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// maxSegments is UDP_MAX_SEGMENTS of Linux 4.18 to 6.8; later ones take 128.
	maxSegments = 64
	// maxMessage keeps a message, in bytes, below what an IP packet holds.
	maxMessage = 65000
	// patience is how long a flush waits for a kernel that takes no more. Its owner's lock is held, and late media is worthless.
	patience = 10 * time.Millisecond
)

// manyOut sends a queue with sendmmsg. What goes to one destination and is equally long, but for a shorter last one, goes as one
// message that the kernel cuts into segments again. It belongs to the queue's owner.
type manyOut struct {
	*many
	stats *Stats
	until time.Time // the end of patience; zero until it is needed

	// Made with the first flush, as long as a queue, refilled by each. The first three have an element for each message.
	messages []mmsghdr
	controls []segmentSize
	to       []*Destination
	vectors  []unix.Iovec // one for each datagram

	singles [maxSegments]mmsghdr // of a message whose segments were refused
	deliver func(fd uintptr) bool
}

// segmentSize is the control message that tells the kernel where to cut.
type segmentSize struct {
	header unix.Cmsghdr
	size   uint16
	_      [6]byte
}

func newManyOut(m *many) *manyOut {
	o := &manyOut{many: m}
	o.deliver = func(fd uintptr) bool {
		o.sendAll(fd, o.messages)
		return true // wait does the waiting: a deadline of the socket would be WriteTo's too.
	}
	return o
}

func (o *manyOut) send(q *Queue) {
	o.prepare()
	for _, d := range q.waiting {
		for at := d.first; at != none; {
			at = o.addMessage(q, d, at)
		}
	}
	o.stats, o.until = &q.stats, time.Time{}
	if o.raw.Write(o.deliver) != nil {
		q.stats.Dropped += uint64(len(q.queued)) // The socket is closed; deliver was not called.
	}
	clear(o.to) // A destination that is gone is not kept, but by a message's name, until that is overwritten.
}

func (o *manyOut) prepare() {
	if o.messages == nil {
		o.messages = make([]mmsghdr, queueLength)
		o.controls = make([]segmentSize, queueLength)
		for i := range o.controls {
			h := &o.controls[i].header
			h.Level, h.Type = unix.SOL_UDP, unix.UDP_SEGMENT
			h.SetLen(unix.CmsgLen(2))
		}
		o.to = make([]*Destination, queueLength)
		o.vectors = make([]unix.Iovec, queueLength)
	}
	o.messages, o.to, o.vectors = o.messages[:0], o.to[:0], o.vectors[:0]
}

// addMessage makes a message of a datagram and of those behind it that may go with it, and returns which one comes next.
func (o *manyOut) addMessage(q *Queue, d *Destination, at int32) int32 {
	limit := 1
	if o.segments.Load() && !d.unsegmented {
		limit = maxSegments
	}
	first, size, total := len(o.vectors), q.queued[at].length, int32(0)
	for at != none && len(o.vectors)-first < limit {
		next := q.queued[at]
		if total += next.length; next.length > size || total > maxMessage {
			break
		}
		v := unix.Iovec{Base: &q.memory[next.start]}
		v.SetLen(int(next.length))
		o.vectors = append(o.vectors, v)
		at = next.next
		if next.length < size {
			break
		}
	}
	o.closeMessage(d, first, int(size))
	return at
}

func (o *manyOut) closeMessage(d *Destination, first, size int) {
	i := len(o.messages)
	o.messages, o.to = o.messages[:i+1], append(o.to, d)
	h := &o.messages[i].header
	h.Name, h.Namelen = nameOf(&d.address.raw), d.address.size
	h.Iov = &o.vectors[first]
	h.SetIovlen(len(o.vectors) - first)
	h.Control = nil
	h.SetControllen(0)
	if len(o.vectors)-first > 1 {
		o.controls[i].size = uint16(size)
		h.Control = (*byte)(unsafe.Pointer(&o.controls[i]))
		h.SetControllen(unix.CmsgSpace(2))
	}
}

// sendAll sends messages in their order. One that the kernel refuses does not hold up those behind it.
func (o *manyOut) sendAll(fd uintptr, messages []mmsghdr) {
	for len(messages) > 0 {
		n, errno := o.sendmmsg(fd, messages)
		o.stats.Calls++
		switch {
		case errno == 0:
			o.count(messages[:n])
			messages = messages[n:]
		case errno == unix.EINTR:
		case errno == unix.EAGAIN:
			if !o.wait(fd) {
				o.drop(messages)
				return
			}
		default:
			o.refused(fd, messages, errno)
			messages = messages[1:]
		}
	}
}

// refused drops the first message, or sends its segments one by one if they are why. A path with a smaller MTU (EINVAL, lately
// EMSGSIZE) ends segments for its destination alone, so that no peer can end them for all; a system that cannot cut (EIO,
// EOPNOTSUPP) ends them for the socket.
func (o *manyOut) refused(fd uintptr, messages []mmsghdr, errno unix.Errno) {
	m := &messages[0]
	if m.header.Control == nil {
		o.drop(messages[:1])
		return
	}
	switch errno {
	case unix.EINVAL, unix.EMSGSIZE:
		// Only o.messages have segments: these are its last.
		o.to[len(o.messages)-len(messages)].unsegmented = true
	case unix.EIO, unix.EOPNOTSUPP:
		if o.segments.CompareAndSwap(true, false) {
			o.log.Warn("the system cuts no datagrams into segments, they are sent one by one", "err", errno)
		}
	default:
		o.drop(messages[:1])
		return
	}
	o.sendAll(fd, o.split(m))
}

// split makes a message of each segment.
func (o *manyOut) split(m *mmsghdr) []mmsghdr {
	vectors := unsafe.Slice(m.header.Iov, m.header.Iovlen)
	for i := range vectors {
		h := &o.singles[i].header
		*h = unix.Msghdr{Name: m.header.Name, Namelen: m.header.Namelen, Iov: &vectors[i]}
		h.SetIovlen(1)
	}
	return o.singles[:len(vectors)]
}

// wait returns when the kernel takes datagrams again, false when patience has ended.
func (o *manyOut) wait(fd uintptr) bool {
	now := time.Now()
	if o.until.IsZero() {
		o.until = now.Add(patience)
	}
	left := o.until.Sub(now)
	if left <= 0 {
		return false
	}
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
	_, err := unix.Poll(fds[:], int((left + time.Millisecond - 1).Milliseconds()))
	return err == nil || err == unix.EINTR
}

func (o *manyOut) count(messages []mmsghdr) {
	for i := range messages {
		n := uint64(messages[i].header.Iovlen)
		o.stats.Datagrams += n
		if n > 1 {
			o.stats.Segments += n
		}
	}
}

func (o *manyOut) drop(messages []mmsghdr) {
	for i := range messages {
		o.stats.Dropped += uint64(messages[i].header.Iovlen)
	}
}
