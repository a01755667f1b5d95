package jsep

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"kring/sfu/internal/transport"
)

// Header extensions that are agreed when offered.
const (
	uriMID         = "urn:ietf:params:rtp-hdrext:sdes:mid"
	uriRID         = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
	uriRepairedRID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
	uriAudioLevel  = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
	uriTWCC        = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
)

// readExtension reads the value of an a=extmap (RFC 8285 §8). Ids above 14 would need two-byte headers, which we do not
// offer to read.
func (m *media) readExtension(value string) {
	f := strings.Fields(value)
	if len(f) < 2 {
		return
	}
	digits, _, _ := strings.Cut(f[0], "/")
	id, err := strconv.ParseUint(digits, 10, 8)
	if err != nil || id < 1 || id > 14 {
		return
	}
	switch f[1] {
	case uriMID:
		m.ext.MID = uint8(id)
	case uriRID:
		m.ext.RID = uint8(id)
	case uriRepairedRID:
		m.ext.RepairedRID = uint8(id)
	case uriAudioLevel:
		m.ext.AudioLevel = uint8(id)
	case uriTWCC:
		m.ext.TWCC = uint8(id)
	}
}

// agreedExtensions leaves those that make sense in a section: layers are told apart only upwards and only in video.
func (m *media) agreedExtensions(up bool) transport.Extensions {
	e := transport.Extensions{MID: m.ext.MID}
	if m.transportCC {
		e.TWCC = m.ext.TWCC
	}
	if m.kind == "audio" {
		e.AudioLevel = m.ext.AudioLevel
	} else if up {
		e.RID, e.RepairedRID = m.ext.RID, m.ext.RepairedRID
	}
	return e
}

// readRIDs gives the rids that the client may send in the order of its a=simulcast (RFC 8853 §5.1), of alternatives the
// first, and at most maxRIDs: leaving out the others is an answerer's right (RFC 8853 §5.3.2). Of either list only the
// beginning is read.
func readRIDs(d *sdp.MediaDescription) []string {
	var sendable, ordered []string
	for _, a := range d.Attributes {
		id, rest, _ := strings.Cut(a.Value, " ")
		if a.Key == "rid" && len(sendable) < maxRIDsRead && (rest == "send" || strings.HasPrefix(rest, "send ")) && isToken(id) && len(id) <= maxID {
			sendable = append(sendable, id)
		}
	}
	simulcast, _ := d.Attribute("simulcast")
	f := strings.Fields(simulcast)
	if i := slices.Index(f, "send"); i >= 0 && i+1 < len(f) {
		for stream := range strings.SplitSeq(f[i+1], ";") {
			if len(ordered) == maxRIDsRead {
				break
			}
			first, _, _ := strings.Cut(stream, ",")
			ordered = append(ordered, strings.TrimPrefix(first, "~"))
		}
	}
	var rids []string
	for _, id := range ordered {
		if slices.Contains(sendable, id) && !slices.Contains(rids, id) && len(rids) < maxRIDs {
			rids = append(rids, strings.Clone(id))
		}
	}
	return rids
}
