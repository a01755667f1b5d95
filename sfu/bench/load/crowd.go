// Package load makes the load of a benchmark: rooms of clients that send as our clients do and that receive as cheaply as they
// can, so that the machine's time is the server's. It knows RTP, ICE, DTLS and SRTP; how a client gets its offer to a server is
// a Door's, one for each server that is measured.
//
// A client has a socket of its own for each connection. What arrives is read in batches, counted by its clear header, and one
// packet in sampleEvery is opened: it carries the time when it was sent. Feedback is as a browser's: receiver reports each
// second, transport-wide feedback where the server agrees to it, and with Workload.Loss requests for what is missing.
//
// Who owns what. A Conn's reading goroutine owns the socket's batch; Conn.mu guards what has been heard, Conn.sending what
// is sent and its SRTP context, taken in this order. A Source belongs to its goroutine. Crowd.Close ends all of them.
//
// Limits. IPv4. Nothing is decoded, no bandwidth is estimated, certificates are not verified: nobody else is on loopback.
package load

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Workload is what a crowd sends.
type Workload struct {
	Rooms        int     `json:"rooms"`
	Participants int     `json:"participants"` // of each room
	Rate         float64 `json:"rate"`         // times the usual packets a second; 0 is 1
	Simulcast    bool    `json:"simulcast,omitempty"`
	Loss         float64 `json:"loss,omitempty"` // share of the packets lost, each way
}

// PacketsPerSecond is what one client sends that is forwarded.
func (w Workload) PacketsPerSecond() float64 {
	return w.rate() * (framesPerSecond*packetsPerFrame + soundsPerSecond)
}

func (w Workload) rate() float64 {
	if w.Rate == 0 {
		return 1
	}
	return w.Rate
}

// Door is how a client comes in to a server.
type Door interface {
	// Publish connects what a client sends and, where one connection does it all, what it receives.
	Publish(ctx context.Context, c *Client) error
	// Subscribe connects what a client receives, once all have published.
	Subscribe(ctx context.Context, c *Client) error
	// Leave tells the server that a client goes.
	Leave(ctx context.Context, c *Client) error
}

// Crowd is clients in rooms, sending and receiving.
type Crowd struct {
	Workload Workload

	door    Door
	clients []*Client
	arrived chan struct{} // holds a token when a stream has begun to arrive, or many packets have
	end     context.CancelFunc
	sending sync.WaitGroup
}

// Fill brings the clients in and returns when everyone receives everyone else. The crowd sends until it is closed.
func Fill(ctx context.Context, w Workload, door Door) (*Crowd, error) {
	lifetime, end := context.WithCancel(context.Background())
	c := &Crowd{Workload: w, door: door, arrived: make(chan struct{}, 1), end: end}
	err := c.enter(ctx, lifetime)
	if err == nil {
		err = c.settle(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *Crowd) enter(ctx, lifetime context.Context) error {
	total := c.Workload.Rooms * c.Workload.Participants
	for i := range total {
		client := NewClient(fmt.Sprintf("room-%d", i/c.Workload.Participants), i, c.Workload.Participants-1)
		client.workload, client.arrived = c.Workload, c.arrived
		c.clients = append(c.clients, client)
		if err := c.door.Publish(ctx, client); err != nil {
			return fmt.Errorf("client %d publishes: %w", i, err)
		}
		// Cameras of different people take their pictures at different moments.
		phase := time.Duration(i) * time.Second / time.Duration(framesPerSecond*total)
		if s := client.source(); s != nil { // now: connections are added while it runs
			c.sending.Go(func() { s.run(lifetime, phase) })
		}
	}
	for i, client := range c.clients {
		if err := c.door.Subscribe(ctx, client); err != nil {
			return fmt.Errorf("client %d subscribes: %w", i, err)
		}
	}
	return nil
}

// settle waits until a microphone and a camera of everyone else have come to everyone.
func (c *Crowd) settle(ctx context.Context) error {
	return c.until(ctx, "streams", func(client *Client) int { return 2*client.Slots - client.heard().streams })
}

// Receive waits until each client has received so many packets.
func (c *Crowd) Receive(ctx context.Context, packets int) error {
	return c.until(ctx, "packets", func(client *Client) int { return packets - int(client.heard().delivered) })
}

// until waits until no client misses anything.
func (c *Crowd) until(ctx context.Context, what string, missing func(*Client) int) error {
	for {
		sum := 0
		for _, client := range c.clients {
			sum += max(0, missing(client))
		}
		if sum == 0 {
			return nil
		}
		select {
		case <-c.arrived:
		case <-ctx.Done():
			return fmt.Errorf("%d %s have not come: %w", sum, what, ctx.Err())
		}
	}
}

// Totals are counts since the crowd came in.
type Totals struct {
	Sent      uint64 // packets that are to be forwarded: with simulcast, those of the better layer
	Expected  uint64 // those, times who is to receive them
	Delivered uint64 // once each; retransmissions that filled a gap among them
	Repaired  uint64 // by retransmission
	Broken    uint64 // samples that could not be opened
	Late      uint64 // frames and sounds that were never sent, because the machine was too slow to send them in time
}

// Totals adds up what all have sent and received until now.
func (c *Crowd) Totals() (t Totals) {
	for _, client := range c.clients {
		sent, h := client.sent.Load(), client.heard()
		t.Sent += sent
		t.Expected += sent * uint64(client.Slots)
		t.Delivered += h.delivered
		t.Repaired += h.repaired
		t.Broken += h.broken
		t.Late += client.late.Load()
	}
	return t
}

// Delays hands out the one-way times of the samples since the last call, sorted.
func (c *Crowd) Delays() []time.Duration {
	var all []time.Duration
	for _, client := range c.clients {
		all = append(all, client.takeDelays()...)
	}
	slices.Sort(all)
	return all
}

// Close ends all clients and waits for their goroutines.
func (c *Crowd) Close() error {
	c.end()
	c.sending.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), leaveWait)
	defer cancel()
	var left error
	var errs []error
	for _, client := range c.clients {
		if left == nil { // A server that has failed once is not asked again.
			left = c.door.Leave(ctx, client)
		}
		errs = append(errs, client.Close())
	}
	return errors.Join(left, errors.Join(errs...))
}

// leaveWait bounds how long a server may take to let everybody go.
const leaveWait = 20 * time.Second
