package sfu

import (
	"encoding/binary"
	"time"

	"kring/sfu/internal/rtpview"
)

// uplink is what a peer sends.
type uplink struct {
	*channel
	mic    *upTrack
	camera *upTrack // nil if it has none
	// transportID is the header extension of transport-wide numbers, 0 if it is not agreed. All sections of a bundle have one
	// (RFC 9143 §7.3.1).
	transportID uint8
}

func newUplink(c *channel, shape layout) *uplink {
	up := &uplink{channel: c, mic: newUpTrack(c, shape.microphone), transportID: shape.microphone.Ext.TWCC}
	if shape.camera != nil {
		up.camera = newUpTrack(c, *shape.camera)
		up.transportID = max(up.transportID, shape.camera.Ext.TWCC)
	}
	return up
}

// noteArrival notes a packet for the sender's bandwidth estimation, whatever becomes of it.
func (u *uplink) noteArrival(v *rtpview.View, now time.Duration) {
	if number := v.Extension(u.transportID); len(number) == 2 {
		u.came.Record(v.SSRC, binary.BigEndian.Uint16(number), now)
	}
}

// stream is what an SSRC carries: a layer of an up track, or its repairs.
type stream struct {
	track  *upTrack
	layer  *layer
	repair bool
}

func (s stream) payloadType() uint8 {
	if s.repair {
		return s.track.section.RTX
	}
	return s.track.section.PT
}

// learn finds what a packet's SSRC carries; the zero stream if its packet does not tell. The repairs may come first.
func (u *uplink) learn(v *rtpview.View) stream {
	s := u.mic.learn(v)
	if s.track == nil && u.camera != nil {
		s = u.camera.learn(v)
	}
	return s
}

// learn claims the packet's SSRC for a layer of this track, or for its repairs: by the SSRC that was declared, by the RID that
// the packet names (RFC 8852), or by the MID or the payload type where there is one layer and nothing was declared.
func (t *upTrack) learn(v *rtpview.View) stream {
	t.mu.Lock()
	defer t.mu.Unlock()
	sec := &t.section
	if v.PayloadType != sec.PT && (sec.RTX == 0 || v.PayloadType != sec.RTX) {
		return stream{}
	}
	repair := v.PayloadType != sec.PT
	l := t.claim(v, repair)
	if l == nil {
		return stream{}
	}
	l.adopt(v.SSRC, repair, t)
	return stream{track: t, layer: l, repair: repair}
}

func (t *upTrack) claim(v *rtpview.View, repair bool) *layer {
	sec := &t.section
	if len(sec.RIDs) > 0 {
		id := sec.Ext.RID
		if repair {
			id = sec.Ext.RepairedRID
		}
		return t.layerByRID(v.Extension(id))
	}
	declared := sec.SSRC
	if repair {
		declared = sec.RTXSSRC
	}
	mid := v.Extension(sec.Ext.MID)
	if v.SSRC == declared || declared == 0 && (mid == nil || string(mid) == sec.MID) {
		return t.layers[0]
	}
	return nil
}

func (t *upTrack) layerByRID(rid []byte) *layer {
	for _, l := range t.layers {
		if len(rid) > 0 && string(rid) == l.rid {
			return l
		}
	}
	return nil
}
