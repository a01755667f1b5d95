package load

import (
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"
)

// Client is a participant.
type Client struct {
	Room  string
	Name  string
	Index int
	Slots int // how many others it can receive

	workload Workload
	arrived  chan struct{} // the crowd's; may be nil
	conns    []*Conn
	sent     atomic.Uint64
	late     atomic.Uint64
}

// NewClient makes a client that is not connected. Its index tells it from all others.
func NewClient(room string, index, slots int) *Client {
	return &Client{Room: room, Name: fmt.Sprintf("client-%d", index), Index: index, Slots: slots}
}

// Open opens the socket of another connection on an address of this machine.
func (c *Client) Open(at netip.Addr) (*Conn, error) {
	conn, err := newConn(c, at)
	if err == nil {
		c.conns = append(c.conns, conn)
	}
	return conn, err
}

// source is the client's camera and microphone, on the connection that has offered them; nil if none has.
func (c *Client) source() *source {
	for _, conn := range c.conns {
		if len(conn.streams) > 0 {
			return newSource(c, conn)
		}
	}
	return nil
}

// heard is what all connections have received.
func (c *Client) heard() (t tally) {
	for _, conn := range c.conns {
		t = t.plus(conn.heard())
	}
	return t
}

func (c *Client) takeDelays() (all []time.Duration) {
	for _, conn := range c.conns {
		all = append(all, conn.takeDelays()...)
	}
	return all
}

// noteArrival tells who waits that something has come.
func (c *Client) noteArrival() {
	select {
	case c.arrived <- struct{}{}:
	default: // One token is enough: who waits counts anew. Nobody may wait.
	}
}

// Close ends the connections and waits for their goroutines.
func (c *Client) Close() error {
	var errs []error
	for _, conn := range c.conns {
		errs = append(errs, conn.close())
	}
	return errors.Join(errs...)
}
