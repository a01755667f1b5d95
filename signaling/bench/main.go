// Command bench measures what people wait for, with real servers, a real Redis, and bots for people: from a command to the
// last of ten screens, and from a command to the first new picture of a circle move. It prints a table and JSON, and names the
// machine: absolute times vary from one to another.
//
// Everything runs on one machine, so the bots' work is in the figures too. It judges nothing: no test depends on a time.
package main

import (
	"context"
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
	commands, moves int
	json            string
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
	return r.print(os.Stdout, o.json)
}

// onStage runs f with a server of its own over the named store.
func onStage(ctx context.Context, binary, store string, f func(*stage.Server) error) (err error) {
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
	s, err := stage.Start(ctx, binary, dir, redis)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	return f(s)
}
