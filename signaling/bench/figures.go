package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// report is what is printed.
type report struct {
	Machine    machine     `json:"machine"`
	Figures    []figure    `json:"figures"`
	Benchmarks []benchmark `json:"benchmarks"`
}

// machine is what the figures depend on most.
type machine struct {
	CPU   string `json:"cpu"`
	Cores int    `json:"cores"`
	Go    string `json:"go"`
	OS    string `json:"os"`
	// Load is how many tasks ran or waited to run over the last minute when the bots began: with make bench, those of the browser's
	// figures are among them. Far above the cores, others were at work, and the times are theirs too.
	Load float64 `json:"load"`
}

// figure is one measurement: milliseconds, except where Unit says otherwise. Goal is one or more of "p50 100", with commas, and
// empty where there is none. Figures of a browser come from web/e2e/bench, in this shape.
type figure struct {
	Name string  `json:"name"`
	Unit string  `json:"unit"`
	N    int     `json:"n"`
	P50  float64 `json:"p50"`
	P95  float64 `json:"p95"`
	P99  float64 `json:"p99"`
	Max  float64 `json:"max"`
	Goal string  `json:"goal,omitempty"`
	// Missed are the parts of the goal that were not reached.
	Missed []string `json:"missed,omitempty"`
}

// times makes a figure of durations. A percentile is the nearest rank.
func times(name, goal string, d []time.Duration) figure {
	slices.Sort(d)
	at := func(percent int) float64 {
		if len(d) == 0 {
			return 0
		}
		rank := (len(d)*percent + 99) / 100
		return float64(d[rank-1].Microseconds()) / 1000
	}
	return figure{Name: name, Unit: "ms", N: len(d), P50: at(50), P95: at(95), P99: at(99), Max: at(100), Goal: goal}
}

// count makes a figure of a number that should be as the goal says.
func count(name, goal string, n int) figure {
	v := float64(n)
	return figure{Name: name, Unit: "count", N: 1, P50: v, P95: v, P99: v, Max: v, Goal: goal}
}

// judge notes what was missed of the goal.
func (f *figure) judge() error {
	if f.Goal == "" {
		return nil
	}
	values := map[string]float64{"p50": f.P50, "p95": f.P95, "p99": f.P99, "max": f.Max}
	for part := range strings.SplitSeq(f.Goal, ", ") {
		which, limit, _ := strings.Cut(part, " ")
		most, err := strconv.ParseFloat(limit, 64)
		value, known := values[which]
		if err != nil || !known {
			return fmt.Errorf("%s: %q is no goal", f.Name, f.Goal)
		}
		if value > most {
			f.Missed = append(f.Missed, part)
		}
	}
	return nil
}

func thisMachine() machine {
	return machine{
		CPU: cpuName(), Cores: runtime.NumCPU(), Go: runtime.Version(), OS: runtime.GOOS + "/" + runtime.GOARCH, Load: load(),
	}
}

// load is the average of the last minute where Linux tells it, else 0.
func load() float64 {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	minute, _, _ := strings.Cut(string(data), " ")
	v, _ := strconv.ParseFloat(minute, 64)
	return v
}

// cpuName is the processor's name where Linux tells it.
func cpuName() string {
	data, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(data)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// print shows tables, and leaves JSON in file, or after the tables if file is empty.
func (r report) print(out io.Writer, file string) error {
	m := r.Machine
	fmt.Fprintf(out, "%s, %d cores with a load of %.1f, %s, %s\n\n", m.CPU, m.Cores, m.Load, m.Go, m.OS)
	if err := errors.Join(r.printFigures(out), r.printBenchmarks(out)); err != nil {
		return err
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if file != "" {
		return os.WriteFile(file, append(data, '\n'), 0o644)
	}
	_, err = fmt.Fprintf(out, "\n%s\n", data)
	return err
}

func (r report) printFigures(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\tunit\tn\tp50\tp95\tp99\tmax\tgoal\tmissed\t")
	for _, f := range r.Figures {
		missed := strings.Join(f.Missed, ", ")
		fmt.Fprintf(table, "%s\t%s\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%s\t%s\t\n", f.Name, f.Unit, f.N, f.P50, f.P95, f.P99, f.Max, f.Goal, missed)
	}
	return table.Flush()
}

func (r report) printBenchmarks(out io.Writer) error {
	if len(r.Benchmarks) == 0 {
		return nil
	}
	fmt.Fprintln(out)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\tµs/op\tB/op\tallocs/op\t")
	for _, b := range r.Benchmarks {
		name := strings.TrimPrefix(b.Package, "kring/") + " " + b.Name
		fmt.Fprintf(table, "%s\t%.2f\t%.0f\t%.0f\t\n", name, b.Ns/1000, b.Bytes, b.Allocations)
	}
	return table.Flush()
}
