package sfu

import "sync"

// notices is what a peer's handler has yet to hear. Of each kind only the latest counts. The handler is called by one goroutine
// at a time, in order, and never under a lock: whoever finds a call going on leaves the rest to it.
type notices struct {
	handler Handler

	mu      sync.Mutex
	calling bool
	slots   *SlotMap
	up      change
	speaks  change
}

// change is a boolean of which each change is told once.
type change struct{ now, told bool }

func (c *change) take() bool {
	due := c.now != c.told
	c.told = c.now
	return due
}

func (n *notices) slotMap(m SlotMap) {
	n.mu.Lock()
	n.slots = &m
	n.mu.Unlock()
}

func (n *notices) connected(up bool) {
	n.mu.Lock()
	n.up.now = up
	n.mu.Unlock()
}

func (n *notices) speaking(speaks bool) {
	n.mu.Lock()
	n.speaks.now = speaks
	n.mu.Unlock()
}

// deliver calls the handler until nothing is left.
func (n *notices) deliver() {
	for {
		n.mu.Lock()
		if n.calling {
			n.mu.Unlock()
			return
		}
		slots, up, speaks := n.slots, n.up, n.speaks
		n.slots = nil
		upDue, speaksDue := n.up.take(), n.speaks.take()
		n.calling = slots != nil || upDue || speaksDue
		again := n.calling
		n.mu.Unlock()
		if !again {
			return
		}
		if slots != nil {
			n.handler.Slots(*slots)
		}
		if upDue {
			n.handler.Connected(up.now)
		}
		if speaksDue {
			n.handler.Level(speaks.now)
		}
		n.mu.Lock()
		n.calling = false
		n.mu.Unlock()
	}
}
