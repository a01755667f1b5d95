package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// benchmark is one line of go test -bench, per operation.
type benchmark struct {
	Package     string  `json:"package"`
	Name        string  `json:"name"`
	Ns          float64 `json:"nsPerOp"`
	Bytes       float64 `json:"bytesPerOp"`
	Allocations float64 `json:"allocationsPerOp"`
}

// goBenchmarks runs every benchmark of the module, one package at a time, so that they do not share the cores.
func goBenchmarks(ctx context.Context) ([]benchmark, error) {
	out, err := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", ".", "-benchmem", "-p", "1", "kring/...").Output()
	if err != nil {
		return nil, fmt.Errorf("go test -bench: %w: %s", err, out)
	}
	return parseBenchmarks(out)
}

// parseBenchmarks reads the format of golang.org/design/14313-benchmark-format: a name, a count, and then values with units.
func parseBenchmarks(out []byte) ([]benchmark, error) {
	var all []benchmark
	pkg := ""
	for line := range bytes.Lines(out) {
		fields := strings.Fields(string(line))
		switch {
		case len(fields) == 2 && fields[0] == "pkg:":
			pkg = fields[1]
		case len(fields) >= 4 && strings.HasPrefix(fields[0], "Benchmark"):
			b := benchmark{Package: pkg, Name: strings.TrimPrefix(fields[0], "Benchmark")}
			if err := b.values(fields[2:]); err != nil {
				return nil, fmt.Errorf("%s: %w", fields[0], err)
			}
			all = append(all, b)
		}
	}
	return all, nil
}

func (b *benchmark) values(fields []string) error {
	for len(fields) >= 2 {
		v, err := strconv.ParseFloat(fields[0], 64)
		if err != nil {
			return err
		}
		switch fields[1] {
		case "ns/op":
			b.Ns = v
		case "B/op":
			b.Bytes = v
		case "allocs/op":
			b.Allocations = v
		}
		fields = fields[2:]
	}
	return nil
}
