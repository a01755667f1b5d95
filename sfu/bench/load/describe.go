package load

import (
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pion/sdp/v3"

	"kring/sfu/internal/transport/certificate"
	"kring/sfu/internal/transport/jsep"
)

// Payload types and extension ids of our offers: Chromium's.
const (
	opusType, vp8Type, rtxType = 111, 96, 97

	midID, ridID, repairedID, levelID, twccID = 4, 10, 11, 1, 3
)

// maxDescription bounds what a server may say of itself, in bytes.
const maxDescription = 512 << 10

type certified struct {
	certificate tls.Certificate
	fingerprint jsep.Fingerprint
}

// ourCertificate is one for all clients: making one costs more than a handshake.
var ourCertificate = sync.OnceValues(func() (c certified, err error) {
	c.certificate, c.fingerprint, err = certificate.New()
	return c, err
})

// Offer describes a connection that sends a microphone and a camera, if it publishes, and has so many slots, in the shape of our
// clients: microphone, camera, and then audio and video of each slot.
func (c *Conn) Offer(publish bool, slots int) (string, error) {
	w := &writer{conn: c}
	c.offered = true
	sections := 2 * slots
	if publish {
		sections += 2
	}
	if err := w.head(sections); err != nil {
		return "", err
	}
	if publish {
		w.microphone(c.addStream(&stream{kind: audio}))
		w.camera()
	}
	for range slots {
		w.section(audio, "recvonly")
		w.section(video, "recvonly")
	}
	return w.String(), nil
}

func (c *Conn) addStream(s *stream) *stream {
	s.ssrc, s.sequence, s.timestamp = rand.Uint32(), uint16(rand.Uint32()), rand.Uint32()
	if s.kind == video {
		s.rtxSSRC = rand.Uint32()
	}
	c.streams = append(c.streams, s)
	return s
}

// writer writes our descriptions.
type writer struct {
	strings.Builder
	conn     *Conn
	sections int // written
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\r\n", args...) }

func (w *writer) head(sections int) error {
	c, err := ourCertificate()
	if err != nil {
		return err
	}
	w.line("v=0\r\no=- %d 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0", rand.Uint64()>>2) // RFC 9429 §5.2.1: 62 bits
	w.line("a=ice-ufrag:%s\r\na=ice-pwd:%s", w.conn.ufrag, w.conn.pwd)
	w.line("a=fingerprint:%s %s\r\na=setup:active", c.fingerprint.Algorithm, c.fingerprint.Value)
	w.WriteString("a=group:BUNDLE")
	for i := range sections {
		fmt.Fprintf(w, " %d", i)
	}
	w.line("\r\na=msid-semantic: WMS *")
	return nil
}

// candidate writes our one candidate, RFC 8839 §5.1.
func (w *writer) candidate() {
	local := w.conn.socket.LocalAddr()
	w.line("a=candidate:1 1 udp %d %s %d typ host\r\na=end-of-candidates", priority, local.Addr(), local.Port())
}

// transport writes what every section repeats: Pion reads it there only.
func (w *writer) transport(mid, direction string) {
	c, _ := ourCertificate() // head has failed if this does.
	w.line("c=IN IP4 0.0.0.0\r\na=mid:%s\r\na=%s\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=setup:active", mid, direction)
	w.line("a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:%s %s", w.conn.ufrag, w.conn.pwd, c.fingerprint.Algorithm, c.fingerprint.Value)
	if w.sections == 0 {
		w.candidate()
	}
	w.sections++
}

func (w *writer) section(k kind, direction string) {
	mid := strconv.Itoa(w.sections)
	if k == audio {
		w.line("m=audio 9 UDP/TLS/RTP/SAVPF %d", opusType)
		w.transport(mid, direction)
		w.line("a=rtpmap:%d opus/48000/2\r\na=fmtp:%d minptime=10;useinbandfec=1", opusType, opusType)
		w.line("a=extmap:%d %s", levelID, sdp.AudioLevelURI)
	} else {
		w.line("m=video 9 UDP/TLS/RTP/SAVPF %d %d", vp8Type, rtxType)
		w.transport(mid, direction)
		w.line("a=rtpmap:%d VP8/90000\r\na=rtpmap:%d rtx/90000\r\na=fmtp:%d apt=%d", vp8Type, rtxType, rtxType, vp8Type)
		for _, f := range []string{"ccm fir", "nack", "nack pli", "transport-cc"} {
			w.line("a=rtcp-fb:%d %s", vp8Type, f)
		}
		w.line("a=extmap:%d %s", twccID, sdp.TransportCCURI)
	}
	w.line("a=extmap:%d %s", midID, sdp.SDESMidURI)
}

func (w *writer) microphone(s *stream) {
	s.mid = strconv.Itoa(w.sections)
	w.section(audio, "sendonly")
	w.line("a=msid:%s microphone\r\na=ssrc:%d cname:%s", w.conn.client.Name, s.ssrc, w.conn.client.Name)
}

// camera writes the one layer with its SSRCs, or two that are known by their RIDs, the better last.
func (w *writer) camera() {
	mid := strconv.Itoa(w.sections)
	w.section(video, "sendonly")
	w.line("a=msid:%s camera", w.conn.client.Name)
	if !w.conn.client.workload.Simulcast {
		s := w.conn.addStream(&stream{kind: video, mid: mid, best: true})
		w.line("a=ssrc-group:FID %d %d", s.ssrc, s.rtxSSRC)
		w.line("a=ssrc:%d cname:%s\r\na=ssrc:%d cname:%s", s.ssrc, w.conn.client.Name, s.rtxSSRC, w.conn.client.Name)
		return
	}
	w.conn.addStream(&stream{kind: video, mid: mid, rid: "q"})
	w.conn.addStream(&stream{kind: video, mid: mid, rid: "h", best: true})
	w.line("a=extmap:%d %s\r\na=extmap:%d %s", ridID, sdp.SDESRTPStreamIDURI, repairedID, sdp.SDESRepairRTPStreamIDURI)
	w.line("a=rid:q send\r\na=rid:h send\r\na=simulcast:send q;h")
}

// echoed are the attributes of an offer that our answer agrees to as they are.
var echoed = []string{"rtpmap", "fmtp", "rtcp-fb", "extmap"}

// Answer answers a server's offer of what it sends.
func (c *Conn) Answer(offer string) (string, error) {
	d, err := parse(offer)
	if err != nil {
		return "", err
	}
	w := &writer{conn: c}
	if err := w.head(len(d.MediaDescriptions)); err != nil {
		return "", err
	}
	for _, m := range d.MediaDescriptions {
		mid, _ := m.Attribute("mid")
		w.line("m=%s 9 %s %s", m.MediaName.Media, strings.Join(m.MediaName.Protos, "/"), strings.Join(m.MediaName.Formats, " "))
		w.transport(mid, "recvonly")
		for _, a := range m.Attributes {
			if slices.Contains(echoed, a.Key) {
				w.line("a=%s:%s", a.Key, a.Value)
			}
		}
	}
	return w.String(), nil
}

// description is what a client needs to know of what the server has said.
type description struct {
	ufrag, pwd string
	lite       bool
	addr       netip.AddrPort
	types      map[uint8]kind    // payload types of what is received
	repairs    map[uint32]uint32 // SSRCs of retransmissions: of what stream
	extensions map[string]uint8  // ids by URI, the same in all sections
}

func parse(raw string) (*sdp.SessionDescription, error) {
	d := &sdp.SessionDescription{}
	if len(raw) > maxDescription {
		return nil, fmt.Errorf("description of %d bytes", len(raw))
	}
	if err := d.UnmarshalString(raw); err != nil {
		return nil, err
	}
	if len(d.MediaDescriptions) == 0 {
		return nil, errors.New("description without sections")
	}
	return d, nil
}

func readDescription(raw string) (description, error) {
	r := description{types: map[uint8]kind{}, repairs: map[uint32]uint32{}, extensions: map[string]uint8{}}
	d, err := parse(raw)
	if err != nil {
		return r, err
	}
	for _, a := range d.Attributes {
		r.readAttribute(a)
	}
	for _, m := range d.MediaDescriptions {
		for _, a := range m.Attributes {
			r.readAttribute(a)
		}
	}
	if r.ufrag == "" || r.pwd == "" || !r.addr.IsValid() {
		return r, errors.New("no ICE credentials or no IPv4 candidate")
	}
	return r, nil
}

// readAttribute takes the first credentials and the first candidate: all sections are bundled.
func (r *description) readAttribute(a sdp.Attribute) {
	f := strings.Fields(a.Value)
	switch {
	case a.Key == "ice-lite":
		r.lite = true
	case len(f) == 0:
	case a.Key == "ice-ufrag" && r.ufrag == "":
		r.ufrag = f[0]
	case a.Key == "ice-pwd" && r.pwd == "":
		r.pwd = f[0]
	case a.Key == "candidate" && !r.addr.IsValid():
		r.addr = candidateOf(f)
	case a.Key == "rtpmap" && len(f) == 2:
		if pt, err := strconv.ParseUint(f[0], 10, 7); err == nil {
			r.types[uint8(pt)] = kindOf(f[1])
		}
	case a.Key == "ssrc-group" && len(f) == 3 && f[0] == "FID": // RFC 4588 §8.4: primary, then retransmission
		r.repairs[number(f[2])] = number(f[1])
	case a.Key == "extmap" && len(f) >= 2:
		digits, _, _ := strings.Cut(f[0], "/")
		if id, err := strconv.ParseUint(digits, 10, 8); err == nil && id > 0 && id < 15 { // RFC 8285 §4.2
			r.extensions[f[1]] = uint8(id)
		}
	}
}

// candidateOf reads a host candidate for RTP over UDP and IPv4, RFC 8839 §5.1; invalid if it is another.
func candidateOf(f []string) netip.AddrPort {
	if len(f) < 8 || f[1] != "1" || !strings.EqualFold(f[2], "udp") || f[7] != "host" {
		return netip.AddrPort{}
	}
	at, err := netip.ParseAddrPort(f[4] + ":" + f[5])
	if err != nil || !at.Addr().Is4() {
		return netip.AddrPort{}
	}
	return at
}

func number(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 32)
	return uint32(n)
}

// kind is what a payload type or a stream carries.
type kind uint8

const (
	other kind = iota
	audio
	video
	retransmission
)

func kindOf(codec string) kind {
	name, _, _ := strings.Cut(codec, "/")
	switch strings.ToLower(name) {
	case "opus":
		return audio
	case "vp8":
		return video
	case "rtx":
		return retransmission
	}
	return other
}
