package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	startWait = 20 * time.Second
	stopWait  = 20 * time.Second
)

// process is an SFU in a process of its own.
type process struct {
	cmd   *exec.Cmd
	url   string // of what serve serves; empty for another's program
	stdin io.Closer
	ended chan struct{}
}

// startSelf runs this program with other arguments and waits for the URL that it prints.
func startSelf(args ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, args...)
	cmd.Stderr = os.Stderr
	stdin, inErr := cmd.StdinPipe()
	stdout, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	p := newProcess(cmd)
	p.stdin, p.url = stdin, strings.TrimSpace(line)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s printed no URL: %w", args[0], err), p.stop())
	}
	return p, nil
}

// newProcess waits for the end of a command that has been started.
func newProcess(cmd *exec.Cmd) *process {
	p := &process{cmd: cmd, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // How it ended is of no interest; that it did before its time is seen by what it does not answer.
		close(p.ended)
	}()
	return p
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// runtime asks a process of ours what its runtime says.
func (p *process) runtime(ctx context.Context, collected bool) (r goRuntime, err error) {
	where := p.url + "/runtime"
	if collected {
		where += "?gc=1"
	}
	body, err := get(ctx, where)
	if err != nil {
		return r, err
	}
	err = json.Unmarshal([]byte(body), &r)
	return r, err
}

// stop ends the process, by the end of its standard input or a signal, and waits for it.
func (p *process) stop() error {
	if p.stdin != nil {
		_ = p.stdin.Close() // It may have ended.
	} else {
		_ = p.cmd.Process.Signal(os.Interrupt)
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(stopWait):
	}
	_ = p.cmd.Process.Kill()
	<-p.ended
	return fmt.Errorf("process %d did not end when it was asked to", p.pid())
}
