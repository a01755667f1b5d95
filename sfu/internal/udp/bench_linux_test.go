package udp

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// BenchmarkSend is four packets of video for each of twenty receivers, who keep up, or whose buffers are full. CPU is that of the
// process, receivers too: on a machine that does other things it says more than the time.
func BenchmarkSend(b *testing.B) {
	for _, drained := range []bool{false, true} {
		benchmarkSend(b, drained, "WriteTo", (*Socket).usePlain, func(s *Socket, q *Queue, to []*Destination, packet []byte) {
			for _, d := range to {
				_ = s.WriteTo(packet, d.Addr())
			}
		})
		for _, name := range []string{"plain", "unsegmented", "best"} {
			benchmarkSend(b, drained, name, ways[name], func(_ *Socket, q *Queue, to []*Destination, packet []byte) {
				for _, d := range to {
					q.Push(q.Buffer()[:len(packet)], d)
				}
			})
		}
	}
}

func benchmarkSend(b *testing.B, drained bool, name string, use func(*Socket), fanOut func(*Socket, *Queue, []*Destination, []byte)) {
	const receivers, packets, length = 20, 4, 1172
	b.Run(fmt.Sprintf("drained=%v/%s", drained, name), func(b *testing.B) {
		s := listen(b, loopback4, use)
		var to []*Destination
		for range receivers {
			to = append(to, NewDestination(s, receiver(b, drained)))
		}
		q, packet := s.NewQueue(), make([]byte, length)
		q.Buffer()
		b.ReportAllocs()
		began := cpu(b)
		for b.Loop() {
			for range packets {
				fanOut(s, q, to, packet)
			}
			q.Flush()
		}
		b.ReportMetric(float64(cpu(b)-began)/float64(b.N*receivers*packets), "cpu-ns/datagram")
	})
}

// cpu is what the process has used so far.
func cpu(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// receiver listens and reads all that comes, or nothing.
func receiver(b *testing.B, drained bool) netip.AddrPort {
	s := listen(b, loopback4, ways["best"])
	if !drained {
		_ = s.conn.SetReadBuffer(1)
		return s.LocalAddr()
	}
	var reading sync.WaitGroup
	reading.Go(func() {
		for {
			if _, err := s.Read(); err != nil {
				return
			}
		}
	})
	b.Cleanup(func() {
		_ = s.Close()
		reading.Wait()
	})
	return s.LocalAddr()
}
