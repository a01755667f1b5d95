package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"kring/sfu/bench/load"
)

// maxOthers is the share of a core that other processes may use in a run; one in which they used more is made again.
const maxOthers = 0.15

// comparison is the flags of bench run.
type comparison struct {
	sfus    []string
	sizes   []int
	load    load.Workload
	repeats int
	again   int
	window  window
	json    string
}

func readComparison(args []string) (c comparison, err error) {
	f := flag.NewFlagSet("run", flag.ContinueOnError)
	sfus := f.String("sfus", "kring,plain,janus,limit", "which to run, `names` with commas")
	sizes := f.String("n", "3,10,20", "participants of a room, `numbers` with commas")
	f.IntVar(&c.load.Rooms, "rooms", 1, "`number` of rooms")
	f.Float64Var(&c.load.Rate, "rate", 1, "`times` the usual packets a second; our SFU lets no layer have more than 3 Mbit/s")
	f.BoolVar(&c.load.Simulcast, "simulcast", false, "cameras send a second, low layer")
	f.Float64Var(&c.load.Loss, "loss", 0, "`share` of packets to lose, each way; receivers then ask for them")
	f.IntVar(&c.repeats, "repeats", 3, "`times` to run each, in turn")
	f.IntVar(&c.again, "again", 2, "`times` to run one again in which others used the machine")
	seconds := f.Float64("seconds", 10, "`length` of the measured window")
	f.DurationVar(&c.window.warmup, "warmup", 2*time.Second, "`time` between full delivery and the window")
	f.StringVar(&c.window.profile, "cpuprofile", "", "`file` for a CPU profile of the last window of an SFU in Go")
	f.BoolVar(&c.window.strace, "strace", false, "count system calls after each window, by strace")
	f.StringVar(&c.json, "json", "", "`file` for all runs as JSON")
	if err := f.Parse(args); err != nil {
		return c, err
	}
	c.sfus, c.window.length = strings.Split(*sfus, ","), time.Duration(*seconds*float64(time.Second))
	for s := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 2 || n > 40 {
			return c, fmt.Errorf("%q participants: 2 to 40", s)
		}
		c.sizes = append(c.sizes, n)
	}
	return c, nil
}

// compare runs each SFU in turn, each run in a process of its own, so that what the machine does meanwhile meets them all.
func compare(ctx context.Context, args []string) error {
	c, err := readComparison(args)
	if err != nil {
		return err
	}
	r := report{Machine: thisMachine()}
	for repeat := range c.repeats {
		for _, n := range c.sizes {
			for _, name := range c.sfus {
				if r.leftOut(name) {
					continue
				}
				w := c.load
				w.Participants = n
				fmt.Fprintf(os.Stderr, "repeat %d of %d: %s, N=%d ... ", repeat+1, c.repeats, name, n)
				one, err := runQuietly(ctx, name, w, c.window, c.again)
				var skip skipped
				switch {
				case errors.As(err, &skip):
					r.Skipped = append(r.Skipped, name+": "+err.Error())
				case err != nil:
					return fmt.Errorf("%s, N=%d: %w", name, n, err)
				default:
					r.Runs = append(r.Runs, one)
				}
				fmt.Fprintf(os.Stderr, "%.2f µs, others %.0f %%\n", one.MicrosPerPacket, 100*one.OthersCore)
			}
		}
	}
	if err := r.writeJSON(c.json); err != nil {
		return err
	}
	return r.print(os.Stdout)
}

// runQuietly repeats a run while others use the machine. The last one counts, whatever it was.
func runQuietly(ctx context.Context, name string, w load.Workload, over window, again int) (r result, err error) {
	for range 1 + again {
		if r, err = run(ctx, name, w, over); err != nil || r.OthersCore <= maxOthers {
			return r, err
		}
	}
	return r, nil
}

func run(ctx context.Context, name string, w load.Workload, over window) (r result, err error) {
	if name == "limit" {
		return limitRun(w, over)
	}
	u, err := startUnder(ctx, name)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, u.stop()) }()
	return measure(ctx, u, w, over)
}

func (r *report) leftOut(name string) bool {
	return slices.ContainsFunc(r.Skipped, func(s string) bool { return strings.HasPrefix(s, name+":") })
}
