package jsep

import (
	"strings"
	"testing"
	"time"
)

// TestTheCostOfAnOffer: no offer costs many times what one of the same size costs that says nothing. The negotiators are few,
// and whoever waits at the door may send offers. Work that grows with the square of an offer is hundreds of times as much; a busy
// machine is not.
func TestTheCostOfAnOffer(t *testing.T) {
	const begin = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 9"
	plain := cost(begin + "\r\na=mid:0\r\n" + strings.Repeat("a=x\r\n", 24_000))
	for name, sdp := range map[string]string{
		"formats": begin + strings.Repeat(" 9", 25_000) + "\r\na=mid:0\r\n" + strings.Repeat("a=rtpmap:9 x\r\n", 4_900),
		"rids": begin + "\r\na=mid:0\r\n" + strings.Repeat("a=rid:b send\r\n", 4_000) +
			"a=simulcast:send " + strings.Repeat("c;", 30_000) + "\r\n",
	} {
		if len(sdp) > MaxBytes {
			t.Fatalf("%s: %d bytes", name, len(sdp))
		}
		if c := cost(sdp); c > 30*plain {
			t.Errorf("%s: %v, where an offer of nothing costs %v", name, c, plain)
		}
	}
}

// cost is the time to parse, the least of a few.
func cost(sdp string) time.Duration {
	least := time.Hour
	for range 20 {
		begin := time.Now()
		_, _ = Parse(sdp)
		least = min(least, time.Since(begin))
	}
	return least
}
