package pion

import (
	"testing"

	"go.uber.org/goleak"

	"kring/sfu/internal/transport"
	"kring/sfu/internal/transport/transporttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTransport(t *testing.T) {
	transporttest.Run(t, func(t testing.TB) transport.Transport {
		tr, err := Listen(Config{Media: "127.0.0.1:0"})
		if err != nil {
			t.Fatal(err)
		}
		return tr
	})
}
