package udp

import "net/netip"

const (
	// queueLength and queueBytes are what a Queue holds before it flushes itself.
	queueLength = 512
	queueBytes  = 512 << 10
	// none ends a chain.
	none = -1
)

// Stats counts what became of a queue's datagrams.
type Stats struct {
	Datagrams uint64 // given to the kernel
	Segments  uint64 // of them, those that went with others in one message
	Calls     uint64 // system calls
	Dropped   uint64 // refused by the kernel, or not taken in time
}

// Queue gathers datagrams and sends them with as few calls as it can.
type Queue struct {
	out   sender
	stats Stats

	// All of it is made when it is first used, and empty after a flush.
	memory  []byte // the datagrams, one after the other
	used    int    // bytes of memory
	queued  []queued
	waiting []*Destination // those that something is queued for
}

// queued is a datagram's place in memory and the next one for the same destination.
type queued struct{ start, length, next int32 }

// Destination is an address as the kernel takes it, and the chain of what is queued for it.
type Destination struct {
	to          netip.AddrPort
	address     address
	unsegmented bool // the path has refused segments
	first, last int32
}

// NewDestination makes a destination for a queue of this socket.
func NewDestination(s *Socket, to netip.AddrPort) *Destination {
	return &Destination{to: to, address: newAddress(to, s.isIPv4()), first: none}
}

// Addr is the address as it was given.
func (d *Destination) Addr() netip.AddrPort { return d.to }

// NewQueue makes a queue; it takes memory with the first datagram.
func (s *Socket) NewQueue() *Queue { return &Queue{out: s.newSender()} }

// Buffer is where the next datagram may be written: its length is 0, its capacity MaxDatagram.
func (q *Queue) Buffer() []byte {
	if q.memory == nil {
		q.memory = make([]byte, queueBytes)
		q.queued = make([]queued, 0, queueLength)
		q.waiting = make([]*Destination, 0, queueLength)
	}
	if len(q.queued) == queueLength || queueBytes-q.used < MaxDatagram {
		q.Flush()
	}
	return q.memory[q.used : q.used : q.used+MaxDatagram]
}

// Push takes what was written into Buffer as the next datagram for d. An empty one is not sent.
func (q *Queue) Push(b []byte, d *Destination) {
	if len(b) == 0 {
		return
	}
	if &b[0] != &q.memory[q.used] {
		panic("udp: a datagram outside of its buffer") // Someone else's bytes would be sent.
	}
	i := int32(len(q.queued))
	q.queued = append(q.queued, queued{int32(q.used), int32(len(b)), none})
	q.used += len(b)
	if d.first == none {
		d.first = i
		q.waiting = append(q.waiting, d)
	} else {
		q.queued[d.last].next = i
	}
	d.last = i
}

// Flush sends all that was pushed. What cannot be sent is dropped and counted.
func (q *Queue) Flush() {
	if len(q.queued) == 0 {
		return
	}
	q.out.send(q)
	for _, d := range q.waiting {
		d.first = none
	}
	clear(q.waiting) // A destination that is gone is not kept.
	q.waiting, q.queued, q.used = q.waiting[:0], q.queued[:0], 0
}

// Stats counts since the queue was made.
func (q *Queue) Stats() Stats { return q.stats }

func (q *Queue) bytes(d queued) []byte { return q.memory[d.start : d.start+d.length] }
