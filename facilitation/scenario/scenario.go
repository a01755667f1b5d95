// Package scenario reads stories of a session that a clinician can read, and plays them. One story runs at three altitudes:
// against the rules alone, against a live server, and a few in browsers; a Driver is an altitude.
//
// A story is lines of text. "Ana: mute Ben" is a command, "Ben drops" is something that happens to a connection, and
// everything else is what must then be so: "Cleo hears Ana". A command is expected to be accepted, unless the line says
// "-> refused not_allowed". A file whose first line is "clock: fake" lets time pass ("pass 25 seconds") or decides what chance,
// talk-time and the media server ("Ben loses media") would; a driver with a real clock leaves it out. "format: skills" gives the group a format.
//
// The package parses and compares. It opens no file, knows no socket and waits for nothing: waiting is the driver's.
package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"kring/facilitation"
)

// Story is one parsed file.
type Story struct {
	// Staff and Members are the cast by first name. The chairs stand in the order of Members.
	Staff   []string
	Members []string
	// Observers look on. They come by lines of their own, not with everyone.
	Observers []string
	// FakeClock: the story can only be told where time is made.
	FakeClock bool
	// Format is the id of the group's template, empty for none.
	Format string
	Steps  []Step
	// Begin and Moments are what a recorded story has instead of all that.
	Begin   *facilitation.State
	Moments []Moment
}

// Step is one line. Exactly one of the functions and durations is set.
type Step struct {
	Line int
	Text string
	// Refused is the code that the line expects, empty if it expects to be accepted.
	Refused facilitation.RefusalCode

	act  func(*play) (facilitation.RefusalCode, error)
	fact func(*play) error
	pass time.Duration
}

var (
	formatLine  = regexp.MustCompile(`^format: ([a-z]+)$`)
	castLine    = regexp.MustCompile(`^(staff|members|observers): (.+)$`)
	refusedLine = regexp.MustCompile(`^(.*?)\s*-> refused ([a-z_]+)$`)
	commandLine = regexp.MustCompile(`^([A-Z][a-z]+): (.+)$`)
	happensLine = regexp.MustCompile(`^([A-Z][a-z]+) (arrives|drops|returns|reloads)$`)
	mediaLine   = regexp.MustCompile(`^([A-Z][a-z]+) (loses media|has media again|speaks on)$`)
	passLine    = regexp.MustCompile(`^pass (\d+) (milliseconds?|seconds?|minutes?)$`)
	decidedLine = regexp.MustCompile(`^(chance|talk-time) says (.+)$`)
)

// Parse reads a story. An error names the line.
func Parse(text string) (*Story, error) {
	s := &Story{}
	lines := strings.Split(text, "\n")
	if strings.TrimSpace(lines[0]) == recordedClock {
		s.FakeClock = true
		return s, s.readRecorded(lines[1:])
	}
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if i == 0 && line == "clock: fake" {
			s.FakeClock = true
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := s.read(i+1, line); err != nil {
			return nil, fmt.Errorf("line %d, %q: %w", i+1, line, err)
		}
	}
	if len(s.Staff) == 0 || len(s.Members) == 0 || len(s.Steps) == 0 {
		return nil, fmt.Errorf("a story needs staff, members and something that happens")
	}
	return s, nil
}

func (s *Story) read(n int, line string) error {
	if m := castLine.FindStringSubmatch(line); m != nil {
		return s.readCast(m[1], strings.Fields(m[2]))
	}
	if m := formatLine.FindStringSubmatch(line); m != nil {
		s.Format = m[1]
		return nil
	}
	if line == "everyone is in" {
		return s.gather(n)
	}
	step := Step{Line: n, Text: line}
	if m := refusedLine.FindStringSubmatch(line); m != nil {
		line, step.Refused = m[1], facilitation.RefusalCode(m[2])
	}
	if err := s.readStep(&step, line); err != nil {
		return err
	}
	if step.Refused != "" && step.act == nil {
		return fmt.Errorf("only a command can be refused")
	}
	s.Steps = append(s.Steps, step)
	return nil
}

func (s *Story) readCast(kind string, names []string) error {
	for _, name := range names {
		if s.known(name) {
			return fmt.Errorf("%s is there twice", name)
		}
	}
	switch kind {
	case "staff":
		s.Staff = append(s.Staff, names...)
	case "members":
		s.Members = append(s.Members, names...)
	default:
		s.Observers = append(s.Observers, names...)
	}
	return nil
}

// gather is the usual beginning: all come in with microphone and camera on, and the first of staff admits them.
func (s *Story) gather(n int) error {
	if len(s.Staff) == 0 {
		return fmt.Errorf("no staff to admit them")
	}
	var lines []string
	for _, name := range slices.Concat(s.Staff, s.Members) {
		lines = append(lines, name+" arrives", name+": ready mic camera")
	}
	for _, line := range append(lines, s.Staff[0]+": admit-all") {
		if err := s.read(n, line); err != nil {
			return err
		}
	}
	return nil
}

func (s *Story) readStep(step *Step, line string) (err error) {
	switch m := []string(nil); {
	case match(passLine, line, &m):
		step.pass, err = s.readPass(m[1], m[2])
	case match(decidedLine, line, &m):
		step.act, err = s.readDecided(m[1], strings.Fields(m[2]))
	case match(happensLine, line, &m):
		step.act, err = s.readHappens(m[1], m[2])
	case match(mediaLine, line, &m):
		step.act, err = s.readMedia(m[1], m[2])
	case match(commandLine, line, &m):
		step.act, err = s.readCommand(m[1], m[2])
	default:
		step.fact, err = s.readFact(line)
	}
	return err
}

func match(r *regexp.Regexp, line string, m *[]string) bool {
	*m = r.FindStringSubmatch(line)
	return *m != nil
}

func (s *Story) readPass(n, unit string) (time.Duration, error) {
	if !s.FakeClock {
		return 0, fmt.Errorf("time passes only where the first line is \"clock: fake\"")
	}
	short := map[string]string{"m": "m", "s": "s"}[unit[:1]]
	if strings.HasPrefix(unit, "milli") {
		short = "ms"
	}
	return time.ParseDuration(n + short)
}

// readDecided sets what the server would add to later commands: a shuffle, or the members by how little they were heard.
func (s *Story) readDecided(what string, names []string) (func(*play) (facilitation.RefusalCode, error), error) {
	if !s.FakeClock {
		return nil, fmt.Errorf("%s is made only where the first line is \"clock: fake\"", what)
	}
	if err := s.check(names); err != nil {
		return nil, err
	}
	return func(p *play) (facilitation.RefusalCode, error) {
		if what == "chance" {
			p.shuffle = p.ids(names)
		} else {
			p.ranking = p.ids(names)
		}
		return "", nil
	}, nil
}

func (s *Story) readHappens(name, what string) (func(*play) (facilitation.RefusalCode, error), error) {
	if err := s.check([]string{name}); err != nil {
		return nil, err
	}
	return func(p *play) (facilitation.RefusalCode, error) {
		switch what {
		case "drops":
			return "", p.driver.Drop(name)
		case "returns":
			return "", p.driver.Return(name)
		}
		return p.driver.Enter(name)
	}, nil
}

// readMedia is what the media server would tell.
func (s *Story) readMedia(name, what string) (func(*play) (facilitation.RefusalCode, error), error) {
	if !s.FakeClock {
		return nil, fmt.Errorf("media is made only where the first line is \"clock: fake\"")
	}
	if err := s.check([]string{name}); err != nil {
		return nil, err
	}
	return func(p *play) (facilitation.RefusalCode, error) {
		if what == "speaks on" {
			return "", p.driver.Speaks(name)
		}
		return "", p.driver.Media(name, what == "loses media")
	}, nil
}

// readCommand makes a command when it is given, for ids may be known no earlier.
func (s *Story) readCommand(name, words string) (func(*play) (facilitation.RefusalCode, error), error) {
	if err := s.check([]string{name}); err != nil {
		return nil, err
	}
	command, err := s.readWords(words)
	if err != nil {
		return nil, err
	}
	return func(p *play) (facilitation.RefusalCode, error) {
		return p.driver.Do(name, command(p))
	}, nil
}

func (s *Story) cast() []string { return slices.Concat(s.Staff, s.Members, s.Observers) }

func (s *Story) known(name string) bool { return slices.Contains(s.cast(), name) }

func (s *Story) check(names []string) error {
	for _, name := range names {
		if !s.known(name) {
			return fmt.Errorf("%s is not in the cast", name)
		}
	}
	return nil
}
