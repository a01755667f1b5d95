package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"kring/sfu/bench/load"
)

// report is what bench run prints.
type report struct {
	Machine machine   `json:"machine"`
	Rows    []summary `json:"rows"`
	Runs    []result  `json:"runs"`
	Skipped []string  `json:"skipped,omitempty"` // what was left out, and why
}

// summary is the runs of one SFU under one workload.
type summary struct {
	SFU      string        `json:"sfu"`
	Workload load.Workload `json:"workload"`
	Runs     int           `json:"runs"`

	MicrosPerPacket spread  `json:"microsPerPacket"`
	PerSecond       spread  `json:"perSecond"`
	Share           spread  `json:"share"`
	FullSockets     spread  `json:"fullSockets"`
	P50Ms           spread  `json:"p50Ms"`
	P99Ms           spread  `json:"p99Ms"`
	RSSMiB          spread  `json:"rssMiB"`
	PeakMiB         spread  `json:"peakMiB"`
	Allocations     *spread `json:"allocations,omitempty"`
	Calls           *spread `json:"calls,omitempty"`
	SFUCore         spread  `json:"sfuCore"`
	GeneratorCore   spread  `json:"generatorCore"`
	OthersCore      spread  `json:"othersCore"`
}

// spread is the median of some runs, and their extremes.
type spread struct {
	Median float64 `json:"median"`
	Least  float64 `json:"least"`
	Most   float64 `json:"most"`
}

func spreadOf(runs []result, of func(result) float64) spread {
	var all []float64
	for _, r := range runs {
		all = append(all, of(r))
	}
	slices.Sort(all)
	n := len(all)
	return spread{Median: (all[(n-1)/2] + all[n/2]) / 2, Least: all[0], Most: all[n-1]}
}

// summarize puts the runs of each SFU and workload together, in the order in which they first came.
func summarize(runs []result) (rows []summary) {
	type key struct {
		sfu string
		w   load.Workload
	}
	var order []key
	groups := map[key][]result{}
	for _, r := range runs {
		k := key{r.SFU, r.Workload}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], r)
	}
	for _, k := range order {
		rows = append(rows, summarizeOne(groups[k]))
	}
	return rows
}

func summarizeOne(g []result) summary {
	s := summary{
		SFU: g[0].SFU, Workload: g[0].Workload, Runs: len(g),
		MicrosPerPacket: spreadOf(g, func(r result) float64 { return r.MicrosPerPacket }),
		PerSecond:       spreadOf(g, func(r result) float64 { return float64(r.Delivered) / max(r.Seconds, 0.001) }),
		Share:           spreadOf(g, func(r result) float64 { return r.Share }),
		FullSockets:     spreadOf(g, func(r result) float64 { return float64(r.FullSockets) }),
		P50Ms:           spreadOf(g, func(r result) float64 { return r.P50Ms }),
		P99Ms:           spreadOf(g, func(r result) float64 { return r.P99Ms }),
		RSSMiB:          spreadOf(g, func(r result) float64 { return r.RSSMiB }),
		PeakMiB:         spreadOf(g, func(r result) float64 { return r.PeakMiB }),
		SFUCore:         spreadOf(g, func(r result) float64 { return r.SFUCore }),
		GeneratorCore:   spreadOf(g, func(r result) float64 { return r.GeneratorCore }),
		OthersCore:      spreadOf(g, func(r result) float64 { return r.OthersCore }),
	}
	s.Allocations = spreadOfKnown(g, func(r result) *float64 { return r.Allocations })
	s.Calls = spreadOfKnown(g, func(r result) *float64 { return r.Calls })
	return s
}

// spreadOfKnown is nil where the figure is not known.
func spreadOfKnown(g []result, of func(result) *float64) *spread {
	if of(g[0]) == nil {
		return nil
	}
	s := spreadOf(g, func(r result) float64 { return *of(r) })
	return &s
}

// writeJSON summarizes, and leaves all in a file if one is named.
func (r *report) writeJSON(file string) error {
	r.Rows = summarize(r.Runs)
	if file == "" {
		return nil
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}

// print prints tables in Markdown: first the time of a packet by SFU and size, then everything.
func (r *report) print(out io.Writer) error {
	w := &strings.Builder{}
	fmt.Fprintf(w, "%s\n\n", r.Machine)
	for _, s := range r.Skipped {
		fmt.Fprintf(w, "Left out: %s\n\n", s)
	}
	r.printTimes(w)
	r.printRows(w)
	_, err := io.WriteString(out, w.String())
	return err
}

// printTimes has a line for each SFU and a column for each workload. Medians, with the least and the most in parentheses.
func (r *report) printTimes(w *strings.Builder) {
	var sfus []string
	var columns []load.Workload
	cells := map[string]map[load.Workload]string{}
	for _, s := range r.Rows {
		if cells[s.SFU] == nil {
			sfus, cells[s.SFU] = append(sfus, s.SFU), map[load.Workload]string{}
		}
		if !slices.Contains(columns, s.Workload) {
			columns = append(columns, s.Workload)
		}
		m := s.MicrosPerPacket
		cells[s.SFU][s.Workload] = fmt.Sprintf("%.2f (%.2f-%.2f)", m.Median, m.Least, m.Most)
	}
	fmt.Fprint(w, "| µs CPU per delivered packet |")
	for _, c := range columns {
		if c.Rooms > 1 {
			fmt.Fprintf(w, " %d rooms,", c.Rooms)
		}
		fmt.Fprintf(w, " N=%d |", c.Participants)
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(columns)))
	for _, name := range sfus {
		fmt.Fprintf(w, "| %s |", name)
		for _, c := range columns {
			fmt.Fprintf(w, " %s |", cells[name][c])
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
	if cells["limit"] != nil {
		fmt.Fprint(w, "limit is sealing and sending alone, to N-1 receivers, without receiving anything.\n\n")
	}
}

func (r *report) printRows(w *strings.Builder) {
	fmt.Fprintln(w, "| SFU | rooms x N | µs | delivered/s | delivered % | full sockets | p50 ms | p99 ms | RSS MiB | peak MiB | allocations | calls | SFU core % | generator % | others % |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, s := range r.Rows {
		if s.SFU == "limit" {
			continue
		}
		fmt.Fprintf(w, "| %s | %d x %d | %.2f | %.0f | %.3f | %.0f | %.2f | %.2f | %.0f | %.0f | %s | %s | %.0f | %.0f | %.0f |\n",
			s.SFU, s.Workload.Rooms, s.Workload.Participants, s.MicrosPerPacket.Median, s.PerSecond.Median, 100*s.Share.Median, s.FullSockets.Median,
			s.P50Ms.Median, s.P99Ms.Median, s.RSSMiB.Median, s.PeakMiB.Median, known(s.Allocations), known(s.Calls),
			100*s.SFUCore.Median, 100*s.GeneratorCore.Median, 100*s.OthersCore.Median)
	}
}

func known(s *spread) string {
	if s == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f", s.Median)
}
