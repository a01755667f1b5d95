package bolt

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"kring/signaling/store"
)

// BenchmarkCommit: rooms commit documents of 16 KiB at once, each waiting for its own. Besides the time an op (a commit of
// any room), the median and the 99th percentile that a room waits.
func BenchmarkCommit(b *testing.B) {
	for _, rooms := range []int{1, 10, 200} {
		b.Run(fmt.Sprintf("rooms=%d", rooms), func(b *testing.B) { benchCommit(b, rooms) })
	}
}

func benchCommit(b *testing.B, rooms int) {
	s := opened(b, filepath.Join(b.TempDir(), "kring.db"))
	docs := make([]store.Doc, rooms)
	for i := range docs {
		id := roomName(i)
		if err := s.Create(b.Context(), id, nil); err != nil {
			b.Fatal(err)
		}
		var err error
		if docs[i], err = s.Claim(b.Context(), id, "n1", time.Hour); err != nil {
			b.Fatal(err)
		}
		docs[i].Body = bytes.Repeat([]byte{'x'}, 16<<10)
	}
	waits := make([][]time.Duration, rooms)
	b.ResetTimer()
	var all sync.WaitGroup
	for i := range rooms {
		all.Go(func() {
			doc := docs[i]
			for range (b.N + rooms - 1) / rooms {
				doc.Revision++
				begin := time.Now()
				if err := s.Commit(b.Context(), roomName(i), doc); err != nil {
					b.Error(err)
					return
				}
				waits[i] = append(waits[i], time.Since(begin))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	sorted := slices.Sorted(slices.Values(slices.Concat(waits...)))
	b.ReportMetric(sorted[len(sorted)/2].Seconds()*1000, "ms-p50")
	b.ReportMetric(sorted[len(sorted)*99/100].Seconds()*1000, "ms-p99")
}

func BenchmarkEnvelope(b *testing.B) {
	e := &envelope{Epoch: 3, Revision: 300, Owner: "n1", LeaseUntil: time.Now().UnixNano(), Body: make([]byte, 16<<10)}
	for b.Loop() {
		if _, err := decode(encode(e)); err != nil {
			b.Fatal(err)
		}
	}
}
