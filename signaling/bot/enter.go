package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kring/signaling/protocol"
)

// maxAnswer bounds the answer to a call, in bytes.
const maxAnswer = 64 << 10

// A link can be good and open nothing now, or not for someone whom staff have removed.
var (
	ErrNoSession = errors.New("no session now")
	ErrRemoved   = errors.New("removed from the session")
)

// link is a personal link taken apart: the server's base URL and the capability of the fragment.
type link struct {
	base       *url.URL
	capability string
}

func parseLink(s string) (link, error) {
	u, err := url.Parse(s)
	if err != nil {
		return link{}, errors.New("not a link") // the error of Parse holds the secret
	}
	capability, ok := strings.CutPrefix(u.Fragment, "c=")
	if !ok || capability == "" || u.Host == "" {
		return link{}, errors.New("not a personal link: want https://host/j#c= and 43 characters")
	}
	return link{base: &url.URL{Scheme: u.Scheme, Host: u.Host}, capability: capability}, nil
}

// enter is POST /api/enter. A bot agrees to the group's ground rules where it is asked to.
func (l link) enter(ctx context.Context, client *http.Client, header http.Header) (protocol.EnterResponse, error) {
	out, err := l.invitation(ctx, client, header)
	if err == nil && out.GroundRules != nil {
		agree := protocol.AgreeRequest{Capability: l.capability, Version: out.GroundRules.Version}
		if err = l.ask(ctx, client, header, "/api/groundrules", agree, new(protocol.Agreed)); err == nil {
			out, err = l.invitation(ctx, client, header)
		}
	}
	if err == nil && out.Ticket == "" {
		err = ErrNoSession
	}
	return out, err
}

func (l link) invitation(ctx context.Context, client *http.Client, header http.Header) (out protocol.EnterResponse, err error) {
	err = l.ask(ctx, client, header, "/api/enter", protocol.EnterRequest{Capability: l.capability}, &out)
	return out, err
}

// ask makes a call. A server that is busy is asked again.
func (l link) ask(ctx context.Context, client *http.Client, header http.Header, path string, request, out any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	status, problem := 0, protocol.Problem{}
	for wait := 100 * time.Millisecond; ; wait *= 2 {
		if status, err = l.post(ctx, client, header, path, body, out, &problem); err != nil {
			return fmt.Errorf("call %s: %w", path, err)
		}
		if status != http.StatusTooManyRequests {
			break
		}
		if !pause(ctx, wait) {
			return fmt.Errorf("call %s: %w", path, ctx.Err())
		}
	}
	switch {
	case status == http.StatusForbidden && problem.Code == "removed":
		return ErrRemoved
	case status != http.StatusOK:
		return fmt.Errorf("call %s: the server answered %d %s", path, status, problem.Code)
	}
	return nil
}

// post makes the call and returns its status. What a refusal says of itself is in problem, where it is one of the server's own.
func (l link) post(ctx context.Context, client *http.Client, header http.Header, path string, body []byte, out any, problem *protocol.Problem) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.base.String()+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header = header.Clone()
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer))
	if resp.StatusCode != http.StatusOK {
		_ = answer.Decode(problem)
		return resp.StatusCode, nil
	}
	return resp.StatusCode, answer.Decode(out)
}

// socket is the address of the WebSocket.
func (l link) socket() string {
	u := *l.base
	u.Scheme = strings.Replace(u.Scheme, "http", "ws", 1)
	u.Path = "/ws"
	return u.String()
}

// pause waits and reports false if ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
