package signaling

import (
	"crypto/rand"
	"testing"

	"kring/signaling/store"
)

// BenchmarkSeal seals a room document of 32 KiB, which is done at every command.
func BenchmarkSeal(b *testing.B) {
	key := make([]byte, store.KeySize)
	_, _ = rand.Read(key)
	k, err := new(seals).join("room-x", key)
	if err != nil {
		b.Fatal(err)
	}
	text := make([]byte, 32<<10)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		k.seal("x", text)
	}
}
