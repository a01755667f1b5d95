package bolt

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"kring/signaling/store"
)

// childFile is set for a process that the tests start to kill: TestMain is its main.
const childFile = "KRING_BOLT_TEST_FILE"

func TestMain(m *testing.M) {
	if file := os.Getenv(childFile); file != "" {
		child(file)
		return
	}
	os.Exit(m.Run())
}

// childRooms is how many rooms the child commits to at once.
const childRooms = 8

// child commits to its rooms, appends to a log for each, and says on standard output what was acknowledged, until killed.
func child(file string) {
	s, err := Open(file)
	if err != nil {
		fmt.Println("error", err)
		return
	}
	for i := range childRooms - 1 {
		go childRoom(s, i)
	}
	childRoom(s, childRooms-1)
}

func childRoom(s *Store, i int) {
	ctx, id := context.Background(), roomName(i)
	if err := s.Create(ctx, id, nil); err != nil && !errors.Is(err, store.ErrExists) {
		fmt.Println("error", err)
		return
	}
	doc, err := s.Claim(ctx, id, "n1", time.Minute)
	entries, unread := s.Entries(ctx, id, 1, 1<<20)
	err = errors.Join(err, unread)
	for n := uint64(len(entries)) + 1; err == nil; n++ {
		doc.Revision++
		doc.Body = fmt.Appendf(nil, "%s at %d", id, doc.Revision)
		if err = s.Commit(ctx, id, doc); err != nil {
			break
		}
		if err = s.Append(ctx, id, n, doc.Body); err == nil {
			fmt.Println("done", i, doc.Revision, n) // one write each: whole lines
		}
	}
	fmt.Println("error", err)
}

func roomName(i int) string { return "room-" + strconv.Itoa(i) }

// TestKill: a process is killed in the middle of its commits, five times over one file. Whatever it had acknowledged is
// there, and at most one commit beyond it.
func TestKill(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kring.db")
	for range 5 {
		acked := killed(t, file, 400)
		s, err := Open(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range acked {
			checkRoom(t, s, i, want)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// progress is what a room has acknowledged.
type progress struct{ revision, entries uint64 }

func checkRoom(t *testing.T, s *Store, i int, acked progress) {
	t.Helper()
	doc, err := s.Load(t.Context(), roomName(i))
	if err != nil {
		t.Fatal(err)
	}
	if doc.Revision != acked.revision && doc.Revision != acked.revision+1 {
		t.Errorf("room %d: revision %d stored, %d acknowledged", i, doc.Revision, acked.revision)
	}
	if want := fmt.Sprintf("%s at %d", roomName(i), doc.Revision); string(doc.Body) != want {
		t.Errorf("room %d holds %q, want %q", i, doc.Body, want)
	}
	if last, err := s.Entries(t.Context(), roomName(i), acked.entries, 1); err != nil || len(last) != 1 {
		t.Errorf("room %d: acknowledged entry %d is not there: %v", i, acked.entries, err)
	}
}

// killed lets a child commit until it has acknowledged at least n times, and at least once a room, kills it, and returns what
// was acknowledged.
func killed(t *testing.T, file string, n int) map[int]progress {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFile+"="+file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acked, lines, signalled := map[int]progress{}, bufio.NewReader(out), false
	for count := 0; ; count++ {
		line, err := lines.ReadString('\n')
		if err != nil { // a line that was cut off was not said
			break
		}
		var i int
		var p progress
		if _, err := fmt.Sscanf(line, "done %d %d %d", &i, &p.revision, &p.entries); err != nil {
			t.Fatalf("child says %q", line)
		}
		acked[i] = p
		if !signalled && count >= n && len(acked) == childRooms {
			signalled = true
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("child ended by %v", err)
	}
	return acked
}

func TestSecondProcessRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kring.db")
	s := opened(t, file)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFile+"="+file)
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "another process has it") {
		t.Fatalf("a second process says %q, %v", out, err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestNotOurs(t *testing.T) {
	dir := t.TempDir()
	for what, make := range map[string]func(file string) error{
		"text": func(file string) error {
			return os.WriteFile(file, []byte(strings.Repeat("not a database ", 1000)), 0o600)
		},
		"another schema": func(file string) error { return putRaw(file, metaBucket, string(schemaKey), []byte("kring-99")) },
		"a directory":    func(file string) error { return os.Mkdir(file, 0o700) },
	} {
		t.Run(what, func(t *testing.T) {
			file := filepath.Join(dir, what)
			if err := make(file); err != nil {
				t.Fatal(err)
			}
			if s, err := Open(file); err == nil {
				t.Fatal("opened", s.Close())
			} else if !strings.Contains(err.Error(), file) {
				t.Errorf("the error does not name the file: %v", err)
			}
		})
	}
}

// putRaw writes a value as no Store would.
func putRaw(file string, bucket []byte, key string, value []byte) error {
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{Timeout: lockWait})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(bucket)
		if err != nil {
			return err
		}
		return b.Put([]byte(key), value)
	})
	return errors.Join(err, db.Close())
}

// TestDamagedValue: a value that cannot be read is an error for whoever wants it and for nobody else, and stays.
func TestDamagedValue(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kring.db")
	for _, key := range []string{"r", "s"} {
		if err := putRaw(file, roomsBucket, key, binary.AppendUvarint([]byte{form}, 7)); err != nil {
			t.Fatal(err)
		}
	}
	s := opened(t, file)
	if err := s.db.Update(s.sweepOnce); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), "r"); !errors.Is(err, errEnvelope) {
		t.Errorf("load of a damaged room: %v", err)
	}
	if err := s.Create(t.Context(), "r", nil); !errors.Is(err, errEnvelope) {
		t.Errorf("create over a damaged room: %v", err)
	}
	if err := s.Create(t.Context(), "other", nil); err != nil {
		t.Error(err)
	}
}

// clock is set by a test and read by the sweeper too.
type clock struct{ atomic.Int64 }

func (c *clock) read() time.Time      { return time.Unix(1, c.Load()) }
func (c *clock) pass(d time.Duration) { c.Add(int64(d)) }

// TestSweep: what has expired leaves the file, and nothing else does.
func TestSweep(t *testing.T) {
	var now clock
	s, err := open(filepath.Join(t.TempDir(), "kring.db"), now.read)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for i := range 100 {
		life := time.Duration(i%2) * time.Hour // every second one for ever
		if _, err := s.Put(t.Context(), store.KindGroup, strconv.Itoa(i), store.Record{}, life); err != nil {
			t.Fatal(err)
		}
	}
	now.pass(time.Hour)
	if err := s.db.Update(s.sweepOnce); err != nil {
		t.Fatal(err)
	}
	left := 0
	err = s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(recordsBucket).ForEach(func(_, _ []byte) error { left++; return nil })
	})
	if err != nil || left != 50 {
		t.Errorf("%d records left, want 50: %v", left, err)
	}
}

// TestBoundaries: a lease and a life end at their last nanosecond, not before.
func TestBoundaries(t *testing.T) {
	var now clock
	s, err := open(filepath.Join(t.TempDir(), "kring.db"), now.read)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Create(t.Context(), "r", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Claim(t.Context(), "r", "n1", time.Second); err != nil {
		t.Fatal(err)
	}
	now.pass(time.Second - 1)
	if _, err := s.Claim(t.Context(), "r", "n2", time.Second); err != store.ErrHeld {
		t.Fatalf("a nanosecond too early: %v", err)
	}
	now.pass(1)
	if _, err := s.Claim(t.Context(), "r", "n2", time.Second); err != nil {
		t.Fatalf("in time: %v", err)
	}
	if err := s.Expire(t.Context(), "r", time.Second); err != nil {
		t.Fatal(err)
	}
	now.pass(time.Second - 1)
	if _, err := s.Load(t.Context(), "r"); err != nil {
		t.Fatalf("a nanosecond before its end: %v", err)
	}
	now.pass(1)
	if _, err := s.Load(t.Context(), "r"); err != store.ErrNotFound {
		t.Fatalf("at its end: %v", err)
	}
}

// TestHangingDisk: while no write gets on, a caller waits no longer than its context, and knows that it does not know. What
// was on its way is done later, with the bytes that it began with.
func TestHangingDisk(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "kring.db"))
	hang, err := s.db.Begin(true) // bbolt has one writer at a time
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	body := []byte("begun")
	if err := s.Create(ctx, "r", body); !errors.Is(err, store.ErrUnknown) {
		t.Fatalf("got %v, want %v", err, store.ErrUnknown)
	}
	clear(body)
	if _, err := s.Load(t.Context(), "r"); err != store.ErrNotFound {
		t.Fatalf("reading goes on, and finds %v", err)
	}
	if err := hang.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Create(t.Context(), "r", nil); err != store.ErrExists {
		t.Fatalf("after it, %v", err)
	}
	if doc, err := s.Load(t.Context(), "r"); err != nil || string(doc.Body) != "begun" {
		t.Fatalf("stored %q, %v", doc.Body, err)
	}
}

// TestCloseWaits: Close returns when the writes under way are done, and none begins after it.
func TestCloseWaits(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kring.db")
	s := opened(t, file)
	const writers = 16
	acked := make(chan int, writers)
	for i := range writers {
		go func() {
			n := 0
			for ; s.Create(context.Background(), fmt.Sprintf("r-%d-%d", i, n), nil) == nil; n++ {
				if n == 0 {
					acked <- -1
				}
			}
			acked <- n
		}()
	}
	<-acked
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	total := 0
	for ended := 0; ended < writers; {
		if n := <-acked; n >= 0 {
			total, ended = total+n, ended+1
		}
	}
	stored := 0
	again := opened(t, file)
	err := again.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(roomsBucket).ForEach(func(_, _ []byte) error { stored++; return nil })
	})
	if err != nil || stored != total {
		t.Fatalf("%d rooms stored, %d acknowledged: %v", stored, total, err)
	}
}
