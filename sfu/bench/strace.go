package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"kring/sfu/bench/load"
)

// traceLength is how long strace counts.
const traceLength = 2 * time.Second

// callsPerPacket has strace count a process's system calls. It makes them slow, so that only the ratio to what was delivered
// meanwhile tells something.
func callsPerPacket(pid int, crowd *load.Crowd) (n float64, err error) {
	dir, err := os.MkdirTemp("", "kring-bench-strace-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "counts")
	cmd := exec.Command("strace", "-c", "-f", "-q", "-o", file, "-p", strconv.Itoa(pid))
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start strace (is it installed?): %w", err)
	}
	begun := crowd.Totals().Delivered
	time.Sleep(traceLength)
	delivered := crowd.Totals().Delivered - begun
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		return 0, err
	}
	_ = cmd.Wait() // It ends by our signal.
	counts, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	calls, err := totalCalls(string(counts))
	return calls / float64(max(1, delivered)), err
}

// totalCalls reads the last line of strace -c: shares, seconds, microseconds a call, calls, maybe errors, "total".
func totalCalls(counts string) (float64, error) {
	for line := range strings.Lines(counts) {
		if f := strings.Fields(line); len(f) >= 5 && f[len(f)-1] == "total" {
			return strconv.ParseFloat(f[3], 64)
		}
	}
	return 0, errors.New("strace has counted nothing")
}
