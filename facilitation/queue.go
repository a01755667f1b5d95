package facilitation

import "slices"

// maxReplies is how many replies go before the main queue.
const maxReplies = 2

// raise puts up a hand. Raising twice is raising once.
func (d *draft) raise(id ParticipantID, kind EntryKind) RefusalCode {
	switch {
	case kind != Speak && kind != Reply:
		return Invalid
	case d.Floor.Speaker == id || d.Floor.Offered == id:
		return NotNow // it is their turn already
	case d.person(id).Circle != WholeCircle || d.person(id).SteppedOut || d.isOuter(d.person(id)):
		return NotNow
	case d.entry(id) >= 0:
		return ""
	}
	if kind == Reply && (d.Floor.Speaker == "" || d.replies() >= maxReplies) {
		kind = Speak
	}
	d.insert(Entry{Participant: id, Kind: kind, Since: d.t})
	return ""
}

// insert puts a reply behind the replies that wait, and a turn at the tail.
func (d *draft) insert(e Entry) {
	at := len(d.Queue.Entries)
	if e.Kind == Reply {
		at = d.replies()
	}
	d.Queue.Entries = slices.Insert(d.Queue.Entries, at, e)
}

// replies counts the replies at the head of the queue.
func (s *State) replies() int {
	n := slices.IndexFunc(s.Queue.Entries, func(e Entry) bool { return e.Kind != Reply })
	if n < 0 {
		return len(s.Queue.Entries)
	}
	return n
}

func (s *State) entry(id ParticipantID) int {
	return slices.IndexFunc(s.Queue.Entries, func(e Entry) bool { return e.Participant == id })
}

// removeEntry takes a hand down and returns it.
func (d *draft) removeEntry(id ParticipantID) (Entry, bool) {
	i := d.entry(id)
	if i < 0 {
		return Entry{}, false
	}
	e := d.Queue.Entries[i]
	d.Queue.Entries = slices.Delete(d.Queue.Entries, i, i+1)
	return e, true
}

func (d *draft) lower(id ParticipantID) RefusalCode {
	if d.admitted(id) == nil {
		return NoSuchMember
	}
	d.removeEntry(id)
	return ""
}

// moveEntry puts a hand at a place and keeps it there.
func (d *draft) moveEntry(m *Reorder) RefusalCode {
	if d.admitted(m.Participant) == nil {
		return NoSuchMember
	}
	if m.To < 0 || m.To >= max(1, len(d.Queue.Entries)) {
		return Invalid
	}
	e, there := d.removeEntry(m.Participant)
	if !there {
		return Stale
	}
	e.Pinned = true
	d.Queue.Entries = slices.Insert(d.Queue.Entries, m.To, e)
	return ""
}

func (d *draft) setQueue(q *SetQueue) RefusalCode {
	if q.Mode != "" && !slices.Contains([]QueueMode{Free, Moderated, Auto}, q.Mode) ||
		q.Order != "" && !slices.Contains([]QueueOrder{FirstCome, LeastHeard}, q.Order) {
		return Invalid
	}
	if q.Mode != "" {
		d.Queue.Mode = q.Mode
	}
	if q.Order != "" && q.Order != d.Queue.Order {
		d.Queue.Order = q.Order
		if d.Floor.holder() == "" {
			d.reorder(q.Ranking)
		}
	}
	return ""
}

// reorder sorts the turns that nobody has pinned. It is called only when the floor falls free: never under someone who was
// told that they are next. Replies stay in front.
func (d *draft) reorder(ranking []ParticipantID) {
	var places []int
	var turns []Entry
	for i, e := range d.Queue.Entries {
		if e.Kind == Speak && !e.Pinned && !e.Frozen {
			places, turns = append(places, i), append(turns, e)
		}
	}
	rank := func(e Entry) int {
		if i := slices.Index(ranking, e.Participant); i >= 0 && d.Queue.Order == LeastHeard {
			return i
		}
		return len(ranking)
	}
	slices.SortStableFunc(turns, func(a, b Entry) int {
		if d.Queue.Order == FirstCome {
			return 0 // the order they stand in: a pass goes to the tail and stays there
		}
		if r := rank(a) - rank(b); r != 0 {
			return r
		}
		return int(a.Since - b.Since)
	})
	for i, place := range places {
		d.Queue.Entries[place] = turns[i]
	}
}
