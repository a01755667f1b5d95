package lite

import (
	"log/slog"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"kring/sfu/internal/transport"
	"kring/sfu/internal/transport/transporttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTransport(t *testing.T) {
	transporttest.Run(t, func(t testing.TB) transport.Transport { return listen(t, "127.0.0.1:0") })
}

func TestTransportIPv6(t *testing.T) {
	transporttest.Run(t, func(t testing.TB) transport.Transport { return listen(t, "[::]:0") },
		"carries what the client sends", "carries what the client receives", "restarts")
}

func listen(t testing.TB, media string) *Transport {
	t.Helper()
	tr, err := Listen(Config{Media: media, Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}
