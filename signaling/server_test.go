package signaling

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"kring/signaling/protocol"
)

// TestBrokenSocket: a fault of ours in the goroutine of a socket closes that socket and is logged; the server lives.
func TestBrokenSocket(t *testing.T) {
	var log bytes.Buffer
	s := &Server{log: slog.New(slog.NewTextHandler(&log, nil))} // without records, the first look at a ticket breaks
	hosted := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		conn, err := s.upgrader.Upgrade(w, req, nil)
		if err != nil {
			t.Error(err)
			return
		}
		go func() { defer close(hosted); s.host(conn) }()
	}))
	defer web.Close()
	conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(web.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	hello := protocol.Hello{Version: protocol.Version, Page: strings.Repeat("p", 16), Ticket: "t"}
	if err := conn.WriteJSON(protocol.ClientMessage{Hello: &hello}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.ReadMessage(); err == nil {
		t.Error("the socket goes on")
	}
	<-hosted
	if !strings.Contains(log.String(), "socket broke") {
		t.Errorf("log: %s", log.String())
	}
}
