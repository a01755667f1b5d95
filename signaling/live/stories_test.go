package live

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kring/facilitation"
	"kring/facilitation/scenario"
	"kring/signaling/protocol"
)

const (
	stories = "../../facilitation/testdata/*.txt"
	// storyTime bounds one story. Many are told at once, and a machine may be slow.
	storyTime = 2 * time.Minute
)

// TestStories plays the stories of facilitation/testdata that need no clock of their own, many at once on one server. They say
// nothing of the store, so one tells them all.
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(stories)
	if err != nil {
		t.Fatal(err)
	}
	r := newRoom(t, "redis")
	told := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		r.must(err)
		story, err := scenario.Parse(string(text))
		r.must(err)
		if story.FakeClock {
			continue
		}
		told++
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			p := newPerformance(t, r, story)
			if err := story.Play(p); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			p.sane(t)
		})
	}
	if told < 10 {
		t.Errorf("only %d stories are told", told)
	}
}

// TestFalseStories: a story that says what is not so must fail, and name the line.
func TestFalseStories(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "bolt")
	for _, lie := range []string{
		"Ben hears nobody", "Ben hears Ana Cleo", "Ben sees Ana", "queue is nobody", "Cleo's mic is on", "Ben is away",
		"Ben: raise-hand -> refused not_now", "Ben: mute Ana",
	} {
		t.Run(lie, func(t *testing.T) {
			t.Parallel()
			story, err := scenario.Parse("staff: Ana\nmembers: Ben Cleo\neveryone is in\nBen: raise-hand\nAna: mute Cleo\nBen hears Ana\nBen sees Ana Cleo\n" + lie)
			if err != nil {
				t.Fatal(err)
			}
			p := newPerformance(t, r, story)
			last := len(story.Steps) - 1
			before, lying := *story, *story
			before.Steps, lying.Steps = story.Steps[:last], story.Steps[last:]
			if err := before.Play(p); err != nil {
				t.Fatal(err)
			}
			p.patience = time.Second
			if err := lying.Play(p); err == nil || !strings.Contains(err.Error(), "line 8") {
				t.Errorf("%v", err)
			}
		})
	}
}

// newPerformance makes a group of the cast with a session now.
func newPerformance(t *testing.T, r *room, story *scenario.Story) *performance {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), storyTime)
	p := &performance{ctx: ctx, cast: map[string]*player{}, patience: patience, changed: make(chan struct{}, 1)}
	group := protocol.Group{ID: "group-" + rand.Text(), Name: "Dinsdaggroep", Format: story.Format}
	add := func(names []string) (people []protocol.GroupPerson) {
		for _, name := range names {
			capability := rand.Text()
			sum := sha256.Sum256([]byte(capability))
			who := &player{
				id: facilitation.ParticipantID("person-" + strings.ToLower(name)), face: len(p.cast),
				link: r.server.Public + "/j#c=" + capability,
			}
			p.cast[name] = who
			people = append(people, protocol.GroupPerson{ID: who.id, Name: name, LinkHash: hex.EncodeToString(sum[:])})
		}
		return people
	}
	group.Staff, group.Seats, group.Observers = add(story.Staff), add(story.Members), add(story.Observers)
	t.Cleanup(func() {
		for name := range p.cast {
			p.close(name)
		}
		cancel()
	})
	if err := makeGroup(ctx, r, group); err != nil {
		t.Fatal(err)
	}
	return p
}

// makeGroup has the server make a group with a session now, as the kring command does.
func makeGroup(ctx context.Context, r *room, group protocol.Group) error {
	token, err := os.ReadFile(filepath.Join(r.dir, "admin.token"))
	if err != nil {
		return err
	}
	body, err := json.Marshal(group)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.server.Admin+"/demo", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("demo: %s", resp.Status)
	}
	return nil
}

// sane checks what must hold at the end of every story: nothing came in a slot that was somebody else's, and no frame before its
// key frame.
func (p *performance) sane(t *testing.T) {
	t.Helper()
	for name, who := range p.cast {
		if who.Bot == nil {
			continue
		}
		for _, stray := range who.Strays() {
			t.Errorf("%s: %s", name, stray)
		}
		for other, source := range p.cast {
			if n := who.Received(source.id).Undecodable; n > 0 {
				t.Errorf("%s got %d frames of %s that cannot be decoded", name, n, other)
			}
		}
	}
}
