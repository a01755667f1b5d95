package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of times in /proc: USER_HZ is 100 on all of Go's Linux.
const clockTick = 10 * time.Millisecond

// cpuTime is the user and system time of all threads of a process, proc_pid_stat(5).
func cpuTime(pid int) (time.Duration, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name, in parentheses, may hold anything.
	f := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
	const utime, stime = 14 - 3, 15 - 3
	if len(f) <= stime {
		return 0, fmt.Errorf("/proc/%d/stat is short", pid)
	}
	user, userErr := strconv.ParseInt(string(f[utime]), 10, 64)
	system, systemErr := strconv.ParseInt(string(f[stime]), 10, 64)
	if userErr != nil || systemErr != nil {
		return 0, fmt.Errorf("/proc/%d/stat has no times", pid)
	}
	return time.Duration(user+system) * clockTick, nil
}

// otherTimes are the times of all processes but some. One that ends before it is read again is missed.
func otherTimes(but ...int) map[int]time.Duration {
	times := map[int]time.Duration{}
	entries, _ := filepath.Glob("/proc/[0-9]*") // The pattern is well-formed.
	for _, e := range entries {
		pid, err := strconv.Atoi(filepath.Base(e))
		if err != nil {
			continue
		}
		if t, err := cpuTime(pid); err == nil {
			times[pid] = t
		}
	}
	for _, pid := range but {
		delete(times, pid)
	}
	return times
}

// spent is what processes have used between two looks.
func spent(before, after map[int]time.Duration) (sum time.Duration) {
	for pid, t := range after {
		sum += t - before[pid]
	}
	return sum
}

// memory is a process's resident memory and its largest, in MiB, proc_pid_status(5).
func memory(pid int) (now, peak float64, err error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(data)) {
		switch name, value, _ := strings.Cut(line, ":"); name {
		case "VmRSS":
			now = mebibytes(value)
		case "VmHWM":
			peak = mebibytes(value)
		}
	}
	return now, peak, nil
}

func mebibytes(kB string) float64 {
	n, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(kB), " kB"), 64)
	return n / 1024
}

// fullSockets counts the datagrams that the machine has dropped because their socket was full, proc_net_snmp: of whichever
// process.
func fullSockets() (uint64, error) {
	data, err := os.ReadFile("/proc/net/snmp")
	if err != nil {
		return 0, err
	}
	return udpCount(string(data), "RcvbufErrors")
}

// udpCount finds a count of UDP's: a line of names is followed by one of values.
func udpCount(snmp, name string) (uint64, error) {
	var names []string
	for line := range strings.Lines(snmp) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || f[0] != "Udp:":
		case names == nil:
			names = f
		default:
			if i := slices.Index(names, name); i > 0 && i < len(f) {
				return strconv.ParseUint(f[i], 10, 64)
			}
		}
	}
	return 0, fmt.Errorf("/proc/net/snmp has no %s of UDP", name)
}

// machine is what figures depend on most.
type machine struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Kernel string `json:"kernel"`
	Go     string `json:"go"`
}

func thisMachine() machine {
	m := machine{CPU: "unknown", Cores: runtime.NumCPU(), Kernel: runtime.GOOS, Go: runtime.Version()}
	if data, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		m.Kernel += " " + strings.TrimSpace(string(data))
	}
	data, _ := os.ReadFile("/proc/cpuinfo") // Without it, the processor stays unknown.
	for line := range strings.Lines(string(data)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			m.CPU = strings.TrimSpace(value)
			break
		}
	}
	return m
}

func (m machine) String() string {
	return fmt.Sprintf("%s, %d cores, %s, %s", m.CPU, m.Cores, m.Kernel, m.Go)
}
