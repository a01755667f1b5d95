package scenario

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	f "kring/facilitation"
)

// A recorded story is a history as a machine found it, to be told again: its first line is "clock: recorded", its next the state
// that it begins with, and each other one Moment. It is played against the rules alone.
const recordedClock = "clock: recorded"

// Moment is one thing that happened. After is the time since the one before; a wall clock may go back. Loaded: another owner
// took the room up from the store; else By gave Command, under ID unless it was the system.
type Moment struct {
	After   f.Millis
	Loaded  bool
	By      f.Actor
	ID      f.CommandID
	Command f.Command
}

var (
	loadedLine = regexp.MustCompile(`^after (-?\d{1,9}) ms the room is loaded again$`)
	systemLine = regexp.MustCompile(`^after (-?\d{1,9}) ms the system: (\{.*\})$`)
	momentLine = regexp.MustCompile(`^after (-?\d{1,9}) ms (\S+) \((\w+), page (\S+), command (\d+)\): (\{.*\})$`)
)

// String is the line that Record reads.
func (m Moment) String() string {
	command, err := json.Marshal(m.Command)
	switch {
	case err != nil:
		return err.Error()
	case m.Loaded:
		return fmt.Sprintf("after %d ms the room is loaded again", m.After)
	case m.By.Role == f.System:
		return fmt.Sprintf("after %d ms the system: %s", m.After, command)
	}
	return fmt.Sprintf("after %d ms %s (%s, page %s, command %d): %s", m.After, m.By.ID, m.By.Role, m.ID.Page, m.ID.N, command)
}

// Record writes a recorded story. Why is a line of explanation.
func Record(why string, begin *f.State, moments []Moment) (string, error) {
	state, err := json.Marshal(begin)
	if err != nil {
		return "", err
	}
	lines := []string{recordedClock, "# " + strings.ReplaceAll(why, "\n", " "), string(state)}
	for _, m := range moments {
		lines = append(lines, m.String())
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// readRecorded reads the lines after the first.
func (s *Story) readRecorded(lines []string) error {
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := s.readMoment(line); err != nil {
			return fmt.Errorf("line %d: %w", i+2, err)
		}
	}
	if s.Begin == nil {
		return fmt.Errorf("a recorded story needs the state that it begins with")
	}
	return nil
}

func (s *Story) readMoment(line string) error {
	if s.Begin == nil {
		s.Begin = new(f.State)
		return json.Unmarshal([]byte(line), s.Begin)
	}
	m := Moment{By: f.Actor{Role: f.System}}
	var after, command string
	if w := loadedLine.FindStringSubmatch(line); w != nil {
		after, m.Loaded = w[1], true
	} else if w := systemLine.FindStringSubmatch(line); w != nil {
		after, command = w[1], w[2]
	} else if w := momentLine.FindStringSubmatch(line); w != nil {
		after, command = w[1], w[6]
		m.By = f.Actor{ID: f.ParticipantID(w[2]), Role: f.Role(w[3])}
		n, err := strconv.ParseUint(w[5], 10, 64)
		if err != nil {
			return err
		}
		m.ID = f.CommandID{Page: w[4], N: n}
	} else {
		return fmt.Errorf("nobody knows what this means")
	}
	n, err := strconv.ParseInt(after, 10, 64)
	if err == nil && command != "" {
		err = json.Unmarshal([]byte(command), &m.Command)
	}
	m.After = f.Millis(n)
	s.Moments = append(s.Moments, m)
	return err
}
