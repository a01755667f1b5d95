// Command bench measures what an SFU spends on a packet, beside others in the same run.
//
//	bench run      loads SFUs, each in a process of its own, in turn: kring (ours; kring-pion is ours on its other transport),
//	               plain (the least SFU on Pion's PeerConnection), janus (Debian's, VideoRoom), and limit (what sealing and
//	               sending alone cost)
//	bench joins    what a join and an idle peer cost ours, and what 200 joins in 10 s do to a room under load
//	bench growth   what a packet costs ours in 1, 10 and 50 rooms at the same total rate
//	bench limit    sealing and sending alone, in each way that the system has
//	bench sfu      serves ours over HTTP on loopback, until its standard input ends
//	bench plain    serves the plain one
//
// -help after a command lists its flags. make bench-sfu builds it, runs the first with N = 3, 10 and 20, and leaves all runs in
// bin/bench-sfu.json; BENCH_SECONDS=4 BENCH_REPEATS=1 BENCH_AGAIN=0 make bench-sfu is for trying.
//
// The workload: N participants a room publish and receive everyone else. A camera sends VP8, 100 packets a second in 25 bursts of
// 4, of 1,100 bytes; a microphone Opus, 50 a second of 80. A key frame comes at the start, each 10 s, and when it is asked for.
//
// What is measured: user and system time of all threads of the SFU's process (/proc) over a window, divided by the packets that
// receivers counted in it; the time from before a sender's sealing to the return of a receiver's read call; memory as the kernel
// counts it; allocations as Go counts them. The generator runs on the same machine: on loopback the kernel runs a datagram's
// way into the receiver inside the sender's system call, so the SFU pays for waking the receivers too. System calls, with -strace,
// are counted after the window, for it makes a process slow. Others is the time that
// all other processes used in the window; a run in which they used much is repeated.
//
// Janus gathers no loopback candidates, so it gets the address of an interface that is made for the run and removed after it,
// which needs root; it is left out where that, or Janus, is missing, and the output says so.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = "bench run|joins|growth|limit|sfu|plain [flags]"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	switch name, rest := args[0], args[1:]; name {
	case "run":
		return compare(ctx, rest)
	case "joins":
		return joins(ctx, rest)
	case "growth":
		return growth(ctx, rest)
	case "limit":
		return limit(rest)
	case "sfu":
		return serveKring(ctx, rest)
	case "plain":
		return servePlain(ctx, rest)
	default:
		return fmt.Errorf("no command %q: %s", name, usage)
	}
}
