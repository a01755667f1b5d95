// Command bench measures what people wait for, with real servers, a real Redis, and bots for people: from a command to the
// last of ten screens, the same where two hundred rooms share a core, and from a command to the first new picture of a circle
// move. It prints these beside the figures of a
// browser (web/e2e/bench) and the benchmarks of all packages, as tables and as JSON, and names the machine: absolute times vary
// from one to another.
//
// Everything runs on one machine, so the bots' work is in the figures too. What missed its goal is marked and fails nothing: no
// test depends on a time.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"kring/signaling/bot/stage"
)

func main() {
	var o options
	flag.IntVar(&o.commands, "commands", 300, "`number` of commands to measure on each store")
	flag.IntVar(&o.moves, "moves", 50, "`number` of circle moves to measure")
	flag.IntVar(&o.rooms, "rooms", 200, "`number` of rooms of twelve that share a core; 0 measures none")
	flag.StringVar(&o.browser, "browser", "", "`file` with the figures of web/e2e/bench, printed before the others")
	flag.BoolVar(&o.benchmarks, "benchmarks", true, "run the benchmarks of all packages too")
	flag.StringVar(&o.json, "json", "", "`file` for the figures as JSON; empty prints them after the table")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	commands, moves, rooms int
	benchmarks             bool
	browser, json          string
}

func run(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "kring-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary, err := stage.Build(ctx, dir, false)
	if err != nil {
		return err
	}
	r := report{Machine: thisMachine()}
	if r.Figures, err = browserFigures(o.browser); err != nil {
		return fmt.Errorf("figures of the browser: %w", err)
	}
	for _, store := range []string{"bolt", "redis"} {
		err := onStage(ctx, binary, store, func(s *stage.Server) error {
			figures, err := screens(ctx, s, store, o.commands)
			r.Figures = append(r.Figures, figures...)
			return err
		})
		if err != nil {
			return fmt.Errorf("screens on %s: %w", store, err)
		}
	}
	err = onStage(ctx, binary, "redis", func(s *stage.Server) error {
		figures, err := moves(ctx, s, o.moves)
		r.Figures = append(r.Figures, figures...)
		return err
	})
	if err != nil {
		return fmt.Errorf("circle moves: %w", err)
	}
	figures, err := crowd(ctx, binary, o.rooms)
	if err != nil {
		return fmt.Errorf("crowd: %w", err)
	}
	r.Figures = append(r.Figures, figures...)
	if o.benchmarks {
		if r.Benchmarks, err = goBenchmarks(ctx); err != nil {
			return err
		}
	}
	for i := range r.Figures {
		if err := r.Figures[i].judge(); err != nil {
			return err
		}
	}
	return r.print(os.Stdout, o.json)
}

// browserFigures reads what web/e2e/bench has left; without a file there are none.
func browserFigures(file string) (figures []figure, err error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(data, &figures)
	return figures, err
}

// onStage runs f with a server of its own over the named store, with this environment besides.
func onStage(ctx context.Context, binary, store string, f func(*stage.Server) error, env ...string) (err error) {
	dir, err := os.MkdirTemp("", "kring-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var redis *stage.Redis
	if store == "redis" {
		if redis, err = stage.StartRedis(ctx, dir); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, redis.Stop()) }()
	}
	s, err := stage.Start(ctx, binary, dir, redis, env...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	return f(s)
}
