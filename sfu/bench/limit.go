package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/pion/srtp/v3"

	"kring/sfu/bench/load"
	"kring/sfu/internal/udp"
)

const (
	// limitBurst is how many packets a receiver gets at a time, a camera's frame, and limitSize their length once sealed: with the
	// header, an extension and the tag that a packet of the workload may have.
	limitBurst = 4
	limitSize  = 1172
	sealTag    = 16 // bytes of AES-GCM
	keySize    = 16
	saltSize   = 12
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

// limitRun is the cheapest way for a room's size, as a line beside the SFUs.
func limitRun(w load.Workload, over window) (result, error) {
	took, err := sendLimit(sendMany, w.Participants-1, over.length)
	return result{SFU: "limit", Workload: w, Seconds: over.length.Seconds(), MicrosPerPacket: took}, err
}

// Ways of sending. The last is package udp's best on this system.
const (
	sealAlone = "sealing alone"
	sendEach  = "a call for each"
	sendMany  = "many by a call"
)

var limitWays = []string{sealAlone, sendEach, sendMany}

// limiter seals and sends the same packet again and again.
type limiter struct {
	socket   *udp.Socket
	queue    *udp.Queue
	to       []*udp.Destination
	contexts []*srtp.Context // of the receivers, in the same order
	plain    []byte
	sealed   []byte
	sequence uint16
}

// sendLimit is the time of the sending thread by packet, in microseconds. Receivers read all the while.
func sendLimit(way string, receivers int, length time.Duration) (micros float64, err error) {
	l := &limiter{plain: make([]byte, limitSize-sealTag), sealed: make([]byte, limitSize)}
	l.plain[0], l.plain[1] = 0x80, 96 // RFC 3550 §5.1: version 2
	if l.socket, err = listen(); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, l.socket.Close()) }()
	l.queue = l.socket.NewQueue()
	var reading sync.WaitGroup
	defer reading.Wait()
	for i := range receivers {
		s, err := listen()
		if err != nil {
			return 0, err
		}
		defer func() { _ = s.Close() }()
		reading.Go(func() { discard(s) })
		if err := l.add(byte(i), s.LocalAddr()); err != nil {
			return 0, err
		}
	}
	return l.measure(way, length)
}

func listen() (*udp.Socket, error) {
	return udp.Listen(netip.AddrPortFrom(loopback, 0), slog.New(slog.DiscardHandler))
}

// discard reads until the socket is closed.
func discard(s *udp.Socket) {
	for {
		if _, err := s.Read(); err != nil {
			return
		}
	}
}

func (l *limiter) add(key byte, at netip.AddrPort) error {
	master := make([]byte, keySize)
	master[0] = key
	c, err := srtp.CreateContext(master, make([]byte, saltSize), srtp.ProtectionProfileAeadAes128Gcm)
	l.to, l.contexts = append(l.to, udp.NewDestination(l.socket, at)), append(l.contexts, c)
	return err
}

// measure runs on a thread of its own, whose time is what counts.
func (l *limiter) measure(way string, length time.Duration) (float64, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, err := threadTime()
	if err != nil {
		return 0, err
	}
	packets := 0
	for end := time.Now().Add(length); time.Now().Before(end); packets += len(l.to) * limitBurst {
		if err := l.burst(way); err != nil {
			return 0, err
		}
	}
	after, err := threadTime()
	return float64((after - before).Nanoseconds()) / 1000 / float64(packets), err
}

// burst sends a frame to everybody, in the order of a fan-out.
func (l *limiter) burst(way string) error {
	for range limitBurst {
		l.sequence++
		binary.BigEndian.PutUint16(l.plain[2:], l.sequence)
		for i := range l.to {
			if err := l.send(way, i); err != nil {
				return err
			}
		}
	}
	l.queue.Flush()
	return nil
}

func (l *limiter) send(way string, i int) error {
	into := l.sealed[:0]
	if way == sendMany {
		into = l.queue.Buffer()
	}
	sealed, err := l.contexts[i].EncryptRTP(into, l.plain, nil)
	switch {
	case err != nil:
		return err
	case way == sendEach:
		return l.socket.WriteTo(sealed, l.to[i].Addr())
	case way == sendMany:
		l.queue.Push(sealed, l.to[i])
	}
	return nil
}

// threadTime is what the calling thread has run, proc_pid_schedstat: nanoseconds on a CPU come first.
func threadTime() (time.Duration, error) {
	data, err := os.ReadFile("/proc/thread-self/schedstat")
	if err != nil {
		return 0, errSkip(err)
	}
	first, _, _ := bytes.Cut(data, []byte(" "))
	ns, err := strconv.ParseInt(string(first), 10, 64)
	return time.Duration(ns), err
}
