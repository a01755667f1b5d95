package signaling

import (
	"context"
	"errors"

	"github.com/gorilla/websocket"

	"kring/signaling/protocol"
	"kring/signaling/store"
)

// admit turns a hello into a client: a ticket is used up and buys a resume token for this page; a resume token is for its own
// page only. Neither outlives the link that it came from.
func (s *Server) admit(ctx context.Context, conn *websocket.Conn, hello *protocol.Hello) (*client, int) {
	if hello.Resume != "" {
		return s.resume(ctx, conn, hello)
	}
	rec, err := s.records.Take(ctx, store.KindTicket, hashOf(hello.Ticket))
	if err != nil {
		return nil, closeCodeForPass(err)
	}
	var pass passRecord
	if err := unpack(store.KindTicket, rec, &pass); err != nil {
		return nil, protocol.CloseUnauthorized
	}
	if _, err := s.records.Get(ctx, store.KindLink, pass.Link); err != nil {
		return nil, closeCodeForPass(err)
	}
	pass.Page = hello.Page
	token := newSecret()
	if _, err := put(ctx, s.records, store.KindResume, hashOf(token), 0, pass, resumeLife); err != nil {
		s.log.Warn("keep resume token", "err", err)
		return nil, protocol.CloseUnavailable
	}
	return newClient(conn, pass, token), 0
}

func (s *Server) resume(ctx context.Context, conn *websocket.Conn, hello *protocol.Hello) (*client, int) {
	var pass passRecord
	if _, err := get(ctx, s.records, store.KindResume, hashOf(hello.Resume), &pass); err != nil {
		return nil, closeCodeForPass(err)
	}
	if pass.Page != hello.Page {
		return nil, protocol.CloseUnauthorized
	}
	if _, err := s.records.Get(ctx, store.KindLink, pass.Link); err != nil {
		return nil, closeCodeForPass(err)
	}
	return newClient(conn, pass, hello.Resume), 0
}

func closeCodeForPass(err error) int {
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrBadID) {
		return protocol.CloseUnauthorized
	}
	return protocol.CloseUnavailable
}
