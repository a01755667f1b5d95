package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// ErrMessage wraps every reason for which bytes are not a message of this protocol.
var ErrMessage = errors.New("not a message of this protocol")

// DecodeClient reads one message of a client, strictly: at most MaxMessage bytes, no unknown field, nothing after it, exactly
// one of the fields set. The error wraps ErrMessage and holds nothing of what was sent.
func DecodeClient(data []byte) (ClientMessage, error) {
	var m ClientMessage
	if err := Strict(data, MaxMessage, &m); err != nil {
		return ClientMessage{}, err
	}
	if n := countSet(m); n != 1 {
		return ClientMessage{}, fmt.Errorf("%w: %d messages in one", ErrMessage, n)
	}
	if m.Command != nil && m.Command.N == 0 {
		return ClientMessage{}, fmt.Errorf("%w: commands count from 1", ErrMessage)
	}
	if m.Command != nil && len(data) > MaxCommand {
		return ClientMessage{}, fmt.Errorf("%w: command over %d bytes", ErrMessage, MaxCommand)
	}
	if m.Offer != nil && len(m.Offer.SDP) > MaxSDP {
		return ClientMessage{}, fmt.Errorf("%w: SDP over %d bytes", ErrMessage, MaxSDP)
	}
	return m, nil
}

// Strict decodes one JSON value of at most limit bytes into v and refuses unknown fields and trailing bytes.
func Strict(data []byte, limit int, v any) error {
	if len(data) > limit {
		return fmt.Errorf("%w: over %d bytes", ErrMessage, limit)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("%w: malformed", ErrMessage)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: trailing bytes", ErrMessage)
	}
	return nil
}

// countSet counts the pointers of a one-of that are set.
func countSet(oneOf any) int {
	v, n := reflect.ValueOf(oneOf), 0
	for i := range v.NumField() {
		if !v.Field(i).IsNil() {
			n++
		}
	}
	return n
}
