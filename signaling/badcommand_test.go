package signaling

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// The commands that a member may give, and those that nobody may give by message. All others are the staff's.
var (
	ofMembers = []string{
		"ready", "leave", "mic", "camera", "declineUnmute", "declineSpotlight", "raise", "lower", "begin", "pass", "yield",
		"echo", "callHelp", "returnCircle", "distress", "withdrawDistress", "sideMessage",
		"stepOut", "stepIn", "waitAlone", "chooseCircle", "leaveCircle", "askChair", "leaveChair",
	}
	ofTheSystem = map[string]string{
		"arrive":     `{"arrive":{"participant":"ben-member","name":"Ben","role":"therapist","fresh":true}}`,
		"drop":       `{"drop":{"participant":"ana-staff"}}`,
		"tick":       `{"tick":{}}`,
		"commitMove": `{"commitMove":{"participants":["ben-member"]}}`,
		"resume":     `{"resume":{}}`,
		"mediaDown":  `{"mediaDown":{"participant":"ben-member","down":true}}`,
		"spoke":      `{"spoke":{"participant":"ben-member"}}`,
	}
)

// commands are the examples of every command that a browser may send, by name.
func commands(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("protocol/testdata/client-command-*.json")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var m struct {
			Command struct{ Command map[string]json.RawMessage }
		}
		if err := json.Unmarshal(data, &m); err != nil || len(m.Command.Command) != 1 {
			t.Fatalf("%s: %v", file, err)
		}
		for name, arguments := range m.Command.Command {
			out[name] = append(out[name], fmt.Sprintf("{%q:%s}", name, arguments))
		}
	}
	return out
}

// inSession is a session that has begun: Ana and Ben are in the room, Cleo waits.
func (h *house) inSession() (staff, member, waiting *page) {
	h.t.Helper()
	staff, member, waiting = h.enter(ana), h.enter(ben), h.enter(cleo)
	staff.does(`{"ready":{}}`)
	member.does(`{"ready":{"mic":true,"camera":true}}`)
	waiting.does(`{"ready":{}}`)
	staff.does(`{"admit":{"participant":"ben-member"}}`)
	return staff, member, waiting
}

// refuses sends a command that must be refused for this reason and change nothing.
func (p *page) refuses(t *testing.T, command string, code facilitation.RefusalCode) {
	t.Helper()
	before := p.h.stored()
	if a := p.command(command); a.Refusal != code || a.InForceNotStored {
		t.Errorf("%s: %+v, want %s", command, a, code)
	}
	p.h.unchanged(t, before)
}

// TestStaffCommandsOfMembers: every command of the staff is refused to members, in the room and waiting.
func TestStaffCommandsOfMembers(t *testing.T) {
	h := newHouse(t)
	_, member, waiting := h.inSession()
	examples, tried := commands(t), 0
	for i := range reflect.TypeFor[facilitation.Command]().NumField() {
		name, _, _ := strings.Cut(reflect.TypeFor[facilitation.Command]().Field(i).Tag.Get("json"), ",")
		if slices.Contains(ofMembers, name) || ofTheSystem[name] != "" {
			continue
		}
		if len(examples[name]) == 0 {
			t.Errorf("no example of %s", name)
		}
		for _, c := range examples[name] {
			member.refuses(t, c, facilitation.NotAllowed)
			waiting.refuses(t, c, facilitation.NotAllowed)
			tried++
		}
	}
	if tried < 20 {
		t.Errorf("only %d commands were tried", tried)
	}
}

// TestMembersCommandsFromOutside: who waits, and who still checks their devices, may not speak in the room yet.
func TestMembersCommandsFromOutside(t *testing.T) {
	h := newHouse(t)
	_, _, waiting := h.inSession()
	for _, c := range []string{
		`{"raise":{"kind":"speak"}}`, `{"begin":{}}`, `{"yield":{}}`, `{"echo":{"kind":"thanks"}}`,
		`{"callHelp":{}}`, `{"ready":{}}`,
	} {
		waiting.refuses(t, c, facilitation.NotNow)
	}
}

// TestSystemCommands: no browser gives the commands of the server itself, staff included.
func TestSystemCommands(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	for _, c := range ofTheSystem {
		staff.refuses(t, c, facilitation.NotAllowed)
		member.refuses(t, c, facilitation.NotAllowed)
	}
}

// TestServerOnlyFields: chance and rankings are the server's, in a command that its giver may give.
func TestServerOnlyFields(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	member.refuses(t, `{"yield":{"ranking":["ben-member"]}}`, facilitation.Invalid)
	member.refuses(t, `{"yield":{"ranking":[]}}`, facilitation.Invalid)
	staff.refuses(t, `{"next":{"ranking":["ben-member"]}}`, facilitation.Invalid)
	staff.refuses(t, `{"setQueue":{"mode":"auto","ranking":["ben-member"]}}`, facilitation.Invalid)
	member.refuses(t, `{"echo":{"kind":"thanks","tooSoon":true}}`, facilitation.Invalid)
	staff.refuses(t, `{"draftCircles":{"method":"random","size":2,"shuffle":["ben-member","cleo-member"]}}`, facilitation.Invalid)
	staff.does(`{"setQueue":{"mode":"auto"}}`) // without it, it is an ordinary command
}

// TestNoOneOf: a command that is none or several is refused, even where each of them would be allowed.
func TestNoOneOf(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	for _, c := range []string{
		`{}`, `null`, `{"raise":null}`, `{"raise":{"kind":"speak"},"mic":{"on":false}}`, `{"leave":{},"tick":{}}`,
	} {
		member.refuses(t, c, facilitation.Invalid)
	}
	staff.refuses(t, `{"mute":{"participant":"ben-member","device":"mic"},"end":{}}`, facilitation.Invalid)
}

// TestNobody: a command about someone who is not in the room is refused, whether they wait or nobody knows them.
func TestNobody(t *testing.T) {
	h := newHouse(t)
	staff, _, _ := h.inSession()
	for _, who := range []string{"nobody-at-all", "", "ben-member\x00", strings.Repeat("b", 4096), "../ben-member"} {
		id, err := json.Marshal(who)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []string{
			`{"admit":{"participant":%s}}`, `{"remove":{"participant":%s}}`, `{"mute":{"participant":%s,"device":"mic"}}`,
			`{"lock":{"participant":%s,"device":"camera"}}`, `{"unlock":{"participant":%s,"device":"mic"}}`,
			`{"askUnmute":{"participant":%s}}`, `{"giveTurn":{"participant":%s}}`, `{"spotlight":{"participant":%s,"on":true}}`,
		} {
			staff.refuses(t, fmt.Sprintf(c, id), facilitation.NoSuchMember)
		}
	}
	for _, c := range []string{`{"giveTurn":{"participant":"cleo-member"}}`, `{"spotlight":{"participant":"cleo-member","on":true}}`} {
		staff.refuses(t, c, facilitation.NoSuchMember) // she waits
	}
}

// TestSenseless: words, places and sizes that there are not.
func TestSenseless(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	member.refuses(t, `{"raise":{"kind":"shout"}}`, facilitation.Invalid)
	member.refuses(t, `{"raise":{"kind":""}}`, facilitation.Invalid)
	for _, c := range []string{
		`{"mute":{"participant":"ben-member","device":"heart"}}`, `{"lock":{"participant":"ben-member","device":""}}`,
		`{"setQueue":{"mode":"chaos"}}`, `{"setQueue":{"order":"loudest"}}`,
		`{"draftCircles":{"method":"fate"}}`, `{"draftCircles":{"method":"random","size":-1}}`,
		`{"draftCircles":{"method":"random","size":9223372036854775807}}`,
	} {
		staff.refuses(t, c, facilitation.Invalid)
	}
}

// TestSameCommandTwice: a command that comes again is answered as before, and not carried out again.
func TestSameCommandTwice(t *testing.T) {
	h := newHouse(t)
	_, member, _ := h.inSession()
	member.does(`{"raise":{"kind":"speak"}}`)
	first := member.n
	member.does(`{"lower":{}}`)
	before := h.stored()
	member.n = first - 1 // the same number for the same command
	member.does(`{"raise":{"kind":"speak"}}`)
	h.unchanged(t, before)
}

// TestAfterRemoval: who was removed is closed, and neither their token nor a ticket from before brings them back.
func TestAfterRemoval(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	ticket := h.ticket(ben)
	staff.does(`{"remove":{"participant":"ben-member"}}`)
	h.closes(member, protocol.CloseRemoved)
	before := h.stored()
	for _, pass := range []string{
		hello(1, member.id, `"resume":"`+member.welcome.Resume+`"`), hello(1, newID(), `"ticket":"`+ticket+`"`),
	} {
		p := h.socket()
		p.say(pass)
		h.closes(p, protocol.CloseRemoved)
	}
	h.unchanged(t, before)
}
