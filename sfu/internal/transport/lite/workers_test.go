package lite

import (
	"fmt"
	"log/slog"
	"net"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"kring/sfu/internal/transport/transporttest"
)

// A range of ports has a worker for each: the peers of one room share a port, and another room has another.
func TestPortsOfARange(t *testing.T) {
	tr := listenOnTwo(t)
	defer func() { _ = tr.Close() }()
	for worker := range uint32(4) {
		client := transporttest.NewClient(t, 1)
		opened, err := tr.Open(worker, &fragile{})
		if err != nil {
			t.Fatal(err)
		}
		answer, _, err := opened.Offer(client.Offer(t, false))
		if err != nil {
			t.Fatal(err)
		}
		client.Answer(t, answer)
		client.Up.Await(t, "the connection", func(up bool) bool { return up })
		if opened.(*conn).worker != tr.workers[worker%2] {
			t.Errorf("worker %d has the port of another", worker)
		}
	}
}

// listenOnTwo finds two free ports in a row.
func listenOnTwo(t *testing.T) *Transport {
	t.Helper()
	for range 100 {
		probe, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		first := probe.LocalAddr().(*net.UDPAddr).Port
		_ = probe.Close()
		tr, err := Listen(Config{
			Media: fmt.Sprintf("127.0.0.1:%d-%d", first, first+1), Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
		})
		if err == nil {
			return tr
		}
	}
	t.Fatal("no two free ports in a row")
	return nil
}
