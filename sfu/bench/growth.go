package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"kring/sfu/bench/load"
)

// growthRate is how many times the usual packets each sends where there is one room: as many as a layer may have, so that what a
// peer costs by itself does not hide what a packet does. In ten rooms everyone sends a tenth of it.
const growthRate = 3

// growth measures a packet in many rooms.
func growth(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("growth", flag.ContinueOnError)
	name := f.String("sfu", "kring", "`name` of the SFU")
	repeats := f.Int("repeats", 3, "`times` to run each, in turn")
	again := f.Int("again", 2, "`times` to run one again in which others used the machine")
	seconds := f.Float64("seconds", 10, "`length` of the measured window")
	file := f.String("json", "", "`file` for all runs as JSON")
	if err := f.Parse(args); err != nil {
		return err
	}
	r := report{Machine: thisMachine()}
	over := window{warmup: 2 * time.Second, length: time.Duration(*seconds * float64(time.Second))}
	for range *repeats {
		for _, rooms := range []int{1, 10, 50} {
			w := load.Workload{Rooms: rooms, Participants: 8, Rate: growthRate / float64(rooms)}
			fmt.Fprintf(os.Stderr, "%d rooms ... ", rooms)
			one, err := runQuietly(ctx, *name, w, over, *again)
			if err != nil {
				return fmt.Errorf("%d rooms: %w", rooms, err)
			}
			fmt.Fprintf(os.Stderr, "%.2f µs, others %.0f %%\n", one.MicrosPerPacket, 100*one.OthersCore)
			r.Runs = append(r.Runs, one)
		}
	}
	if err := r.writeJSON(*file); err != nil {
		return err
	}
	return r.print(os.Stdout)
}
