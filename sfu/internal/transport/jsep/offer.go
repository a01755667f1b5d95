// Package jsep reads the one shape of offer that our clients make and writes its answer (RFC 9429, RFC 3264): microphone,
// camera and screen as sections that the client sends, slots as sections that it receives, all bundled on one transport,
// Opus and VP8 only. It is pure: addresses, credentials and chance come in as arguments, and both transports share it.
//
// What it does not do: it negotiates neither data channels nor other codecs (such sections are rejected), and it ignores the
// offer's candidates, because a server that sent checks to addresses of a client's choosing would be a tool against others.
//
// Traps that shaped it, all seen with Chromium 156 or Pion clients:
//   - The first a=ssrc of a section is taken for the primary; with RTX first there is no video and no error.
//   - a=msid with "-" for the stream is refused.
//   - Pion reads a=setup in media sections only.
//   - Payload types and extension ids are echoed as offered; Firefox numbers them unlike Chromium.
//   - goog-remb must not be answered, for nobody sends it: bandwidth estimation would wait for it forever. transport-cc is
//     answered, and the core sends that feedback.
//   - The strings of a parsed offer share its memory, up to MaxBytes; what is kept is cloned.
package jsep

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pion/sdp/v3"
)

// Limits of an offer. Chromium's largest of our shape, with loopback candidates in every section, was 61 KB.
const (
	MaxBytes    = 128 << 10
	maxSections = 80
	maxRIDs     = 3
	maxRIDsRead = 16
)

// Offer is what an answer needs of an offer.
type Offer struct {
	// Ufrag and Pwd are the client's ICE credentials. Another Ufrag than before restarts ICE (RFC 8839 §4.4.1.1.1).
	Ufrag, Pwd string
	// Fingerprint is the client's certificate.
	Fingerprint Fingerprint
	media       []media
}

// Parse reads an offer. An error says what a client of ours would not have sent; it quotes nothing of the offer.
func Parse(raw string) (*Offer, error) {
	if len(raw) > MaxBytes {
		return nil, fmt.Errorf("offer of %d bytes: at most %d", len(raw), MaxBytes)
	}
	var d sdp.SessionDescription
	if d.UnmarshalString(raw) != nil {
		return nil, errors.New("offer is not SDP")
	}
	if n := len(d.MediaDescriptions); n == 0 || n > maxSections {
		return nil, fmt.Errorf("offer of %d sections: want 1 to %d", n, maxSections)
	}
	o := &Offer{}
	for _, section := range d.MediaDescriptions {
		o.media = append(o.media, readMedia(section))
	}
	if err := o.checkMIDs(d.Attributes); err != nil {
		return nil, err
	}
	return o, o.readTransport(&d)
}

// Restarts reports whether an offer starts ICE: the first does (before is nil), and one with other credentials than before. An
// error says what a client may not change on one connection.
func (o *Offer) Restarts(before *Offer) (bool, error) {
	switch {
	case before == nil:
		return true, nil
	case o.Fingerprint != before.Fingerprint:
		return false, errors.New("offer with another certificate than before")
	case o.Ufrag == before.Ufrag && o.Pwd == before.Pwd:
		return false, nil
	case o.Ufrag == before.Ufrag || o.Pwd == before.Pwd:
		return false, errors.New("offer with only half of its ICE credentials new") // RFC 8839 §4.4.1.1.1
	}
	return true, nil
}

// checkMIDs wants every section that we accept to be named once and to be in the first BUNDLE group (RFC 9143 §7.2).
func (o *Offer) checkMIDs(session []sdp.Attribute) error {
	bundled := map[string]bool{}
	for _, a := range session {
		if members, ok := strings.CutPrefix(a.Value, "BUNDLE "); ok && a.Key == "group" {
			for _, mid := range strings.Fields(members) {
				bundled[mid] = true
			}
			break
		}
	}
	seen := map[string]bool{}
	for _, m := range o.media {
		switch {
		case !isToken(m.mid) || len(m.mid) > maxID:
			return errors.New("a section without a valid mid")
		case seen[m.mid]:
			return errors.New("two sections with one mid")
		case m.agreeable() && !bundled[m.mid]:
			return errors.New("a section that is not bundled")
		case m.agreeable() && !m.rtcpMux:
			return errors.New("a section without rtcp-mux")
		}
		seen[m.mid] = true
	}
	return nil
}

// readTransport takes credentials and fingerprint from the first section that we accept, or else from the session: all are
// bundled, so any would do.
func (o *Offer) readTransport(d *sdp.SessionDescription) error {
	i := o.firstAgreeable()
	if i < 0 {
		return errors.New("no section that could be accepted")
	}
	get := func(key string) string {
		if v, ok := d.MediaDescriptions[i].Attribute(key); ok {
			return v
		}
		v, _ := d.Attribute(key)
		return v
	}
	o.Ufrag, o.Pwd = strings.Clone(get("ice-ufrag")), strings.Clone(get("ice-pwd"))
	if !isICE(o.Ufrag, 4) || !isICE(o.Pwd, 22) {
		return errors.New("no valid ICE credentials")
	}
	// We are the DTLS server (RFC 8842 §5.3): that saves the client a round trip.
	if setup := get("setup"); setup != "actpass" && setup != "active" {
		return errors.New("a=setup is neither actpass nor active")
	}
	var err error
	o.Fingerprint, err = readFingerprint(get("fingerprint"))
	return err
}

func (o *Offer) firstAgreeable() int {
	for i, m := range o.media {
		if m.agreeable() {
			return i
		}
	}
	return -1
}

// isICE tells whether s is least to 256 ice-char (RFC 8839 §5.4).
func isICE(s string, least int) bool {
	return len(s) >= least && len(s) <= 256 && all(s, func(c byte) bool { return isAlnum(c) || c == '+' || c == '/' })
}

// isToken tells whether s consists of characters that a mid (RFC 5888 §4) and a rid (RFC 8852 §3) have in common in practice.
func isToken(s string) bool {
	return s != "" && all(s, func(c byte) bool { return isAlnum(c) || c == '-' || c == '_' })
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func all(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}
