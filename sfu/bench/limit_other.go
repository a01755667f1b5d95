//go:build !linux

package main

import (
	"errors"
	"time"
)

func sendLimit(string, int, time.Duration) (float64, error) {
	return 0, errSkip(errors.New("the limit is measured on Linux only"))
}
