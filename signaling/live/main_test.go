package live

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"kring/signaling/bot/stage"
)

// binary is the server under test, built once.
var binary string

// atOnce is how many tests run at a time, where -parallel is not given: most of their time they wait for clocks and for sound.
const atOnce = "8"

func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		_ = flag.Set("test.parallel", atOnce) // a number
	}
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
