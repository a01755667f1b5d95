package lite

import (
	"bytes"
	"net/netip"

	"github.com/pion/stun/v4"
)

// takeCheck answers a connectivity check (RFC 8445 §7.3). Whoever does not know a peer's password gets no answer at all.
func (w *worker) takeCheck(d []byte, from netip.AddrPort) {
	m := &w.request
	m.Raw = append(m.Raw[:0], d...)
	if m.Decode() != nil || m.Type != stun.BindingRequest {
		w.metrics.unknown.Inc()
		return
	}
	c, key := w.asked(m)
	if c == nil || stun.Fingerprint.Check(m) != nil || key.Check(m) != nil {
		w.metrics.badCheck.Inc()
		return
	}
	w.metrics.checks.Inc()
	if !w.answer(m, key, from) {
		return
	}
	c.heardAt.Store(int64(w.now))
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byUfrag[c.ufrag] == c {
		w.arrive(c, from, m.Contains(stun.AttrUseCandidate))
	}
}

// asked finds whom a check is for by its USERNAME, ours:theirs (RFC 8445 §7.2.2), and the key that it must have.
func (w *worker) asked(m *stun.Message) (*conn, stun.MessageIntegrity) {
	username, err := m.Get(stun.AttrUsername)
	if err != nil {
		return nil, nil
	}
	ours, theirs, _ := bytes.Cut(username, []byte(":"))
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.byUfrag[string(ours)]
	if c == nil || string(theirs) != c.theirUfrag {
		return nil, nil
	}
	return c, c.key
}

// answer answers an authenticated check; false if with an error.
func (w *worker) answer(m *stun.Message, key stun.MessageIntegrity, from netip.AddrPort) bool {
	failure := stun.NewType(stun.MethodBinding, stun.ClassErrorResponse)
	var err error
	ok := false
	switch unknown := unknownAttributes(m); {
	case len(unknown) > 0: // RFC 8489 §6.3.1
		err = w.response.Build(m, failure, stun.CodeUnknownAttribute, unknown, key, stun.Fingerprint)
	case m.Contains(stun.AttrICEControlled): // RFC 8445 §7.3.1.1: a lite agent never controls.
		err = w.response.Build(m, failure, stun.CodeRoleConflict, key, stun.Fingerprint)
	default:
		ok = true
		mapped := stun.XORMappedAddress{IP: from.Addr().AsSlice(), Port: int(from.Port())}
		err = w.response.Build(m, stun.BindingSuccess, &mapped, key, stun.Fingerprint)
	}
	if err != nil {
		return false
	}
	_ = w.socket.WriteTo(w.response.Raw, from) // What is lost is asked again.
	return ok
}

// unknownAttributes are those that must be understood (RFC 8489 §14) and that a check does not have.
func unknownAttributes(m *stun.Message) (unknown stun.UnknownAttributes) {
	for _, a := range m.Attributes {
		switch a.Type {
		case stun.AttrUsername, stun.AttrMessageIntegrity, stun.AttrPriority, stun.AttrUseCandidate:
		default:
			if a.Type < 0x8000 && len(unknown) < 8 {
				unknown = append(unknown, a.Type)
			}
		}
	}
	return unknown
}

// arrive notes where a conn has been checked from; w.mu is held. An address is whose check came last.
func (w *worker) arrive(c *conn, from netip.AddrPort, nominated bool) {
	if other := w.byAddr[from]; other != nil && other != c {
		other.path.forgetAddress(from)
		other.aim()
	}
	forgotten := c.path.checked(from, nominated, w.now)
	if forgotten.IsValid() && w.byAddr[forgotten] == c {
		delete(w.byAddr, forgotten)
	}
	w.byAddr[from] = c
	c.aim()
}
