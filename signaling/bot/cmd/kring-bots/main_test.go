package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"kring/signaling/bot/stage"
)

// TestFillsARing runs the command against a real server: links on the first line of stdin, then orders, then the end of stdin.
func TestFillsARing(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	dir := t.TempDir()
	binary, err := stage.Build(ctx, dir, false)
	if err != nil {
		t.Fatal(err)
	}
	server, err := stage.Start(ctx, binary, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	l, err := server.Demo(ctx, 2)
	if err != nil {
		t.Fatal(err)
	}
	links, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	in, orders := io.Pipe()
	lines, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, options{links: "-", publish: true, ready: true, fps: 15}, in, out)
		_ = out.Close()
	}()
	said := &listener{t: t, lines: bufio.NewScanner(lines)}
	send := func(format string, args ...any) { fmt.Fprintf(orders, format+"\n", args...) }

	send("%s", links)
	var names []string
	for range 3 {
		joined := said.next("joined")
		if joined.RGB == nil || joined.ToneHz == 0 || joined.ID == "" {
			t.Errorf("joined without a face: %+v", joined)
		}
		names = append(names, joined.Bot)
	}
	send(`{"bot":%q,"command":{"admitAll":{}}}`, names[0])
	if a := said.next("answer"); a.Refusal != "" || a.Revision == 0 || a.Bot != names[0] {
		t.Errorf("admit all was answered %+v", a)
	}
	want := slices.Sorted(slices.Values(names[1:]))
	for heard := false; !heard && ctx.Err() == nil; {
		send(`{"bot":%q,"sense":true}`, names[0])
		s := said.next("sensed")
		heard = slices.Equal(slices.Sorted(slices.Values(s.Heard)), want) && slices.Equal(slices.Sorted(slices.Values(s.Seen)), want)
	}
	send(`{"bot":%q,"command":{"end":{}}}`, names[1])
	if a := said.next("answer"); a.Refusal != "not_allowed" {
		t.Errorf("a member's end was answered %+v", a)
	}
	for order, want := range map[string]string{
		`{"bot":"nobody","sense":true}`:              "no such bot",
		`{"bot":"` + names[1] + `"}`:                 "nothing to do",
		`{"bot":"` + names[1] + `","dance":true}`:    "not a message",
		`{"bot":"` + names[1] + `","connection":""}`: "nothing to do",
	} {
		send("%s", order)
		if e := said.next("error"); !strings.Contains(e.Error, want) {
			t.Errorf("%s was answered %+v", order, e)
		}
	}
	_ = orders.Close()
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-ctx.Done():
		t.Error("it does not end with stdin")
	}
}

// listener reads what the command tells.
type listener struct {
	t     *testing.T
	lines *bufio.Scanner
}

// next is the next line of this event; others are passed over.
func (l *listener) next(event string) told {
	l.t.Helper()
	for l.lines.Scan() {
		var line told
		if err := json.Unmarshal(l.lines.Bytes(), &line); err != nil {
			l.t.Fatalf("%s: %v", l.lines.Text(), err)
		}
		if line.Event == event {
			return line
		}
	}
	l.t.Fatalf("no %q was told", event)
	return told{}
}
