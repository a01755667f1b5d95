// Command kring is a video session server for remote group psychotherapy.
//
//	kring serve    runs the server
//	kring demo     asks a running server for a group with a session now, and prints its links
//	kring link     asks a running server for a new staff link
//	kring version  prints the version
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the build.
var version = "development"

const usage = `kring serve|demo|link|version [flags]   (kring serve -help lists the flags)`

// errUsage is a wrong flag or value: exit code 2.
var errUsage = errors.New("wrong use")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	err := command(ctx, os.Args[1:], os.Stdout)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, "kring:", err)
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "kring:", err)
		os.Exit(1)
	}
}

// command runs one of the subcommands.
func command(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: %s", errUsage, usage)
	}
	switch name, rest := args[0], args[1:]; name {
	case "serve":
		cfg, err := readConfig(rest, out)
		if err != nil {
			return err
		}
		return Run(ctx, cfg, out)
	case "demo":
		return demo(ctx, rest, out)
	case "link":
		return link(ctx, rest, out)
	case "version":
		_, err := fmt.Fprintln(out, "kring", version)
		return err
	case "help", "-help", "--help", "-h":
		_, err := fmt.Fprintln(out, usage)
		return err
	default:
		return fmt.Errorf("%w: no command %q: %s", errUsage, name, usage)
	}
}
