package facilitation_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

	. "kring/facilitation"
	"kring/facilitation/scenario"
)

// history is a random session: people and two of staff who command at will, connections that come and go, a server that
// crashes, commands that arrive twice or too late, and a clock that is not always right.
type history struct {
	*telling
	seed  uint64
	rand  *rand.Rand
	now   Millis // the wall clock, ahead of what was told last
	cast  []Actor
	pages map[ParticipantID]*browser
	sent  []sending // all that was ever sent
	wrong error     // the first thing that was: nothing happens after it
}

// browser is someone's present page, and the one before it: what was replaced twice has no socket to send by.
type browser struct {
	page, before string
	n            uint64
}

// sending is a command on the wire.
type sending struct {
	id CommandID
	by Actor
	c  Command
}

func newHistory(seed uint64) *history {
	h := &history{seed: seed, rand: rand.New(rand.NewPCG(seed, 2)), now: firstNow, pages: map[ParticipantID]*browser{}}
	h.cast = []Actor{{"ana", Therapist}, {"bas", Therapist}, {"olga", Observer}}
	var seats []Seat
	for i := range 7 {
		id := ParticipantID(fmt.Sprint("m", i+1))
		h.cast = append(h.cast, Actor{id, Member})
		seats = append(seats, Seat{Participant: id, Name: string(id)})
	}
	begin := NewSession("session-1", "Dinsdaggroep", seats[:5]) // two are new to the group
	begin.Script.Phases = []ScriptPhase{{Name: "Opening", Mode: Free, Gate: OpenFloor}, {Name: "Thema", Minutes: 5, Mode: Auto, Order: LeastHeard}, {Name: "Slot", Gate: GatedFloor}}
	h.telling = newTelling(begin)
	h.system(Command{Resume: &Empty{}})
	for _, by := range h.cast {
		h.arrive(by, true)
		h.send(by, Command{Ready: &Ready{Mic: h.one(2), Camera: h.one(2)}})
	}
	h.send(h.cast[0], Command{AdmitAll: &Empty{}})
	return h
}

// one is true one time in n.
func (h *history) one(n int) bool { return h.rand.IntN(n) == 0 }

// step is one thing that happens.
func (h *history) step() {
	by := h.cast[h.rand.IntN(len(h.cast))]
	if h.one(3) {
		by = h.cast[h.rand.IntN(2)] // staff do most
	}
	switch h.rand.IntN(19) {
	case 0:
		h.arrive(by, h.one(2))
	case 1:
		if by.Role != Therapist || h.one(3) {
			h.system(Command{Drop: &Target{by.ID}})
		}
	case 2:
		h.tickOn(Millis(h.rand.IntN(4000)))
	case 3:
		h.tickOn(Millis(h.rand.IntN(70_000)))
	case 4:
		h.system(Command{CommitMove: &CommitMove{h.some()}})
	case 5:
		h.again()
	case 6:
		h.swapped(by)
	case 7:
		if h.one(4) {
			h.crash()
		} else {
			h.now += Millis(h.rand.IntN(500)) - 100 // a wall clock may go back
		}
	case 8:
		switch h.rand.IntN(6) {
		case 0:
			h.chat()
		case 3:
			if h.one(2) {
				h.meet()
			}
		case 1:
			h.knock(by)
		case 2:
			h.speak(by)
		}
	case 9:
		h.system(Command{MediaDown: &MediaDown{h.someone(), h.one(2)}})
	case 10:
		h.system(Command{Spoke: &Target{h.someone()}})
	default:
		h.send(by, h.command(by))
	}
}

// knock is someone who goes out and comes to the door again, where staff may look in on them.
func (h *history) knock(by Actor) {
	staff := h.cast[h.rand.IntN(2)]
	if by.Role != Member {
		return
	}
	h.send(by, Command{Leave: &Leave{}})
	h.arrive(by, true)
	h.send(by, Command{Ready: &Ready{Mic: h.one(2), Camera: h.one(2)}})
	h.send(staff, Command{Peek: &Target{by.ID}})
	h.tickOn(Millis(h.rand.IntN(5000)))
	if h.one(2) {
		h.send(staff, Command{Admit: &Target{by.ID}})
	}
}

// meet is two who go out and come to the door of a waiting room that is a meeting place, where one may speak.
func (h *history) meet() {
	h.send(h.cast[h.rand.IntN(2)], Command{SetSocial: &Switch{On: true}})
	for range 2 {
		by := h.cast[3+h.rand.IntN(len(h.cast)-3)]
		h.send(by, Command{Leave: &Leave{}})
		h.arrive(by, true)
		h.send(by, Command{Ready: &Ready{Mic: h.one(2), Camera: h.one(2)}})
		h.tickOn(Millis(h.rand.IntN(6000)))
		h.send(by, Command{Mic: &Switch{On: true}})
	}
}

// speak is someone who is given the turn behind the gate, and takes it.
func (h *history) speak(by Actor) {
	staff := h.cast[h.rand.IntN(2)]
	h.send(staff, Command{SetGate: &SetGate{GatedFloor}})
	h.send(staff, Command{GiveTurn: &Target{by.ID}})
	h.send(by, Command{Begin: &Empty{}})
	h.send(by, Command{Mic: &Switch{On: true}})
}

// chat is staff who say much to each other, until older messages make room.
func (h *history) chat() {
	for range 1 + h.rand.IntN(10) {
		h.send(h.cast[h.rand.IntN(2)], Command{StaffMessage: &Text{"Let jij op hen?"}})
	}
}

// arrive opens a page, or brings the one that someone has back.
func (h *history) arrive(by Actor, fresh bool) {
	b := h.pages[by.ID]
	switch {
	case b == nil:
		fresh = true
		h.pages[by.ID] = &browser{page: fmt.Sprint(by.ID, "-0")}
	case fresh && b.n > 0:
		h.pages[by.ID] = &browser{page: fmt.Sprint(by.ID, "-", len(h.moments)), before: b.page}
	}
	h.system(Command{Arrive: &Arrive{Participant: by.ID, Name: string(by.ID), Role: by.Role, Fresh: fresh}})
}

// send gives a command of someone's present page.
func (h *history) send(by Actor, c Command) { h.deliver(h.number(by, c)) }

func (h *history) number(by Actor, c Command) sending {
	b := h.pages[by.ID]
	b.n++
	return sending{id: CommandID{b.page, b.n}, by: by, c: c}
}

// swapped delivers two commands in the wrong order: the later is carried out, the earlier comes too late.
func (h *history) swapped(by Actor) {
	first, second := h.number(by, h.command(by)), h.number(by, h.command(by))
	h.deliver(second)
	if h.state.Phase != Ended {
		h.deliver(first)
	}
}

// again delivers a command that was delivered before.
func (h *history) again() {
	if len(h.sent) == 0 {
		return
	}
	old := h.sent[len(h.sent)-1-h.rand.IntN(min(30, len(h.sent)))]
	newest := h.pages[old.by.ID]
	if old.id.Page == newest.page || old.id.Page == newest.before {
		h.deliver(old)
	}
}

// crash is another owner who loads the document: nothing is lost, and the clocks go on where they stood.
func (h *history) crash() {
	h.tell(scenario.Moment{Loaded: true, By: Actor{Role: System}})
	h.now += Millis(h.rand.IntN(120_000))
	h.system(Command{Resume: &Empty{}})
}

// tickOn lets time go by, and does what falls due, as the room does.
func (h *history) tickOn(d Millis) {
	until := h.now + d
	for range 100 {
		due, ok := Deadline(h.state)
		if !ok || due > until {
			h.now = until
			return
		}
		h.now = max(h.now, due)
		h.system(Command{Tick: &Empty{}})
		if next, ok := Deadline(h.state); ok && next <= due {
			h.fail("a tick at %d leaves a deadline at %d", due, next)
			return
		}
	}
	h.fail("a hundred ticks in %d ms", d)
}

func (h *history) deliver(s sending) {
	h.tell(scenario.Moment{By: s.by, ID: s.id, Command: s.c})
	h.sent = append(h.sent, s)
}

func (h *history) system(c Command) {
	h.tell(scenario.Moment{By: Actor{Role: System}, Command: c})
}

// tell is the one place where something happens, at the time that it has become.
func (h *history) tell(m scenario.Moment) {
	if h.wrong == nil {
		m.After = h.now - h.telling.now
		_, h.wrong = h.happens(m)
	}
}

func (h *history) fail(format string, args ...any) {
	if h.wrong == nil {
		h.wrong = fmt.Errorf(format, args...)
	}
}

// report is a scenario file that replays what went wrong, as short as it can be made.
func (h *history) report() string {
	why := fmt.Sprintf("seed %d: %v", h.seed, h.wrong)
	text, err := scenario.Record(why, h.begin, shortest(h.begin, h.moments, h.also))
	if err != nil {
		return why + ", and it cannot be recorded: " + err.Error()
	}
	return text
}

// some are a few people, or someone who is not there.
func (h *history) some() []ParticipantID {
	ids := []ParticipantID{h.someone()}
	for !h.one(3) {
		ids = append(ids, h.someone())
	}
	return ids
}

func (h *history) someone() ParticipantID {
	if h.one(40) {
		return "nobody"
	}
	return h.cast[h.rand.IntN(len(h.cast))].ID
}

func (h *history) member() ParticipantID {
	if h.one(10) {
		return h.someone()
	}
	return h.cast[3+h.rand.IntN(len(h.cast)-3)].ID
}

// shuffled is all members in a random order.
func (h *history) shuffled() []ParticipantID {
	var ids []ParticipantID
	for _, by := range h.cast[3:] {
		ids = append(ids, by.ID)
	}
	h.rand.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	return ids
}

// groups divides members at random, not always as may be.
func (h *history) groups() [][]ParticipantID {
	groups := make([][]ParticipantID, 1+h.rand.IntN(3))
	for _, id := range h.shuffled() {
		if i := h.rand.IntN(len(groups) + 1); i < len(groups) {
			groups[i] = append(groups[i], id)
		}
	}
	return slices.DeleteFunc(groups, func(g []ParticipantID) bool { return len(g) == 0 })
}
