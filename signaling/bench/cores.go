package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// keepOn keeps all threads of a process on these cores, where taskset is there to do so and there are cores to choose from.
func keepOn(ctx context.Context, pid, first, last int) error {
	taskset, err := exec.LookPath("taskset")
	if err != nil || runtime.NumCPU() == 1 {
		return nil
	}
	cores := fmt.Sprintf("%d-%d", first, last)
	if out, err := exec.CommandContext(ctx, taskset, "-acp", cores, strconv.Itoa(pid)).CombinedOutput(); err != nil {
		return fmt.Errorf("taskset: %w: %s", err, out)
	}
	return nil
}

// cpu is the time that a process has used, its own and the system's for it, where Linux tells it, else 0.
func cpu(pid int) time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(data), ") ") // proc(5): the name may hold spaces; utime and stime are fields 14 and 15
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on all that Go runs on
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}
