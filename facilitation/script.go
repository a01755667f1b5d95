package facilitation

import (
	"errors"
	"fmt"
	"slices"
)

// Limits of a script.
const (
	maxPhases      = 10
	maxPhaseName   = 40  // characters
	maxPhaseBytes  = 120 // of JSON
	maxPrompt      = 100
	maxPromptBytes = 200
)

// Script is the phases that a session goes through, in the order of the group's template. It runs by room time and hurries
// nobody: when a phase's minutes are over, nothing happens by itself.
type Script struct {
	Phases []ScriptPhase `json:"phases,omitempty"`
	// Now is the phase that runs, counted from 1; 0 before the first.
	Now int `json:"now,omitempty"`
	// StartedAt is the room time at which it began, 0 before the first.
	StartedAt Millis `json:"startedAt,omitempty"`
	// RoundIn is the phase in which a round began last, 0 if none did.
	RoundIn int `json:"roundIn,omitempty"`
	// CameraOptional: everyone is told that a camera may stay off. PauseProminent: a break of one's own, and the pause of all,
	// are the easiest thing to find.
	CameraOptional bool `json:"cameraOptional,omitempty"`
	PauseProminent bool `json:"pauseProminent,omitempty"`
}

// ScriptPhase is one phase and what it presets when it begins; an empty preset leaves the room as it is. No preset switches
// anyone on or moves anyone.
type ScriptPhase struct {
	Name string `json:"name"`
	// Minutes is a soft duration; 0 is without.
	Minutes int        `json:"minutes,omitempty"`
	Mode    QueueMode  `json:"mode,omitempty"`
	Order   QueueOrder `json:"order,omitempty"`
	Gate    FloorGate  `json:"gate,omitempty"`
	// Prompt is the question of a round in this phase.
	Prompt string `json:"prompt,omitempty"`
}

// Check refuses a script that cannot be kept, or that presets what there is not.
func (s *Script) Check() error {
	if len(s.Phases) > maxPhases {
		return errors.New("too many phases")
	}
	if s.Now < 0 || s.Now > len(s.Phases) || (s.Now == 0) != (s.StartedAt == 0) {
		return errors.New("a phase runs that there is not")
	}
	if s.RoundIn < 0 || s.RoundIn > len(s.Phases) {
		return errors.New("a round was in a phase that there is not")
	}
	for i, p := range s.Phases {
		name, named := short(p.Name, maxPhaseName, maxPhaseBytes)
		_, asks := short(p.Prompt, maxPrompt, maxPromptBytes)
		switch {
		case !named || name == "" || !asks:
			return fmt.Errorf("phase %d has an impossible name or prompt", i+1)
		case p.Minutes < 0 || p.Minutes > maxMinutes:
			return fmt.Errorf("phase %d has an impossible duration", i+1)
		case !slices.Contains([]QueueMode{"", Free, Moderated, Auto}, p.Mode) ||
			!slices.Contains([]QueueOrder{"", FirstCome, LeastHeard}, p.Order) ||
			!slices.Contains([]FloorGate{"", OpenFloor, GatedFloor}, p.Gate):
			return fmt.Errorf("phase %d presets an unknown queue or gate", i+1)
		}
	}
	return nil
}

// phase finds a phase by its number, nil if there is none.
func (s *Script) phase(n int) *ScriptPhase {
	if n < 1 || n > len(s.Phases) {
		return nil
	}
	return &s.Phases[n-1]
}

// startPhase goes to a phase of the script: the next, the one before, or any other.
func (d *draft) startPhase(c *StartPhase) RefusalCode {
	p := d.Script.phase(c.To)
	switch {
	case c.Expect != d.Script.Now:
		return Stale
	case p == nil:
		return Invalid
	case c.To == d.Script.Now:
		return ""
	}
	d.Script.Now, d.Script.StartedAt = c.To, d.clockTime()
	d.Spotlight = nil
	if p.Gate != "" {
		d.Queue.Gate = p.Gate
	}
	return d.setQueue(&SetQueue{Mode: p.Mode, Order: p.Order, Ranking: c.Ranking})
}

// extendPhase gives the phase that runs more time; one that is over, or without a duration, gets it from now.
func (d *draft) extendPhase(c *ExtendPhase) RefusalCode {
	p := d.Script.phase(d.Script.Now)
	switch {
	case c.Expect != d.Script.Now:
		return Stale
	case p == nil:
		return NotNow
	case c.Minutes < 1 || c.Minutes > maxMinutes:
		return Invalid
	}
	ran := int((d.clockTime() - d.Script.StartedAt + 59_999) / 60_000)
	p.Minutes = min(max(p.Minutes, ran)+c.Minutes, maxMinutes)
	return ""
}

// editPhase gives a phase another name and duration.
func (d *draft) editPhase(c *EditPhase) RefusalCode {
	p := d.Script.phase(c.Phase)
	name, ok := short(c.Name, maxPhaseName, maxPhaseBytes)
	if p == nil || !ok || name == "" || c.Minutes < 0 || c.Minutes > maxMinutes {
		return Invalid
	}
	p.Name, p.Minutes = name, c.Minutes
	return ""
}

// script is the phase that runs, by name; staff see the others and the minutes too.
func (v *viewing) script() ScriptView {
	s := &v.s.Script
	out := ScriptView{Phases: []ScriptPhaseView{}, CameraOptional: s.CameraOptional, PauseProminent: s.PauseProminent}
	if p := s.phase(s.Now); p != nil {
		out.Name = p.Name
	}
	if !v.isStaff() {
		return out
	}
	out.Now = s.Now
	if s.Now > 0 {
		out.RunsMs = max(0, v.s.stillAt(v.t)-s.StartedAt)
		out.Rounded = s.RoundIn == s.Now
	}
	for _, p := range s.Phases {
		out.Phases = append(out.Phases, ScriptPhaseView{Name: p.Name, Minutes: p.Minutes, Gated: p.Gate == GatedFloor, Prompt: p.Prompt})
	}
	return out
}
