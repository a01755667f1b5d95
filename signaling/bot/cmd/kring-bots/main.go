// Command kring-bots fills a ring: it joins by the links of "kring demo -json", publishes a colour and a tone for each bot,
// tells in JSON lines what happens, and obeys JSON lines on stdin. It ends when stdin does, or by a signal. The wire of both
// is in lines.go.
//
//	kring demo -json | kring-bots -links - -publish
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"kring/signaling/bot"
	"kring/signaling/protocol"
)

// options are the flags.
type options struct {
	links   string
	publish bool
	ready   bool
	quiet   bool
	face    int
	fps     int
}

func main() {
	var o options
	flag.StringVar(&o.links, "links", "-", "`file` with the output of kring demo -json; - reads it from the first line of stdin")
	flag.BoolVar(&o.publish, "publish", false, "make a media connection and publish colour and tone")
	flag.BoolVar(&o.ready, "ready", true, "end the device check, with microphone and camera on")
	flag.BoolVar(&o.quiet, "quiet", false, "say nothing until told to speak")
	flag.IntVar(&o.face, "face", 0, "`number` of the first bot's face; the next has the next")
	flag.IntVar(&o.fps, "fps", 15, "frames a second")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "kring-bots:", err)
		os.Exit(1)
	}
}

// run joins every link, and obeys in until it ends or ctx does.
func run(ctx context.Context, o options, in io.Reader, out io.Writer) error {
	lines := bufio.NewReader(in)
	links, err := readLinks(o.links, lines)
	if err != nil {
		return fmt.Errorf("links: %w", err)
	}
	t := &troupe{opt: o, bots: map[string]*bot.Bot{}, out: json.NewEncoder(out)}
	defer t.close()
	if err := t.join(ctx, links); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- t.obey(ctx, lines) }() // a read of stdin cannot be called off; the process ends with it
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return nil
	}
}

// links is what kring demo -json prints.
type links struct {
	Staff   []string `json:"staff"`
	Members []struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	} `json:"members"`
}

func readLinks(file string, stdin *bufio.Reader) ([]string, error) {
	data, err := readSource(file, stdin)
	if err != nil {
		return nil, err
	}
	var l links
	if err := json.Unmarshal(data, &l); err != nil {
		return nil, errors.New("not the output of kring demo -json")
	}
	urls := l.Staff
	for _, m := range l.Members {
		urls = append(urls, m.URL)
	}
	if len(urls) == 0 {
		return nil, errors.New("there are none")
	}
	return urls, nil
}

func readSource(file string, stdin *bufio.Reader) ([]byte, error) {
	if file != "-" {
		return os.ReadFile(file)
	}
	return stdin.ReadBytes('\n')
}

// troupe is the bots by name. bots is not changed after join; the mutex guards out.
type troupe struct {
	opt  options
	bots map[string]*bot.Bot

	mu  sync.Mutex
	out *json.Encoder
}

func (t *troupe) join(ctx context.Context, urls []string) error {
	for i, url := range urls {
		name := make(chan string, 1)
		b, err := bot.Join(ctx, url, bot.Options{
			Face: t.opt.face + i, FPS: t.opt.fps, Silent: !t.opt.publish, Quiet: t.opt.quiet,
			Event: t.teller(name),
		})
		if err != nil {
			return fmt.Errorf("bot %d: %w", i, err)
		}
		if t.bots[b.Name()] != nil {
			return errors.Join(fmt.Errorf("two bots have the name %s", b.Name()), b.Close())
		}
		t.bots[b.Name()] = b
		look := b.Face()
		t.tell(told{Bot: b.Name(), Event: "joined", ID: b.ID(), RGB: &look.RGB, ToneHz: look.ToneHz})
		name <- b.Name()
		if t.opt.ready {
			if _, err := b.Ready(ctx, true, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// teller tells a bot's events once its name is known.
func (t *troupe) teller(name chan string) func(bot.Event) {
	known := sync.OnceValue(func() string { return <-name })
	return func(e bot.Event) {
		go func() { t.tell(told{Bot: known(), Event: e.Kind, Code: e.Code}) }()
	}
}

func (t *troupe) tell(line told) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_ = t.out.Encode(line) // whoever does not read any more has ended us
}

// obey carries out lines until there are no more.
func (t *troupe) obey(ctx context.Context, lines *bufio.Reader) error {
	for {
		data, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(data)) > 0 {
			var o order
			if err := protocol.Strict(data, protocol.MaxCommand, &o); err != nil {
				t.tell(told{Event: "error", Error: err.Error()})
			} else {
				t.tell(t.carryOut(ctx, o))
			}
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func (t *troupe) close() {
	var gone sync.WaitGroup
	for _, b := range t.bots {
		gone.Go(func() { _ = b.Close() })
	}
	gone.Wait()
}
