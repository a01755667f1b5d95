package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"runtime"
	"runtime/debug"
)

// maxOffer is the longest offer that is read, in bytes.
const maxOffer = 512 << 10

// served is an SFU behind HTTP on loopback: POST /publish, /subscribe and /leave with ?room= and ?peer=; the first two take an
// offer and give an answer.
type served interface {
	publish(room, peer, offer string) (answer string, err error)
	subscribe(room, peer, offer string) (answer string, err error)
	leave(room, peer string) error
	close() error
}

// handler serves s, what the Go runtime says of the process, and its profiles.
func handler(s served) http.Handler {
	mux := http.NewServeMux()
	offers := func(path string, take func(room, peer, offer string) (string, error)) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			offer, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxOffer))
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			answer, err := take(r.FormValue("room"), r.FormValue("peer"), string(offer))
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			_, _ = io.WriteString(w, answer) // A client that has gone needs no answer.
		})
	}
	offers("/publish", s.publish)
	offers("/subscribe", s.subscribe)
	mux.HandleFunc("POST /leave", func(w http.ResponseWriter, r *http.Request) {
		if err := s.leave(r.FormValue("room"), r.FormValue("peer")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("GET /runtime", serveRuntime)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	return mux
}

// goRuntime is what the runtime of a Go process says of it.
type goRuntime struct {
	Mallocs    uint64 `json:"mallocs"` // since its start
	HeapBytes  uint64 `json:"heapBytes"`
	StackBytes uint64 `json:"stackBytes"`
	Goroutines int    `json:"goroutines"`
}

// serveRuntime collects garbage first if it is asked with ?gc=1.
func serveRuntime(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("gc") != "" {
		runtime.GC()
		debug.FreeOSMemory()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	_ = json.NewEncoder(w).Encode(goRuntime{ // Who has gone needs no answer.
		Mallocs: m.Mallocs, HeapBytes: m.HeapAlloc, StackBytes: m.StackInuse, Goroutines: runtime.NumGoroutine(),
	})
}

// serve serves s on a free port of loopback, prints its URL, and ends with the standard input, which whoever started it holds.
func serve(ctx context.Context, s served) (err error) {
	defer func() { err = errors.Join(err, s.close()) }()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler(s)}
	ctx, end := context.WithCancel(ctx)
	defer end()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		end()
	}()
	context.AfterFunc(ctx, func() { _ = server.Close() })
	fmt.Printf("http://%s\n", l.Addr())
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
