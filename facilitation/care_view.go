package facilitation

// DistressView is a signal for help: all of them for staff, their own for a member.
type DistressView struct {
	Participant ParticipantID `json:"participant"`
	Name        string        `json:"name"`
	Kind        DistressKind  `json:"kind"`
	WaitedMs    Millis        `json:"waitedMs"`
	// SeenBy is a name, for someone in the waiting room knows no ids. Alarm: unseen for long, or an emergency.
	SeenBy string `json:"seenBy"`
	Alarm  bool   `json:"alarm"`
	// Presence, Connected and Circle say where the sender is.
	Presence  Presence `json:"presence"`
	Connected bool     `json:"connected"`
	Circle    int      `json:"circle"`
}

// MessageView is a message that the viewer may read.
type MessageView struct {
	ID   int           `json:"id"`
	From ParticipantID `json:"from"`
	Name string        `json:"name"`
	Text string        `json:"text"`
	// Back: between staff. Else a member's side message.
	Back   bool   `json:"back"`
	AgoMs  Millis `json:"agoMs"`
	SeenBy string `json:"seenBy"` // a name, "" while unread
}

// distress is what the viewer may know of signals: staff in the room all, a member their own wherever they stand, others
// nothing.
func (v *viewing) distress() []DistressView {
	out := []DistressView{}
	for _, signal := range v.s.Distress {
		if !v.mayLookAfter(signal.Participant) {
			continue
		}
		p := v.s.person(signal.Participant)
		out = append(out, DistressView{
			Participant: p.ID, Name: p.Name, Kind: signal.Kind, WaitedMs: v.since(signal.At), SeenBy: v.nameOf(signal.SeenBy),
			Alarm: signal.Alarm, Presence: p.Presence, Connected: p.Connected, Circle: p.Circle,
		})
	}
	return out
}

// messages are those that the viewer may read: staff all, an observer in the room the back-channel, a member their own.
func (v *viewing) messages() []MessageView {
	out := []MessageView{}
	for _, m := range v.s.Messages {
		if m.Back && !v.readsBackChannel() || !m.Back && !v.mayLookAfter(m.From) {
			continue
		}
		out = append(out, MessageView{
			ID: m.ID, From: m.From, Name: v.nameOf(m.From), Text: m.Text, Back: m.Back, AgoMs: v.since(m.At), SeenBy: v.nameOf(m.SeenBy),
		})
	}
	return out
}

// mayLookAfter: staff in the room look after everyone, and everyone knows of themselves.
func (v *viewing) mayLookAfter(id ParticipantID) bool {
	p := v.viewer
	return p != nil && (p.ID == id || p.Role == Therapist && p.Presence == Admitted)
}

func (v *viewing) readsBackChannel() bool {
	p := v.viewer
	return p != nil && (p.Role == Therapist || p.Role == Observer) && p.Presence == Admitted
}

func (v *viewing) nameOf(id ParticipantID) string {
	if p := v.s.person(id); p != nil {
		return p.Name
	}
	return ""
}

// DoorView is someone at the same door as the viewer, or who waits with them.
type DoorView struct {
	ID     ParticipantID `json:"id"`
	Name   string        `json:"name"`
	Role   Role          `json:"role"`
	Mic    DeviceState   `json:"mic"`
	Camera DeviceState   `json:"camera"`
	// InMs is how long until they see and hear each other, 0 when they do.
	InMs Millis `json:"inMs"`
}

// door is who else is at the door where the viewer is, or will be.
func (v *viewing) door() []DoorView {
	out := []DoorView{}
	p := v.viewer
	if p == nil || !p.nextPlace().outside() {
		return out
	}
	for i := range v.s.People {
		other := &v.s.People[i]
		if other == p || other.Presence != Waiting && other.Peek == nil || other.nextPlace() != p.nextPlace() {
			continue
		}
		out = append(out, DoorView{
			ID: other.ID, Name: other.Name, Role: other.Role, Mic: plain(other.Mic), Camera: plain(other.Camera),
			InMs: max(v.untilPeek(p), v.untilPeek(other), v.untilShare(p), v.untilShare(other)),
		})
	}
	return out
}

func (v *viewing) untilPeek(p *Person) Millis {
	if p.Peek == nil || p.Peek.Open {
		return 0
	}
	return max(1, v.until(p.Peek.Since+announceFor))
}
