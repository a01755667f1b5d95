package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"kring/sfu/bench/load"
)

var loopback = netip.MustParseAddr("127.0.0.1")

func isLoopback(ip net.IP) bool { return ip.Equal(net.IP(loopback.AsSlice())) }

// httpDoor is the way in to what serve serves.
type httpDoor struct {
	url string
	two bool // a connection to publish and another to subscribe
}

// Publish implements load.Door.
func (d httpDoor) Publish(ctx context.Context, c *load.Client) error {
	if d.two {
		return d.connect(ctx, c, "publish", true, 0)
	}
	return d.connect(ctx, c, "publish", true, c.Slots)
}

// Subscribe implements load.Door.
func (d httpDoor) Subscribe(ctx context.Context, c *load.Client) error {
	if !d.two {
		return nil
	}
	return d.connect(ctx, c, "subscribe", false, c.Slots)
}

// Leave implements load.Door.
func (d httpDoor) Leave(ctx context.Context, c *load.Client) error {
	_, err := d.post(ctx, "leave", c, "")
	return err
}

func (d httpDoor) connect(ctx context.Context, c *load.Client, how string, publish bool, slots int) error {
	conn, err := c.Open(loopback)
	if err != nil {
		return err
	}
	offer, err := conn.Offer(publish, slots)
	if err != nil {
		return err
	}
	answer, err := d.post(ctx, how, c, offer)
	if err != nil {
		return err
	}
	return conn.Connect(ctx, answer)
}

func (d httpDoor) post(ctx context.Context, how string, c *load.Client, body string) (string, error) {
	where := d.url + "/" + how + "?" + url.Values{"room": {c.Room}, "peer": {c.Name}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, where, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	return fetch(request)
}

// get fetches a page of what serve serves.
func get(ctx context.Context, where string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return "", err
	}
	return fetch(request)
}

func fetch(request *http.Request) (string, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<20)) // A profile is the largest.
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(body)))
	}
	return string(body), err
}
