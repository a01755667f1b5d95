package sfu

import (
	"fmt"

	"kring/sfu/internal/transport"
)

// maxSections bounds an offer: four that the client sends, and slots.
const maxSections = 80

// layout is what the m-sections of an offer are for, by their order and kind: the first audio that the client sends is its
// microphone and the first video its camera; a second of each is its screen, which nothing forwards yet. The i-th audio and
// the i-th video that it receives are slot i.
type layout struct {
	microphone transport.Section
	camera     *transport.Section // nil if it has none
	slots      []slotSections
}

type slotSections struct{ audio, video transport.Section }

func layoutOf(sections []transport.Section) (layout, error) {
	if len(sections) > maxSections {
		return layout{}, fmt.Errorf("%d sections", len(sections))
	}
	sent, received := byKind(sections, true), byKind(sections, false)
	if len(sent[transport.Audio]) == 0 || sent[transport.Audio][0].Rejected {
		return layout{}, fmt.Errorf("no microphone section")
	}
	audio, video := received[transport.Audio], received[transport.Video]
	if len(audio) != len(video) {
		return layout{}, fmt.Errorf("slots of %d audio and %d video sections", len(audio), len(video))
	}
	l := layout{microphone: sent[transport.Audio][0]}
	if cameras := sent[transport.Video]; len(cameras) > 0 && !cameras[0].Rejected {
		l.camera = &cameras[0]
	}
	for i := range audio {
		l.slots = append(l.slots, slotSections{audio[i], video[i]})
	}
	return l, nil
}

func byKind(sections []transport.Section, up bool) map[transport.Kind][]transport.Section {
	out := map[transport.Kind][]transport.Section{}
	for _, s := range sections {
		if s.Up == up {
			out[s.Kind] = append(out[s.Kind], s)
		}
	}
	return out
}
