package signaling

import (
	"context"
	"encoding/json"
	"fmt"

	"kring/facilitation"
)

// The ids of the keys of one session. Each text is forgotten in its own time, so each kind has a key.
func roomKey(session string) string      { return "room-" + session }
func lookBacksKey(session string) string { return "lookbacks-" + session }

// encodeRoom is a state as it is stored: sealed, with the messages in it. A session that is over has nothing private any more
// and no key: its last document is in clear, and none of those before it can be read.
func encodeRoom(state *facilitation.State, k seal) ([]byte, error) {
	body, err := json.Marshal(state)
	if err != nil {
		return nil, fmt.Errorf("encode room: %w", err)
	}
	if state.Phase == facilitation.Ended {
		return body, nil
	}
	return k.seal(state.Session, body), nil
}

// openRoom reads a room document. The seal is for the next one; of a session that is over it is none.
func (s *Server) openRoom(ctx context.Context, session string, body []byte) (*facilitation.State, seal, error) {
	var k seal
	if isSealed(body) {
		var err error
		if k, err = s.seals.of(ctx, roomKey(session)); err != nil {
			return nil, k, fmt.Errorf("open room: %w", err)
		}
		if body, err = k.open(session, body); err != nil {
			return nil, k, fmt.Errorf("open room: %w", err)
		}
	}
	state := new(facilitation.State)
	if err := json.Unmarshal(body, state); err != nil {
		return nil, k, fmt.Errorf("decode room: %w", err)
	}
	if k.aead == nil && state.Phase != facilitation.Ended {
		return nil, k, fmt.Errorf("open room: %w", errSealed)
	}
	return state, k, nil
}
