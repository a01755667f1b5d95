package live

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kring/facilitation"
	"kring/signaling/bot"
	"kring/signaling/store/redis"
)

// TestForgets: what a member writes, and where they say they are, is nowhere on the disk, neither in the database nor in Redis's append-only file, and is there
// again after the server was killed. Once the session is over its key is gone, and with it whatever a copy of the disk could tell.
func TestForgets(t *testing.T) {
	const secret, place = "Zeewierkoekjes met mosterd", "Achter de molen, 3 hoog"
	onBoth(t, func(t *testing.T, r *room) {
		people := r.fill(2)
		anna, ben := people[0], people[1]
		r.ok(ben, facilitation.Command{SideMessage: &facilitation.Text{Text: secret}})
		r.post(http.MethodPut, "/api/card", r.links.Members[0].URL, fmt.Sprintf(`,"card":{"place":%q,"phone":"","contact":"","atMs":0}`, place))
		where := fmt.Sprintf(`,"participant":%q`, ben.ID())
		if got := r.post(http.MethodPost, "/api/cards", r.links.Staff[0], where); !strings.Contains(got, place) {
			t.Errorf("the therapist reads %s", got)
		}
		if !r.onDisk(ben.Name()) {
			t.Fatal("not even a name is on the disk: the test looks in the wrong place")
		}
		for _, text := range []string{secret, place, "card_read"} {
			if r.onDisk(text) {
				t.Errorf("%q is on the disk in clear", text)
			}
		}
		r.crash()
		r.until(anna, "the message is there again", func(v facilitation.View) bool {
			return len(v.Messages) == 1 && v.Messages[0].Text == secret
		})
		if r.roomKeys() != 1 {
			t.Errorf("%d keys of a room that is open", r.roomKeys())
		}
		r.ok(anna, facilitation.Command{End: &facilitation.Empty{}})
		r.happens(ben, bot.EventClosed, 0)
		for r.roomKeys() != 0 { // the room goes once its end is stored
			r.must(r.ctx.Err())
		}
		for _, text := range []string{secret, place} {
			if r.onDisk(text) || strings.Contains(r.server.Log(), text) {
				t.Errorf("%q is on the disk or in the log after the end", text)
			}
		}
		if got := r.post(http.MethodPost, "/api/cards", r.links.Staff[0], where); !strings.Contains(got, place) {
			t.Errorf("just after the end the therapist reads %s", got)
		}
	})
}

// post makes a call by a personal link, with more fields in its body, and returns the answer.
func (r *room) post(method, path, link, more string) string {
	r.t.Helper()
	_, capability, _ := strings.Cut(link, "#c=")
	body := fmt.Sprintf(`{"capability":%q%s}`, capability, more)
	req, err := http.NewRequestWithContext(r.ctx, method, r.server.Public+path, strings.NewReader(body))
	r.must(err)
	req.Header.Set("Origin", r.server.Public)
	resp, err := http.DefaultClient.Do(req)
	r.must(err)
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	r.must(err)
	if resp.StatusCode != http.StatusOK {
		r.t.Fatalf("%s: %d %s", path, resp.StatusCode, answer)
	}
	return string(answer)
}

// onDisk reports whether a file of the server's or of Redis's holds a text.
func (r *room) onDisk(text string) bool {
	r.t.Helper()
	found := false
	r.must(filepath.WalkDir(r.dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		found = found || bytes.Contains(data, []byte(text))
		return err
	}))
	return found
}

// roomKeys counts the keys of rooms. The test knows no session's id: Redis says by its append-only file which there have been.
func (r *room) roomKeys() int {
	r.t.Helper()
	if r.redis == nil {
		files, err := filepath.Glob(filepath.Join(r.dir, "kring.db.keys", "key-room-*"))
		r.must(err)
		return len(files)
	}
	db, err := redis.Open(r.ctx, r.redis.URL(), slog.New(slog.DiscardHandler))
	r.must(err)
	defer func() { r.check(db.Close()) }()
	living := 0
	for _, id := range r.sessions() {
		if _, err := db.Key(context.Background(), "room-"+id); err == nil {
			living++
		}
	}
	return living
}

// sessions are the ids that the append-only file has rooms of.
func (r *room) sessions() []string {
	files, err := filepath.Glob(filepath.Join(r.dir, "appendonlydir", "*.incr.aof"))
	r.must(err)
	seen := map[string]bool{}
	var ids []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		r.must(err)
		for _, part := range strings.Split(string(data), "kring:room:{")[1:] {
			if id, _, ok := strings.Cut(part, "}"); ok && !seen[id] {
				seen[id], ids = true, append(ids, id)
			}
		}
	}
	return ids
}
