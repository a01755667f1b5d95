package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report is what is printed.
type report struct {
	Machine machine  `json:"machine"`
	Figures []figure `json:"figures"`
}

// machine is what the figures depend on most.
type machine struct {
	CPU   string `json:"cpu"`
	Cores int    `json:"cores"`
	Go    string `json:"go"`
	OS    string `json:"os"`
}

// figure is one measurement: milliseconds, except where Unit says otherwise. Goal is 0 where there is none.
type figure struct {
	Name string  `json:"name"`
	Unit string  `json:"unit"`
	N    int     `json:"n"`
	P50  float64 `json:"p50"`
	P95  float64 `json:"p95"`
	P99  float64 `json:"p99"`
	Max  float64 `json:"max"`
	Goal string  `json:"goal,omitempty"`
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

func thisMachine() machine {
	return machine{CPU: cpuName(), Cores: runtime.NumCPU(), Go: runtime.Version(), OS: runtime.GOOS + "/" + runtime.GOARCH}
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

func (r report) print(out io.Writer, file string) error {
	fmt.Fprintf(out, "%s, %d cores, %s, %s\n\n", r.Machine.CPU, r.Machine.Cores, r.Machine.Go, r.Machine.OS)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\tunit\tn\tp50\tp95\tp99\tmax\tgoal\t")
	for _, f := range r.Figures {
		fmt.Fprintf(table, "%s\t%s\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%s\t\n", f.Name, f.Unit, f.N, f.P50, f.P95, f.P99, f.Max, f.Goal)
	}
	if err := table.Flush(); err != nil {
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
