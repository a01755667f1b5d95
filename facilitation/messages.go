package facilitation

import "slices"

// Limits of the messages that are kept. They are short, and few at once: older ones make room once they have been read.
const (
	maxMessages     = 20
	maxMessage      = 240 // characters
	maxMessageBytes = 720 // of JSON: three for each character, which is what most scripts need
	maxUnseen       = 2   // of one member
	fewUnseen       = 4   // of all; what is left then is one for each of a ring of 16
)

// Message is a text for staff: a member's side message, or a word of staff to each other. There is no message from one member
// to another, and none to all. All are gone at the end.
type Message struct {
	ID   int           `json:"id"`
	From ParticipantID `json:"from"`
	At   Millis        `json:"at"`
	Text string        `json:"text"`
	// Back is a message of the staff's own back-channel.
	Back bool `json:"back,omitempty"`
	// SeenBy is the first of staff who said that they read a side message.
	SeenBy ParticipantID `json:"seenBy,omitempty"`
}

// sideMessage tells staff something in private. Two of one member may wait unread, the second only while few wait: what is left is
// for those who have not written yet, so that nobody can fill it for others.
func (d *draft) sideMessage(by ParticipantID, text string) RefusalCode {
	unseen, own := 0, 0
	for _, m := range d.Messages {
		if m.Back || m.SeenBy != "" {
			continue
		}
		if unseen++; m.From == by {
			own++
		}
	}
	if own >= maxUnseen || own > 0 && unseen >= fewUnseen {
		return TooSoon
	}
	return d.keepMessage(Message{From: by, At: d.t, Text: text})
}

// staffMessage is a word to the other staff.
func (d *draft) staffMessage(by ParticipantID, text string) RefusalCode {
	return d.keepMessage(Message{From: by, At: d.t, Text: text, Back: true})
}

// keepMessage makes room by forgetting the oldest that staff have read. What is unread is never forgotten.
func (d *draft) keepMessage(m Message) RefusalCode {
	text, ok := short(m.Text, maxMessage, maxMessageBytes)
	if !ok || text == "" {
		return Invalid
	}
	m.Text = text
	d.LastMessage++
	m.ID = d.LastMessage
	kept := append(slices.Clone(d.Messages), m)
	if len(kept) > maxMessages {
		i := slices.IndexFunc(kept[:maxMessages], func(old Message) bool { return old.Back || old.SeenBy != "" })
		if i < 0 {
			return Full
		}
		kept = slices.Delete(kept, i, i+1)
	}
	d.Messages = kept
	return ""
}

// seeMessage tells its sender that a side message was read, and those before it of the same member.
func (d *draft) seeMessage(by ParticipantID, id int) RefusalCode {
	i := slices.IndexFunc(d.Messages, func(m Message) bool { return m.ID == id && !m.Back })
	if i < 0 {
		return Stale
	}
	from := d.Messages[i].From
	for j := range d.Messages[:i+1] {
		if m := &d.Messages[j]; m.From == from && !m.Back && m.SeenBy == "" {
			m.SeenBy = by
		}
	}
	return ""
}
