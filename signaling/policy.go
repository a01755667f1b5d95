package signaling

import (
	"maps"
	"slices"

	"kring/facilitation"
	"kring/sfu"
	"kring/signaling/protocol"
)

// This file is the only place where the words of the room and the words of the media server meet.

// wants is the height in device pixels at which each of a viewer's sources is on screen.
type wants map[facilitation.ParticipantID]int

// smallHeight is the height of the low layer: a picture shown at most this high needs no more.
const smallHeight = 180

// policyFor turns the room's routes into the media server's policy, lowered to what each viewer's screen shows.
func policyFor(routes facilitation.RouteTable, screens map[facilitation.ParticipantID]wants) sfu.Policy {
	p := sfu.Policy{Receivers: make(map[sfu.PeerID][]sfu.Feed, len(routes))}
	for listener, list := range routes {
		feeds := make([]sfu.Feed, 0, len(list))
		for _, r := range list {
			feeds = append(feeds, sfu.Feed{
				Source:  sfu.PeerID(r.Source),
				Hear:    r.Hear,
				See:     layerFor(r, screens[listener]),
				Prepare: r.Prepare,
			})
		}
		p.Receivers[sfu.PeerID(listener)] = feeds
	}
	return p
}

func layerFor(r facilitation.Route, screen wants) sfu.Layer {
	if r.See == facilitation.NoPicture {
		return sfu.LayerNone
	}
	height, known := screen[r.Source]
	switch {
	case known && height == 0:
		return sfu.LayerNone
	case known && height > smallHeight, !known && r.See == facilitation.Large:
		return sfu.LayerHigh
	default:
		return sfu.LayerLow
	}
}

// bothAllow is what a and b both permit: in force while a change is being stored, so that nothing is heard that either forbids.
func bothAllow(a, b sfu.Policy) sfu.Policy {
	if samePolicy(a, b) { // most commands change nothing of it
		return a
	}
	out := sfu.Policy{Receivers: make(map[sfu.PeerID][]sfu.Feed, len(a.Receivers))}
	for receiver, feeds := range a.Receivers {
		other := b.Receivers[receiver]
		kept := make([]sfu.Feed, 0, len(feeds))
		for _, f := range feeds {
			i := slices.IndexFunc(other, func(o sfu.Feed) bool { return o.Source == f.Source })
			if i < 0 {
				continue
			}
			f.Hear = f.Hear && other[i].Hear
			f.See = min(f.See, other[i].See)
			f.Prepare = f.Prepare || other[i].Prepare
			kept = append(kept, f)
		}
		out.Receivers[receiver] = kept
	}
	return out
}

// widens reports whether to permits anything that from does not. What is only prepared permits nothing.
func widens(from, to sfu.Policy) bool {
	for receiver, feeds := range to.Receivers {
		for _, f := range feeds {
			i := slices.IndexFunc(from.Receivers[receiver], func(o sfu.Feed) bool { return o.Source == f.Source })
			if i < 0 && (f.Hear || f.See > sfu.LayerNone) {
				return true
			}
			if i >= 0 && (f.Hear && !from.Receivers[receiver][i].Hear || f.See > from.Receivers[receiver][i].See) {
				return true
			}
		}
	}
	return false
}

func samePolicy(a, b sfu.Policy) bool {
	return maps.EqualFunc(a.Receivers, b.Receivers, slices.Equal[[]sfu.Feed])
}

// slotMap is what a client is told about its slots.
func slotMap(e mediaEvent, routes []facilitation.Route) *protocol.SlotMap {
	m := &protocol.SlotMap{Rev: e.slots.Rev, Slots: make([]protocol.Slot, len(e.slots.Slots))}
	for i, s := range e.slots.Slots {
		source := facilitation.ParticipantID(s.Source)
		m.Slots[i] = protocol.Slot{
			Slot: s.Slot, Source: source, Path: protocol.PathMedia, KeyID: s.KeyID,
			Prepared: slices.ContainsFunc(routes, func(r facilitation.Route) bool { return r.Source == source && r.Prepare }),
		}
	}
	return m
}

// forwardedOf reads the media server's counters. It may be called from any goroutine.
func forwardedOf(m *media) map[facilitation.ParticipantID]Forwarded {
	out := map[facilitation.ParticipantID]Forwarded{}
	for id, c := range m.room.Counters() {
		out[facilitation.ParticipantID(id)] = Forwarded{Audio: c.AudioForwarded, Video: c.VideoForwarded}
	}
	return out
}
