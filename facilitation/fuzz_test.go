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

const mostBytes = 64 << 10

// FuzzApply gives a room whatever decodes as a command, to everyone who might say it: it never panics, what it refuses changes
// nothing, and the state stays one of ours and small.
func FuzzApply(f *testing.F) {
	for _, c := range asked {
		f.Add([]byte(describe(c)))
	}
	for _, text := range []string{
		`{}`, `{"leave":{},"lower":{}}`, `{"mute":{"participant":"ben","device":"horn"}}`, `{"spotlight":{"participants":null}}`,
		`{"spotlight":{"participants":["ben","ben","ben","ben","ben"]}}`, `{"draftCircles":{"method":"hand","circles":[[],["ben"],null]}}`,
		`{"draftCircles":{"method":"random","size":-1}}`, `{"assign":{"participant":"","circle":99}}`, `{"dropIn":{"circle":-9223372036854775808}}`,
		`{"moveSeat":{"participant":"","to":0}}`, `{"moveEntry":{"participant":"cleo","to":2147483648}}`, `{"recall":{"seconds":301}}`,
		`{"broadcast":{"text":"\u0000\ud800<"}}`, `{"openCircles":{"minutes":-1}}`, `{"extendCircles":{"minutes":9223372036854775807}}`,
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

// fuzzRooms are the phases, a room with nobody, and one with the floor taken and a visit announced.
func fuzzRooms(t testing.TB) []*State {
	busy := newRoom(t, "ana", "ben", "cleo", "dirk", "eva")
	busy.must("ben", Command{Raise: &Raise{Kind: Speak}})
	busy.must("ana", Command{GiveTurn: &Target{"cleo"}})
	busy.must("cleo", Command{Begin: &Empty{}})
	busy.must("ana", Command{Spotlight: &Spotlight{[]ParticipantID{"ben"}}})
	visit := newRoom(t, "ana", "ben", "cleo")
	visit.must("ana", Command{DraftCircles: &DraftCircles{Method: Random, Size: 2}})
	visit.must("ana", Command{OpenCircles: &OpenCircles{}})
	visit.must("ana", Command{DropIn: &DropIn{1}})
	return []*State{
		NewSession("session-1", "Dinsdaggroep", nil), tableRoom(t, Whole), tableRoom(t, Circles), tableRoom(t, Closing), tableRoom(t, Ended),
		busy.state, visit.state,
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
		case result.Answer.Refusal != "" && (result.Changed || said(t, result.State) != said(t, s)):
			t.Fatalf("%+v by %s was refused %s and changed something", c, by.ID, result.Answer.Refusal)
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
		Routes(copied)
		for _, p := range copied.People {
			if _, err := json.Marshal(ViewFor(copied, p.ID, now)); err != nil {
				t.Fatal(err)
			}
		}
		Deadline(copied)
	}
}

// TestFullRoomIsSmall fills a room of sixteen and four staff with all that a state can hold.
func TestFullRoomIsSmall(t *testing.T) {
	r := fullRoom(t)
	size := len(document(t, r.state))
	t.Logf("%d bytes", size)
	if size >= mostBytes {
		t.Errorf("a full room is %d bytes", size)
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
	if pages != 20 || len(r.state.Queue.Entries) != 16 || len(r.state.Breakout.Circles) != 8 || r.state.Breakout.Broadcast == nil {
		t.Errorf("the room is not full: %d pages, %d hands, %d circles", pages, len(r.state.Queue.Entries), len(r.state.Breakout.Circles))
	}
}

func fullRoom(t testing.TB) *room {
	r := newRoom(t)
	var all []ParticipantID
	for i := range 20 {
		id := ParticipantID(fmt.Sprintf("%02d-%s", i, strings.Repeat("i", 29))) // ids of records are 32 bytes
		r.roles[id] = Member
		if i < 4 {
			r.roles[id] = Therapist
		}
		name := strings.Repeat("ë", 80)
		r.system(Command{Arrive: &Arrive{Participant: id, Name: name, Role: r.roles[id], Fresh: true}})
		all = append(all, id)
		r.say(id, Command{Ready: &Ready{Mic: true, Camera: true}})
	}
	ana, members := all[0], all[4:]
	r.say(ana, Command{AdmitAll: &Empty{}})
	r.say(ana, Command{Spotlight: &Spotlight{members[:4]}})
	r.say(ana, Command{DraftCircles: &DraftCircles{Method: Random, Size: 2}})
	for _, id := range members {
		r.say(id, Command{Raise: &Raise{Kind: Speak}})
		r.say(ana, Command{Mute: &DeviceTarget{id, Mic}})
		r.say(ana, Command{AskUnmute: &Target{id}})
	}
	text := strings.Repeat("€", 500)
	r.say(ana, Command{OpenCircles: &OpenCircles{Minutes: 60, Prompt: text}})
	r.system(Command{CommitMove: &CommitMove{members}})
	r.say(ana, Command{Broadcast: &Text{text}})
	for i, id := range all {
		for range 16 {
			r.say(id, Command{Ready: &Ready{}}) // refused: an answer with a code is the longest
		}
		if i < 4 {
			r.say(id, Command{DropIn: &DropIn{i + 1}})
		} else {
			r.say(id, Command{CallHelp: &Empty{}})
		}
	}
	return r
}

// say gives a command, which may be refused.
func (r *room) say(id ParticipantID, c Command) {
	r.n++
	r.state = Apply(r.state, CommandID{strings.Repeat("p", 30) + string(id), 1<<40 + r.n}, c, Actor{id, r.roles[id]}, r.now).State
}
