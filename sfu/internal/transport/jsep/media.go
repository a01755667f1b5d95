package jsep

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"kring/sfu/internal/transport"
)

// maxID bounds mids and rids: a one-byte header extension holds 16 bytes (RFC 8285 §4.2).
const maxID = 16

// maxFormats is how many payload types there are: a section that lists more is not agreed. Without a bound here and of the
// rids, an offer could be made to cost a second.
const maxFormats = 128

// maxDeclared is a pair for each of the RIDs that are read.
const maxDeclared = 2 * maxRIDsRead

// media is one section of an offer.
type media struct {
	kind, proto, format string // of the m-line; format is its first, for the answer to a rejected section
	mid                 string
	refused             bool // port 0 without bundle-only: the client stopped it
	rtcpMux             bool
	direction           string
	pt, rtx             uint8
	fmtp                string
	feedback            []string
	transportCC         bool // offers transport-wide feedback
	ext                 transport.Extensions
	rids                []string
	ssrc, rtxSSRC       uint32
	declared            []uint32 // every SSRC of an a=ssrc, up to maxDeclared
}

// agreeable tells whether we can accept the section: Opus or VP8, and not stopped.
func (m *media) agreeable() bool { return m.pt != 0 && !m.refused }

func (m *media) mediaKind() transport.Kind {
	if m.kind == "video" {
		return transport.Video
	}
	return transport.Audio
}

func readMedia(d *sdp.MediaDescription) media {
	_, bundleOnly := d.Attribute("bundle-only")
	_, rtcpMux := d.Attribute("rtcp-mux")
	mid, _ := d.Attribute("mid")
	m := media{
		kind:      strings.Clone(d.MediaName.Media),
		proto:     strings.Join(d.MediaName.Protos, "/"),
		mid:       strings.Clone(mid),
		refused:   d.MediaName.Port.Value == 0 && !bundleOnly, // RFC 9143 §6
		rtcpMux:   rtcpMux,
		direction: "sendrecv",
	}
	if len(d.MediaName.Formats) > 0 {
		m.format = strings.Clone(d.MediaName.Formats[0])
	}
	m.readCodec(d)
	for _, a := range d.Attributes {
		m.readAttribute(a)
	}
	m.rids = readRIDs(d)
	return m
}

func (m *media) readAttribute(a sdp.Attribute) {
	switch a.Key {
	case "sendrecv", "sendonly", "recvonly", "inactive":
		m.direction = strings.Clone(a.Key)
	case "extmap":
		m.readExtension(a.Value)
	case "ssrc":
		id, _, _ := strings.Cut(a.Value, " ")
		if m.ssrc == 0 {
			m.ssrc = number32(id)
		}
		if len(m.declared) < maxDeclared {
			m.declared = append(m.declared, number32(id))
		}
	case "ssrc-group":
		// RFC 5576 §4.2, RFC 4588 §8.4: primary, then retransmission.
		if f := strings.Fields(a.Value); len(f) == 3 && f[0] == "FID" {
			m.ssrc, m.rtxSSRC = number32(f[1]), number32(f[2])
		}
	}
}

var codecs = map[string]string{"audio": "opus/48000/2", "video": "VP8/90000"}

// readCodec takes the first payload type of our codec in the order of the m-line, its retransmission type, parameters and
// feedback.
func (m *media) readCodec(d *sdp.MediaDescription) {
	formats := d.MediaName.Formats
	if len(formats) > maxFormats {
		return
	}
	attributes := map[string][]string{} // key and payload type -> values
	for _, a := range d.Attributes {
		if pt, value, ok := strings.Cut(a.Value, " "); ok {
			attributes[a.Key+":"+pt] = append(attributes[a.Key+":"+pt], value)
		}
	}
	has := func(pt, codec string) bool {
		return slices.ContainsFunc(attributes["rtpmap:"+pt], func(s string) bool { return strings.EqualFold(s, codec) })
	}
	i := slices.IndexFunc(formats, func(pt string) bool { return codecs[m.kind] != "" && has(pt, codecs[m.kind]) })
	if i < 0 {
		return
	}
	m.pt = payloadType(formats[i])
	if m.kind == "audio" && len(attributes["fmtp:"+formats[i]]) > 0 {
		m.fmtp = parameters(attributes["fmtp:"+formats[i]][0])
	}
	offered := append(attributes["rtcp-fb:"+formats[i]], attributes["rtcp-fb:*"]...)
	m.transportCC = slices.Contains(offered, feedbackTWCC)
	if m.kind == "video" {
		m.feedback = agreedFeedback(offered)
		for _, pt := range formats {
			if has(pt, "rtx/90000") && slices.Contains(attributes["fmtp:"+pt], "apt="+formats[i]) {
				m.rtx = payloadType(pt)
				break
			}
		}
	}
}

// feedback that the forwarding core speaks: RFC 4585 §6.2.1 and §6.3.1, RFC 5104 §4.3.1.
var feedback = []string{"nack", "nack pli", "ccm fir"}

// feedbackTWCC goes with its header extension, in both kinds of media.
const feedbackTWCC = "transport-cc"

func agreedFeedback(offered []string) []string {
	var agreed []string
	for _, f := range feedback {
		if slices.Contains(offered, f) {
			agreed = append(agreed, f)
		}
	}
	return agreed
}

// parameters echoes Opus's a=fmtp as offered, so that the client decides on FEC and DTX; nothing if it is of no known form.
func parameters(s string) string {
	ok := len(s) <= 256 && all(s, func(c byte) bool { return isAlnum(c) || strings.IndexByte("-_=; ./", c) >= 0 })
	if !ok {
		return ""
	}
	return strings.Clone(s)
}

// payloadType reads a dynamic or static payload type; 0 if it is none. 64 to 95 are RTCP's when multiplexed (RFC 5761 §4).
func payloadType(s string) uint8 {
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil || n > 127 || n >= 64 && n < 96 {
		return 0
	}
	return uint8(n)
}

func number32(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 32)
	return uint32(n)
}
