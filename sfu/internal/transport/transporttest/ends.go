package transporttest

import (
	"testing"

	"github.com/pion/rtp"

	"kring/sfu/internal/transport"
)

func connects(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 2)
	if !tr.Addr().IsValid() || tr.Addr().Port() == 0 {
		t.Errorf("address %v", tr.Addr())
	}
	p.client.Close()
	p.ear.up.Await(t, "the end", isFalse)
}

func boundsStreams(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 1)
	// Twice as many streams as any transport allows, and then what may be sent for ever: the client notices the end by silence.
	for ssrc := uint32(1); ssrc <= 1024; ssrc++ {
		_ = p.client.Mic.Write(rtp.Packet{Header: rtp.Header{SSRC: ssrc, PayloadType: OpusType}, Payload: []byte("x")})
	}
	p.client.Up.Await(t, "the end", func(up bool) bool { return !up })
}

func closes(t *testing.T, tr transport.Transport) {
	never, err := tr.Open(0, &ear{})
	if err != nil {
		t.Fatal(err)
	}
	offered, err := tr.Open(1, &ear{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := offered.Offer(NewClient(t, 2).Offer(t, false)); err != nil {
		t.Fatal(err)
	}
	up := connect(t, tr, 2)
	for _, c := range []transport.Conn{never, offered, up.conn, up.conn} {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	audio, _ := up.slot(0)
	up.conn.WriteRTP(up.packet(audio.SSRC, audio.PT, 1, "too late"))
	up.conn.WriteRTCP([]byte{0x80, 201, 0, 1, 0, 0, 0, 0})
	if _, _, err := up.conn.Offer(up.client.PC.LocalDescription().SDP); err == nil {
		t.Error("a closed connection takes an offer")
	}
	left, err := tr.Open(2, &ear{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := left.Offer(NewClient(t, 1).Offer(t, false)); err != nil {
		t.Fatal(err)
	}
	if err := tr.Close(); err != nil {
		t.Errorf("close with a connection: %v", err)
	}
	if _, err := tr.Open(0, &ear{}); err == nil {
		t.Error("a closed transport opens a connection")
	}
}
