package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"kring/sfu/bench/load"
)

// under is an SFU under test, running.
type under struct {
	name    string
	process *process
	door    load.Door
	tidy    func() error // after its end
}

// startUnder starts an SFU by its name.
func startUnder(ctx context.Context, name string) (*under, error) {
	switch name {
	case "kring", "kring-pion":
		transport := map[string]string{"kring": "lite", "kring-pion": "pion"}[name]
		p, err := startSelf("sfu", "-transport", transport)
		if err != nil {
			return nil, err
		}
		return &under{name: name, process: p, door: httpDoor{url: p.url}}, nil
	case "plain":
		p, err := startSelf("plain")
		if err != nil {
			return nil, err
		}
		return &under{name: name, process: p, door: httpDoor{url: p.url, two: true}}, nil
	case "janus":
		return startJanus(ctx)
	}
	return nil, fmt.Errorf("no SFU %q", name)
}

// profile fetches a CPU profile of the window, if one is wanted and can be had. The channel gives how that went.
func (u *under) profile(ctx context.Context, over window) <-chan error {
	done := make(chan error, 1)
	if over.profile == "" || u.process.url == "" {
		done <- nil
		return done
	}
	go func() {
		seconds := max(1, int(over.length.Seconds()))
		profile, err := get(ctx, fmt.Sprintf("%s/debug/pprof/profile?seconds=%d", u.process.url, seconds))
		if err == nil {
			err = os.WriteFile(over.profile, []byte(profile), 0o644)
		}
		done <- err
	}()
	return done
}

func (u *under) stop() error {
	err := u.process.stop()
	if u.tidy != nil {
		err = errors.Join(err, u.tidy())
	}
	return err
}
