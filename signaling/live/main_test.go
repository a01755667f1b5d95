package live

import (
	"context"
	"fmt"
	"os"
	"testing"

	"kring/signaling/bot/stage"
)

// binary is the server under test, built once.
var binary string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "kring-live-")
	if err == nil {
		defer func() { _ = os.RemoveAll(dir) }()
		binary, err = stage.Build(context.Background(), dir, raceDetector)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
