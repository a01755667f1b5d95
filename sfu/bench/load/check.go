package load

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/pion/stun/v4"
)

const (
	checkEvery = 50 * time.Millisecond // RFC 8445 §14.2: Ta
	// consentEvery is how often a server hears that we are still here, RFC 7675 §5.1.
	consentEvery = 5 * time.Second
	// priority of our one candidate, RFC 8445 §5.1.2.1: host, the only address, component 1.
	priority = 126<<24 | 65535<<8 | 255
)

// check asks the server's address until it answers. Every check nominates: there is one pair.
func (c *Conn) check(ctx context.Context) error {
	again := time.NewTicker(checkEvery)
	defer again.Stop()
	for {
		if err := c.sendCheck(); err != nil {
			return err
		}
		select {
		case <-c.checked:
			return nil
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (c *Conn) sendCheck() error {
	var tie [8]byte // The tie-breaker matters only where both sides control.
	role := stun.RawAttribute{Type: stun.AttrICEControlled, Value: tie[:]}
	setters := []stun.Setter{
		stun.TransactionID, stun.BindingRequest, stun.NewUsername(c.remote.ufrag + ":" + c.ufrag),
		stun.RawAttribute{Type: stun.AttrPriority, Value: binary.BigEndian.AppendUint32(nil, priority)},
	}
	// RFC 8445 §6.1.1: who offered controls, and whoever meets a lite agent.
	if c.offered || c.remote.lite {
		role.Type = stun.AttrICEControlling
		setters = append(setters, stun.RawAttribute{Type: stun.AttrUseCandidate})
	}
	m, err := stun.Build(append(setters, role, stun.NewShortTermIntegrity(c.remote.pwd), stun.Fingerprint)...)
	if err != nil {
		return err
	}
	c.write(m.Raw)
	return nil
}

// takeSTUN notes answers to our checks and answers the server's; c.mu is held.
func (c *Conn) takeSTUN(d []byte) {
	m := &stun.Message{Raw: append([]byte(nil), d...)}
	if m.Decode() != nil {
		return
	}
	switch m.Type {
	case stun.BindingSuccess:
		if !c.answers && stun.NewShortTermIntegrity(c.remote.pwd).Check(m) == nil {
			c.answers = true
			close(c.checked)
		}
	case stun.BindingRequest:
		key := stun.NewShortTermIntegrity(c.pwd)
		if key.Check(m) != nil {
			return
		}
		mapped := stun.XORMappedAddress{IP: c.remote.addr.Addr().AsSlice(), Port: int(c.remote.addr.Port())}
		if answer, err := stun.Build(m, stun.BindingSuccess, &mapped, key, stun.Fingerprint); err == nil {
			c.write(answer.Raw)
		}
	}
}
