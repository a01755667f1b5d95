package jsep

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"kring/sfu/internal/transport"
)

// Negotiate gives what is agreed: one Section for each of the offer, in order. before is what was agreed last, nil at first:
// later offers may add sections at the end and stop or change nothing else (RFC 9429 §5.2.2). ssrc gives a random SSRC; those
// of slots stay as they were.
func Negotiate(before []transport.Section, o *Offer, ssrc func() uint32) ([]transport.Section, error) {
	if len(o.media) < len(before) {
		return nil, errors.New("offer with fewer sections than before")
	}
	taken := map[uint32]bool{0: true}
	for i := range o.media {
		for _, s := range o.media[i].declared {
			taken[s] = true
		}
	}
	for i := range before {
		taken[before[i].SSRC], taken[before[i].RTXSSRC] = true, true
	}
	fresh := func() uint32 {
		for {
			if s := ssrc(); !taken[s] {
				taken[s] = true
				return s
			}
		}
	}
	sections := make([]transport.Section, len(o.media))
	for i := range o.media {
		s := agree(&o.media[i])
		if i < len(before) {
			if err := keep(&s, &before[i], o.media[i].direction); err != nil {
				return nil, err
			}
		}
		if !s.Up && !s.Rejected && s.SSRC == 0 {
			s.SSRC = fresh()
		}
		if !s.Up && s.RTX != 0 && s.RTXSSRC == 0 {
			s.RTXSSRC = fresh()
		}
		sections[i] = s
	}
	return sections, nil
}

// agree is what we make of one section that was not there before. An inactive section is one that the client may send later.
func agree(m *media) transport.Section {
	s := transport.Section{MID: m.mid, Kind: m.mediaKind(), Up: m.direction != "recvonly", Rejected: !m.agreeable()}
	if s.Rejected {
		return s
	}
	s.PT, s.RTX, s.Ext = m.pt, m.rtx, m.agreedExtensions(s.Up)
	if s.Up {
		s.RIDs = m.rids
	}
	if s.Up && len(s.RIDs) == 0 { // Firefox declares a pair for each layer and does not say which is whose
		s.SSRC, s.RTXSSRC = m.ssrc, m.rtxSSRC
	}
	return s
}

// keep carries over what an earlier negotiation fixed, and refuses what may not change.
func keep(s, before *transport.Section, direction string) error {
	if s.MID != before.MID || s.Kind != before.Kind {
		return errors.New("a section of before has become another")
	}
	if before.Rejected && !s.Rejected {
		return errors.New("a rejected section was offered again")
	}
	if s.Rejected {
		s.Up = before.Up
		return nil
	}
	if direction == "inactive" && !before.Up { // a slot that the client paused
		s.Up, s.RIDs, s.Ext = false, nil, before.Ext
	}
	if s.Up != before.Up || s.PT != before.PT || s.RTX != before.RTX {
		return errors.New("a section of before has another direction or codec")
	}
	if !s.Up {
		s.SSRC, s.RTXSSRC = before.SSRC, before.RTXSSRC
	}
	return nil
}

// Local is our end of the transport, as an answer tells it.
type Local struct {
	Session     uint64 // of the o= line, the same for all answers of a connection
	Version     uint64 // of the o= line, one more in each
	Ufrag, Pwd  string
	Fingerprint Fingerprint
	Addr        []netip.AddrPort // host candidates, the preferred first
}

// Answer writes the answer to an offer with the sections that Negotiate gave.
func Answer(o *Offer, sections []transport.Section, local Local) string {
	w := &writer{}
	w.line("v=0\r\no=- %d %d IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-lite", local.Session, local.Version)
	w.line("a=fingerprint:%s %s\r\na=ice-ufrag:%s\r\na=ice-pwd:%s", local.Fingerprint.Algorithm, local.Fingerprint.Value, local.Ufrag, local.Pwd)
	w.WriteString("a=group:BUNDLE")
	for i := range sections {
		if !sections[i].Rejected {
			w.WriteString(" " + sections[i].MID)
		}
	}
	w.line("\r\na=msid-semantic: WMS *")
	slots := map[transport.Kind]int{}
	first := o.firstAgreeable()
	for i := range sections {
		s, m := &sections[i], &o.media[i]
		if s.Rejected {
			w.line("m=%s 0 %s %s\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\na=mid:%s", m.kind, m.proto, m.format, s.MID)
		} else {
			w.section(s, m)
			if i == first {
				w.candidates(local.Addr)
			}
		}
		if s.Up {
			w.up(s, m)
		} else {
			w.slot(s, m, slots[s.Kind])
			slots[s.Kind]++
		}
	}
	return w.String()
}

type writer struct{ strings.Builder }

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\r\n", args...) }

// section writes what sections of both directions have.
func (w *writer) section(s *transport.Section, m *media) {
	formats := strconv.Itoa(int(s.PT))
	if s.RTX != 0 {
		formats += " " + strconv.Itoa(int(s.RTX))
	}
	w.line("m=%s 9 UDP/TLS/RTP/SAVPF %s\r\nc=IN IP4 0.0.0.0\r\na=setup:passive\r\na=mid:%s\r\na=rtcp-mux", m.kind, formats, s.MID)
	w.line("a=rtpmap:%d %s", s.PT, codecs[m.kind])
	if m.fmtp != "" {
		w.line("a=fmtp:%d %s", s.PT, m.fmtp)
	}
	for _, f := range m.feedback {
		w.line("a=rtcp-fb:%d %s", s.PT, f)
	}
	if s.Ext.TWCC != 0 {
		w.line("a=rtcp-fb:%d %s", s.PT, feedbackTWCC)
	}
	if s.RTX != 0 {
		w.line("a=rtpmap:%d rtx/90000\r\na=fmtp:%d apt=%d", s.RTX, s.RTX, s.PT)
	}
	if s.Kind == transport.Video {
		w.line("a=rtcp-rsize") // RFC 5506: feedback need not wait for a report
	}
	w.extension(s.Ext.MID, uriMID)
	w.extension(s.Ext.RID, uriRID)
	w.extension(s.Ext.RepairedRID, uriRepairedRID)
	w.extension(s.Ext.AudioLevel, uriAudioLevel)
	w.extension(s.Ext.TWCC, uriTWCC)
}

func (w *writer) extension(id uint8, uri string) {
	if id != 0 {
		w.line("a=extmap:%d %s", id, uri)
	}
}

// candidates writes host candidates of component 1 (RFC 8839 §5.1); priorities are RFC 8445 §5.1.2's, local preference
// falling.
func (w *writer) candidates(addrs []netip.AddrPort) {
	for i, a := range addrs {
		w.line("a=candidate:%d 1 udp %d %s %d typ host", i+1, uint32(126)<<24|uint32(65535-i)<<8|255, a.Addr().Unmap().WithZone(""), a.Port())
	}
	w.line("a=end-of-candidates")
}

func (w *writer) up(s *transport.Section, m *media) {
	switch {
	case s.Rejected:
		return
	case m.direction == "inactive":
		w.line("a=inactive")
	default:
		w.line("a=recvonly")
	}
	for _, id := range s.RIDs {
		w.line("a=rid:%s recv", id)
	}
	if len(s.RIDs) > 0 {
		w.line("a=simulcast:recv %s", strings.Join(s.RIDs, ";"))
	}
}

// slot writes the i-th slot of its kind. Stream and CNAME are those of its other half, so that lips stay in step.
func (w *writer) slot(s *transport.Section, m *media, i int) {
	switch {
	case s.Rejected:
		return
	case m.direction == "inactive":
		w.line("a=inactive")
		return
	}
	w.line("a=sendonly\r\na=msid:slot-%d slot-%d-%s", i, i, m.kind)
	w.line("a=ssrc:%d cname:slot-%d", s.SSRC, i)
	if s.RTXSSRC != 0 {
		w.line("a=ssrc:%d cname:slot-%d\r\na=ssrc-group:FID %d %d", s.RTXSSRC, i, s.SSRC, s.RTXSSRC)
	}
}
