package main

import (
	"context"
	"time"

	"kring/facilitation"
	"kring/signaling/bot"
)

// order is a line on stdin: what a bot must do. Exactly one of the fields below Bot is set. Each is answered by one line.
//
//	{"bot":"Ben","command":{"raise":{"kind":"speak"}}}    answered with refusal and revision
//	{"bot":"Ben","speak":false}                           the tone off or on
//	{"bot":"Ben","connection":"reload"}                   cut, drop, return or reload
//	{"bot":"Ben","sense":true}                            answered with the names of those heard and seen
type order struct {
	Bot        string                `json:"bot"`
	Command    *facilitation.Command `json:"command,omitempty"`
	Speak      *bool                 `json:"speak,omitempty"`
	Connection string                `json:"connection,omitempty"`
	Sense      bool                  `json:"sense,omitempty"`
}

// told is a line on stdout. Event is joined (with face), an event of package bot, answer, done, sensed or error.
type told struct {
	Bot      string                     `json:"bot,omitempty"`
	Event    string                     `json:"event"`
	ID       facilitation.ParticipantID `json:"id,omitempty"`
	RGB      *[3]uint8                  `json:"rgb,omitempty"`
	ToneHz   int                        `json:"toneHz,omitempty"`
	Code     int                        `json:"code,omitempty"`
	Revision uint64                     `json:"revision,omitempty"`
	Refusal  facilitation.RefusalCode   `json:"refusal,omitempty"`
	Heard    []string                   `json:"heard,omitempty"`
	Seen     []string                   `json:"seen,omitempty"`
	Error    string                     `json:"error,omitempty"`
}

// orderTime bounds one order; senseTime is how long a bot listens, some ten packets of audio.
const (
	orderTime = 15 * time.Second
	senseTime = 250 * time.Millisecond
)

// carryOut does what an order says and returns the line that answers it.
func (t *troupe) carryOut(ctx context.Context, o order) told {
	ctx, cancel := context.WithTimeout(ctx, orderTime)
	defer cancel()
	b := t.bots[o.Bot]
	switch {
	case b == nil:
		return told{Bot: o.Bot, Event: "error", Error: "no such bot"}
	case o.Command != nil:
		return command(ctx, b, *o.Command)
	case o.Speak != nil:
		b.Speak(*o.Speak)
		return told{Bot: o.Bot, Event: "done"}
	case o.Connection != "":
		return connection(ctx, b, o.Connection)
	case o.Sense:
		sensed := b.Listen(ctx, senseTime)
		return told{Bot: o.Bot, Event: "sensed", Heard: t.names(b, sensed.Heard), Seen: t.names(b, sensed.Seen)}
	}
	return told{Bot: o.Bot, Event: "error", Error: "nothing to do"}
}

func command(ctx context.Context, b *bot.Bot, c facilitation.Command) told {
	answer, err := b.Do(ctx, c)
	if err != nil {
		return told{Bot: b.Name(), Event: "error", Error: err.Error()}
	}
	return told{Bot: b.Name(), Event: "answer", Revision: answer.Revision, Refusal: answer.Refusal}
}

func connection(ctx context.Context, b *bot.Bot, what string) told {
	var err error
	switch what {
	case "cut":
		b.Cut()
	case "drop":
		b.Drop()
	case "return":
		err = b.Return(ctx)
	case "reload":
		err = b.Reload(ctx)
	default:
		return told{Bot: b.Name(), Event: "error", Error: "want cut, drop, return or reload"}
	}
	if err != nil {
		return told{Bot: b.Name(), Event: "error", Error: err.Error()}
	}
	return told{Bot: b.Name(), Event: "done"}
}

// names are those in b's view with these ids; an id that is not there stays an id.
func (t *troupe) names(b *bot.Bot, ids []facilitation.ParticipantID) []string {
	known := map[facilitation.ParticipantID]string{}
	view := b.View().View
	for _, s := range view.Seats {
		known[s.Participant] = s.Name
	}
	for _, p := range view.Staff {
		known[p.ID] = p.Name
	}
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
		if name := known[id]; name != "" {
			out[i] = name
		}
	}
	return out
}
