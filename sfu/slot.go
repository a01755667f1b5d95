package sfu

import (
	"slices"
	"time"
)

// slot is a pair of down tracks, audio and video, that carry one source at a time. It is guarded by the room's mutex.
type slot struct {
	source       PeerID
	since        uint64 // the revision of the slot map that told of the source
	audio, video *downTrack
}

// carry lets what a feed permits of a source into the slot. held: its receiver cannot be reached or has not acknowledged the
// source yet.
func (s *slot) carry(f Feed, source *uplink, held bool, now time.Duration) {
	var mic, camera *upTrack
	if source != nil && f.Hear {
		mic = source.mic
	}
	if source != nil && f.See > LayerNone {
		camera = source.camera
	}
	s.audio.follow(mic, wish{held: held}, now)
	s.video.follow(camera, wish{layer: f.See, held: held}, now)
}

// clear stops what flows into the slot.
func (s *slot) clear() {
	s.audio.follow(nil, wish{}, 0)
	s.video.follow(nil, wish{}, 0)
}

// assign gives each feed a slot: one that has a slot keeps it, a new one whose source is present takes one that was empty before
// one that has just become so, where packets of the last source may still be on their way, and only then that of a source
// that is absent. What does not fit has none. It returns the sources by slot.
func assign(slots []PeerID, feeds []Feed, present func(PeerID) bool) []PeerID {
	out := slices.Clone(slots)
	for i, id := range out {
		if !slices.ContainsFunc(feeds, func(f Feed) bool { return f.Source == id }) {
			out[i] = ""
		}
	}
	for _, f := range feeds {
		if slices.Contains(out, f.Source) || !present(f.Source) {
			continue
		}
		if i := choose(slots, out, present); i >= 0 {
			out[i] = f.Source
		}
	}
	return out
}

// choose picks the slot for a newcomer, -1 if there is none.
func choose(before, now []PeerID, present func(PeerID) bool) int {
	for i := range now {
		if before[i] == "" && now[i] == "" {
			return i
		}
	}
	if i := slices.Index(now, ""); i >= 0 {
		return i
	}
	return slices.IndexFunc(now, func(id PeerID) bool { return !present(id) })
}
