package main

import (
	"strings"
	"testing"
	"time"

	"kring/sfu/bench/load"
)

func TestRunsOfOneKindAreOneRow(t *testing.T) {
	small, large := load.Workload{Rooms: 1, Participants: 3}, load.Workload{Rooms: 10, Participants: 20}
	r := report{Runs: []result{
		{SFU: "kring", Workload: small, MicrosPerPacket: 41}, {SFU: "janus", Workload: small, MicrosPerPacket: 70},
		{SFU: "kring", Workload: large, MicrosPerPacket: 4}, {SFU: "kring", Workload: small, MicrosPerPacket: 39},
		{SFU: "kring", Workload: small, MicrosPerPacket: 50},
	}, Skipped: []string{"plain: away"}}
	if err := r.writeJSON(""); err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != 3 || r.Rows[0].Runs != 3 || r.Rows[0].MicrosPerPacket != (spread{Median: 41, Least: 39, Most: 50}) {
		t.Errorf("%+v", r.Rows)
	}
	var out strings.Builder
	if err := r.print(&out); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"| µs CPU per delivered packet | N=3 | 10 rooms, N=20 |", "| kring | 41.00 (39.00-50.00) | 4.00 (4.00-4.00) |", "| janus | 70.00 (70.00-70.00) |  |", "Left out: plain: away"} {
		if !strings.Contains(out.String(), line+"\n") {
			t.Errorf("no line %q in\n%s", line, &out)
		}
	}
}

func TestPercentilesAreNearestRanks(t *testing.T) {
	var d []time.Duration
	for ms := range 50 {
		d = append(d, time.Duration(ms+1)*time.Millisecond)
	}
	if p50, p99 := percentile(d, 50), percentile(d, 99); p50 != 25 || p99 != 50 {
		t.Errorf("p50 %v, p99 %v of 1 to 50 ms", p50, p99)
	}
	if percentile(nil, 99) != 0 {
		t.Error("no times have no percentile")
	}
}

func TestCallsAreReadFromStrace(t *testing.T) {
	const counts = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 90.00    0.900000          10       900        10 sendmmsg
 10.00    0.100000          10       100           recvmmsg
------ ----------- ----------- --------- --------- ----------------
100.00    1.000000          10      1000        10 total
`
	if n, err := totalCalls(counts); n != 1000 || err != nil {
		t.Errorf("%v calls, %v", n, err)
	}
	if _, err := totalCalls("nothing"); err == nil {
		t.Error("nothing is taken for a count")
	}
}

func TestDropsAreReadFromTheKernel(t *testing.T) {
	const snmp = "Tcp: RcvbufErrors\nTcp: 1\nUdp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors\nUdp: 10 2 3 40 5 6\n"
	if n, err := udpCount(snmp, "RcvbufErrors"); n != 5 || err != nil {
		t.Errorf("%d drops, %v", n, err)
	}
	for _, bad := range []string{"", "Udp: RcvbufErrors\n", "Udp: RcvbufErrors\nUdp:\n"} {
		if _, err := udpCount(bad, "RcvbufErrors"); err == nil {
			t.Errorf("a count in %q", bad)
		}
	}
}
