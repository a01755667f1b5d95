package main

import (
	"flag"
	"fmt"
	"time"

	"kring/sfu/bench/load"
)

// limitBurst is how many packets a receiver gets at a time, a camera's frame, and limitSize their length once sealed: with the
// header and the tag that a packet of the workload has.
const (
	limitBurst = 4
	limitSize  = 1172
)

// limit measures each way of sending.
func limit(args []string) error {
	f := flag.NewFlagSet("limit", flag.ContinueOnError)
	receivers := f.Int("receivers", 20, "`number` of receivers")
	seconds := f.Float64("seconds", 3, "`length` of each measurement")
	if err := f.Parse(args); err != nil {
		return err
	}
	fmt.Printf("%s\n\n| %d receivers, %d bytes, sealed by pion/srtp | µs per packet |\n|---|---|\n", thisMachine(), *receivers, limitSize)
	for _, way := range limitWays {
		took, err := sendLimit(way, *receivers, time.Duration(*seconds*float64(time.Second)))
		if err != nil {
			return fmt.Errorf("%s: %w", way, err)
		}
		fmt.Printf("| %s | %.2f |\n", way, took)
	}
	return nil
}

// Ways of sending.
const (
	sealAlone    = "sealing alone"
	sendEach     = "sendto each"
	sendMany     = "sendmmsg of 64"
	sendSegments = "sendmmsg of UDP_SEGMENT of 4"
)

var limitWays = []string{sealAlone, sendEach, sendMany, sendSegments}

// limitRun is the cheapest way for a room's size, as a line beside the SFUs.
func limitRun(w load.Workload, over window) (result, error) {
	took, err := sendLimit(sendSegments, w.Participants-1, over.length)
	return result{SFU: "limit", Workload: w, Seconds: over.length.Seconds(), MicrosPerPacket: took}, err
}
