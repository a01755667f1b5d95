package signaling

import (
	"cmp"
	"slices"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// This file says how well sound goes round: how many of those whom the room lets hear someone do, who does not, and whose
// loudspeaker comes back. It knows no clock.

// What is told of hearing is believed for so long; half of the sound gone is not hearing.
const (
	hearingLife  = 15 * time.Second
	mostlyLost   = 0.5
	mostlyFilled = 50 // percent
)

// playout is what a page last said of what it plays.
type playout struct {
	at      time.Time
	blocked bool
	filled  map[facilitation.ParticipantID]int // percent of the sound that was made up because it was missing
}

// receipt is what is known of one listener and one source.
type receipt int

const (
	unknown receipt = iota
	hears
	hearsNot
)

// receiptOf weighs what a page says and what its receiver reports say: each can tell that someone hears nothing.
func receiptOf(p playout, source facilitation.ParticipantID, lost float64, reported bool, now time.Time) receipt {
	known := unknown
	if reported {
		known = hears
		if lost >= mostlyLost {
			return hearsNot
		}
	}
	if now.Sub(p.at) > hearingLife {
		return known
	}
	filled, played := p.filled[source]
	switch {
	case p.blocked, played && filled >= mostlyFilled:
		return hearsNot
	case played:
		return hears
	}
	return known
}

// hearing counts receipts for everyone whom others may hear. Unheard names, for staff, who does not hear whom.
func hearing(routes facilitation.RouteTable, of func(listener, source facilitation.ParticipantID) receipt) (map[facilitation.ParticipantID]protocol.Hearing, []protocol.Unheard) {
	out, unheard := map[facilitation.ParticipantID]protocol.Hearing{}, []protocol.Unheard{}
	for listener, list := range routes {
		missing := []facilitation.ParticipantID{}
		for _, r := range list {
			if !r.Hear || r.Prepare {
				continue
			}
			h := out[r.Source]
			switch of(listener, r.Source) {
			case hears:
				h.Hear, h.Of = h.Hear+1, h.Of+1
			case hearsNot:
				h.Of++
				missing = append(missing, r.Source)
			}
			out[r.Source] = h
		}
		if len(missing) > 0 {
			unheard = append(unheard, protocol.Unheard{Listener: listener, Sources: missing})
		}
	}
	slices.SortFunc(unheard, func(a, b protocol.Unheard) int { return cmp.Compare(a.Listener, b.Listener) })
	return out, unheard
}
