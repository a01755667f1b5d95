package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kring/sfu/bench/load"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is when a test gives up on what it waits for.
const patience = 30 * time.Second

// crowd fills an SFU that is served by this process.
func crowd(t *testing.T, under served, w load.Workload) (context.Context, *load.Crowd) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	s := httptest.NewServer(handler(under))
	t.Cleanup(func() {
		s.Close()
		if err := under.close(); err != nil {
			t.Error(err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	_, two := under.(*plain)
	c, err := load.Fill(ctx, w, httpDoor{url: s.URL, two: two})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return ctx, c
}

func ours(t *testing.T, transport string) served {
	t.Helper()
	k, err := newKring("127.0.0.1:0", transport)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestEverybodyReceivesEverybody(t *testing.T) {
	for name, c := range map[string]struct {
		under served
		load  load.Workload
	}{
		"one layer":        {ours(t, "lite"), load.Workload{Rooms: 2, Participants: 3}},
		"simulcast":        {ours(t, "lite"), load.Workload{Rooms: 2, Participants: 3, Simulcast: true}},
		"on pion":          {ours(t, "pion"), load.Workload{Rooms: 2, Participants: 3}},
		"in the plain one": {newPlain(), load.Workload{Rooms: 2, Participants: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, c := crowd(t, c.under, c.load)
			if err := c.Receive(ctx, 200); err != nil {
				t.Fatal(err)
			}
			if totals := c.Totals(); totals.Broken > 0 || totals.Delivered > totals.Expected {
				t.Errorf("%+v", totals)
			}
			if d := c.Delays(); len(d) == 0 || d[0] <= 0 {
				t.Errorf("one-way times %v", d)
			}
		})
	}
}

func TestWhatIsLostIsRepaired(t *testing.T) {
	ctx, c := crowd(t, ours(t, "lite"), load.Workload{Rooms: 1, Participants: 3, Loss: 0.05})
	if err := c.Receive(ctx, 500); err != nil {
		t.Fatal(err)
	}
	if totals := c.Totals(); totals.Repaired == 0 || totals.Broken > 0 {
		t.Errorf("%+v", totals)
	}
}
