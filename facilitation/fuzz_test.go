package facilitation_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	. "kring/facilitation"
)

// mostBytes is what a document may have in a store.
const mostBytes = 96 << 10

// FuzzApply gives a room whatever decodes as a command, to everyone who might say it: it never panics, what it refuses changes
// nothing, and the state stays one of ours and small.
func FuzzApply(f *testing.F) {
	for _, c := range asked {
		f.Add([]byte(describe(c)))
	}
	for _, text := range []string{
		`{}`, `{"leave":{},"lower":{}}`, `{"mute":{"participant":"ben","device":"horn"}}`, `{"spotlight":{"participant":null}}`,
		`{"listen":{"circle":-1,"on":true}}`, `{"draftCircles":{"method":"hand","circles":[[],["ben"],null]}}`,
		`{"draftCircles":{"method":"random","size":-1}}`, `{"assign":{"participant":"","circle":99}}`, `{"dropIn":{"circle":-9223372036854775808}}`,
		`{"moveSeat":{"participant":"","to":0}}`, `{"moveEntry":{"participant":"cleo","to":2147483648}}`, `{"recall":{"seconds":301}}`,
		`{"broadcast":{"text":"\u0000\ud800<"}}`, `{"openCircles":{"minutes":-1}}`, `{"extendCircles":{"minutes":9223372036854775807}}`,
		`{"distress":{"kind":"boredom"}}`, `{"sideMessage":{"text":"\u0000"}}`, `{"seeMessage":{"id":-1}}`,
		`{"setGate":{"gate":"ajar"}}`, `{"setTimeBox":{"seconds":9223372036854775807}}`, `{"extendTurn":{"expect":"","budgetMs":-1}}`,
		`{"startRound":{"direction":"up","piece":"","seconds":-1}}`, `{"startRound":{"direction":"clockwise","from":"wim","piece":"gate","seconds":3600}}`,
		`{"addToRound":{"participant":""}}`, `{"echo":{"kind":"shout","tooSoon":true}}`, `{"mediaDown":{"participant":"","down":true}}`,
		`{"yield":{"to":"zoe"}}`, `{"next":{"expect":"ben","ranking":["ben","ben",""]}}`, `{"arrive":{"participant":"zz","name":"Zz","role":"member"}}`,
	} {
		f.Add([]byte(text))
	}
	rooms := fuzzRooms(f)
	actors := []Actor{{"ana", Therapist}, {"ben", Member}, {"cleo", Member}, {"wim", Member}, {"", System}, {"x", Therapist}}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 16<<10 {
			return // the protocol reads no more
		}
		c, ok := strictly(data)
		if !ok {
			return
		}
		for _, s := range rooms {
			for _, by := range actors {
				applied(t, s, c, by)
			}
		}
	})
}

// strictly decodes as the protocol does: no unknown field, and nothing behind.
func strictly(data []byte) (Command, bool) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var c Command
	if d.Decode(&c) != nil {
		return c, false
	}
	_, err := d.Token()
	return c, err == io.EOF
}

// fuzzRooms are the phases, a room with nobody, and those with the floor taken, a round under way and a visit announced.
func fuzzRooms(t testing.TB) []*State {
	busy := newRoom(t, "ana", "ben", "cleo", "dirk", "eva")
	busy.must("ben", Command{Raise: &Raise{Kind: Speak}})
	busy.must("ana", Command{GiveTurn: &Target{"cleo"}})
	busy.must("cleo", Command{Begin: &Empty{}})
	busy.must("ana", Command{Spotlight: &Spotlight{"ben", true}})
	round := newRoom(t, "ana", "ben", "cleo", "dirk")
	round.must("ana", Command{StartRound: &StartRound{Direction: Clockwise, Piece: GatePiece, Seconds: 60, Prompt: "Hoe ben je hier?"}})
	round.must("ben", Command{Pass: &Empty{}})
	round.must("cleo", Command{Begin: &Empty{}})
	visit := newRoom(t, "ana", "ben", "cleo")
	visit.must("ana", Command{DraftCircles: &DraftCircles{Method: Random, Size: 2}})
	visit.must("ana", Command{OpenCircles: &OpenCircles{}})
	visit.must("ana", Command{DropIn: &DropIn{1}})
	return []*State{
		NewSession("session-1", "Dinsdaggroep", nil), tableRoom(t, Whole), tableRoom(t, Circles), tableRoom(t, Closing), tableRoom(t, Ended),
		busy.state, round.state, visit.state,
	}
}

// applied gives the command now and again half a minute later.
func applied(t *testing.T, s *State, c Command, by Actor) {
	before := document(t, s)
	for i, now := range []Millis{s.Clock.At + 1, s.Clock.At + 30_000} {
		result := Apply(s, CommandID{"fuzz", uint64(i + 1)}, c, by, now)
		after := document(t, result.State)
		switch {
		case !bytes.Equal(document(t, s), before):
			t.Fatalf("%+v by %s changed its argument", c, by.ID)
		case result.Answer.Refusal != "" && result.Changed:
			t.Fatalf("%+v by %s was refused %s and changed something", c, by.ID, result.Answer.Refusal)
		case !result.Changed && said(t, result.State) != said(t, s):
			t.Fatalf("%+v by %s changed something unsaid", c, by.ID)
		case len(after) >= mostBytes:
			t.Fatalf("a state of %d bytes", len(after))
		}
		if err := result.State.Check(); err != nil && s.Check() == nil {
			t.Fatalf("%+v by %s: %v", c, by.ID, err)
		}
		copied := copyOf(t, result.State)
		if !bytes.Equal(document(t, copied), after) {
			t.Fatalf("%+v by %s: not the same once stored", c, by.ID)
		}
		if !result.Changed {
			continue // it says what it said
		}
		Routes(copied)
		for _, p := range copied.People {
			if _, err := json.Marshal(ViewFor(copied, p.ID, now)); err != nil {
				t.Fatal(err)
			}
		}
		Deadline(copied)
	}
}

// TestFullRoomIsSmall fills the largest room that there can be with the longest that everything can be: names and texts of
// the characters that JSON writes longest, the highest numbers.
func TestFullRoomIsSmall(t *testing.T) {
	for _, room := range []struct {
		staff, members, idBytes int
		name, text              string
		most                    int
	}{
		{4, 16, 32, strings.Repeat("ë", 80), strings.Repeat("ë", 500), 64 << 10},
		{8, 16, 64, strings.Repeat("😀", 80), strings.Repeat("😀", 500), mostBytes * 3 / 4},
	} {
		r := fullRoom(t, room.staff, room.members, room.idBytes, room.name, room.text)
		size := len(document(t, r.state))
		t.Logf("%d people: %d bytes", room.staff+room.members, size)
		if size > room.most {
			t.Errorf("a full room of %d is %d bytes", room.staff+room.members, size)
		}
		if err := r.state.Check(); err != nil {
			t.Error(err)
		}
		pages := 0
		for _, p := range r.state.Pages {
			if len(p.Answers) == 16 {
				pages++
			}
		}
		if everyone := room.staff + room.members; pages != everyone || len(r.state.Pages) != 2*everyone {
			t.Errorf("%d pages, %d full", len(r.state.Pages), pages)
		}
		if len(r.state.Queue.Entries) != room.members || len(r.state.Breakout.Circles) != 8 || len(r.state.Messages) != 20 || r.state.Script.Now != 10 || r.state.Breakout.Broadcast == nil {
			t.Errorf("the room is not full: %d hands, %d circles", len(r.state.Queue.Entries), len(r.state.Breakout.Circles))
		}
	}
}

func fullRoom(t testing.TB, staff, members, idBytes int, name, text string) *room {
	r := newRoom(t)
	r.state.Revision = 10_000_000 // a day of changes, as fast as sockets may send them
	var all []ParticipantID
	for i := range staff + members {
		id := ParticipantID(fmt.Sprintf("%02d%s", i, strings.Repeat("i", idBytes-2)))
		r.roles[id] = Member
		if i < staff {
			r.roles[id] = Therapist
		}
		r.system(Command{Arrive: &Arrive{Participant: id, Name: name, Role: r.roles[id], Fresh: true}})
		all = append(all, id)
		r.say("first", id, Command{WaitAlone: &Switch{true}})
		r.say("first", id, Command{Ready: &Ready{Mic: true, Camera: true}})
	}
	ana := all[0]
	r.say("first", ana, Command{AdmitAll: &Empty{}})
	r.say("first", ana, Command{SetSocial: &Switch{true}})
	r.fullScript(ana, text)
	for _, id := range all[:4] {
		r.say("first", ana, Command{Spotlight: &Spotlight{id, true}})
	}
	r.say("first", ana, Command{DraftCircles: &DraftCircles{Method: Random, Size: 2}})
	for _, id := range all[staff:] {
		r.say("first", id, Command{Raise: &Raise{Kind: Speak}})
		r.say("first", ana, Command{Mute: &DeviceTarget{id, Mic}})
		r.say("first", ana, Command{AskUnmute: &Target{id}})
	}
	r.say("first", ana, Command{OpenCircles: &OpenCircles{}})
	r.say("first", ana, Command{Recall: &Recall{}})
	r.system(Command{CommitMove: &CommitMove{all}}) // all have a past
	r.say("first", ana, Command{DraftCircles: &DraftCircles{Method: Random, Size: 2}})
	r.say("first", ana, Command{OpenCircles: &OpenCircles{Minutes: 60, Prompt: text}})
	r.system(Command{CommitMove: &CommitMove{all}})
	r.say("first", ana, Command{Broadcast: &Text{text}})
	for i, id := range all {
		message := []rune(text)[:240]
		for len(string(message)) > 718 {
			message = message[1:]
		}
		r.say("second", id, Command{Distress: &Help{Emergency}})
		for range 2 {
			r.say("second", id, Command{SideMessage: &Text{string(message)}})
		}
		r.say("second", ana, Command{SeeDistress: &Target{id}})
		r.say("second", ana, Command{SeeMessage: &SeeMessage{r.state.LastMessage}})
		if i < staff {
			r.say("second", id, Command{DropIn: &DropIn{1 + i}})
			for n := range 8 {
				r.say("second", id, Command{Listen: &Listen{n + 1, true}})
			}
		} else {
			r.say("second", id, Command{CallHelp: &Empty{}})
		}
		for range 16 { // refused with the longest codes that there are for them: an answer with a code is longer
			if i < staff {
				r.say("second", id, Command{Remove: &Target{"nobody"}})
			} else {
				r.say("second", id, Command{End: &Empty{}})
			}
		}
	}
	return r
}

// fullScript is as long a script as there can be.
func (r *room) fullScript(staff ParticipantID, text string) {
	name, prompt := []rune(text)[:1], []rune(text)[:1]
	for len(string(prompt)) <= 180 && len(prompt) < 100 {
		prompt = append(prompt, prompt[0])
	}
	for len(string(name)) <= 110 && len(name) < 40 {
		name = append(name, name[0])
	}
	for range 10 {
		r.state.Script.Phases = append(r.state.Script.Phases, ScriptPhase{
			Name: string(name), Minutes: 240, Mode: Moderated, Order: LeastHeard, Gate: OpenFloor, Prompt: string(prompt),
		})
	}
	r.say("first", staff, Command{StartPhase: &StartPhase{To: 10}})
}

// stride is the distance of two commands of a test: a browser may count as it likes, and long differences take room.
const stride = 1 << 43

// say gives a command, which may be refused, of a page whose id is as long as may be.
func (r *room) say(page string, id ParticipantID, c Command) {
	r.n++
	name := page + string(id[:2]) + strings.Repeat("p", 64)
	r.state = Apply(r.state, CommandID{name[:64], r.n * stride}, c, Actor{id, r.roles[id]}, r.now).State
}

// TestTooLong: what would make the document too large does not get in.
func TestTooLong(t *testing.T) {
	s := newRoom(t, "ana", "ben").state
	for _, name := range []string{strings.Repeat("n", 81), strings.Repeat("<", 60), "\xff"} {
		c := Command{Arrive: &Arrive{Participant: "cleo", Name: name, Role: Member}}
		if a := Apply(s, CommandID{}, c, Actor{Role: System}, s.Clock.At).Answer; a.Refusal != Invalid {
			t.Errorf("the name %q is answered %+v", name, a)
		}
	}
	for _, page := range []string{"", strings.Repeat("p", 65), "<page>", "p\x00"} {
		r := Apply(s, CommandID{page, 1}, Command{Leave: &Leave{}}, Actor{"ben", Member}, s.Clock.At)
		if r.Answer.Refusal != Invalid || r.Changed || len(r.State.Pages) != len(s.Pages) {
			t.Errorf("the page %q is answered %+v", page, r.Answer)
		}
	}
	for _, n := range []uint64{0, 1 << 53, 1<<64 - 1} {
		r := Apply(s, CommandID{"page", n}, Command{Leave: &Leave{}}, Actor{"ben", Member}, s.Clock.At)
		if r.Answer.Refusal != Invalid || r.Changed || len(r.State.Pages) != len(s.Pages) {
			t.Errorf("command %d is answered %+v", n, r.Answer)
		}
	}
	for i := range 23 {
		c := Command{Arrive: &Arrive{Participant: ParticipantID(fmt.Sprint("more-", i)), Name: "Meer", Role: Member}}
		r := Apply(s, CommandID{}, c, Actor{Role: System}, s.Clock.At)
		if full := i >= 22; full != (r.Answer.Refusal == Full) {
			t.Errorf("person %d is answered %+v", 3+i, r.Answer)
		}
		s = r.State
	}
}
