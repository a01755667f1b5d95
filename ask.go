package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kring/facilitation"
	"kring/signaling"
	"kring/signaling/protocol"
)

// asker calls the admin port of a running server, with the token from its data directory.
type asker struct {
	admin, data, base string
}

func (a *asker) flags(f flags) {
	f.string(&a.admin, "admin", "127.0.0.1:9090", "`address` (host:port) of the running server's admin port")
	f.string(&a.data, "data", "kring-data", "`directory` of the running server's admin token")
	f.string(&a.base, "base", "", "`URL` (https://host) that the printed links begin with (default: what the server says)")
}

// baseOr is the flag, or else what the server said.
func (a *asker) baseOr(said string) string {
	if a.base != "" {
		return strings.TrimSuffix(a.base, "/")
	}
	return said
}

// post sends a call and decodes the answer into v.
func (a *asker) post(ctx context.Context, path string, body, v any) error {
	token, err := os.ReadFile(filepath.Join(a.data, tokenFile))
	if err != nil {
		return fmt.Errorf("admin token (is -data the server's?): %w", err)
	}
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+a.admin+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask the server (does it run, with this -admin?): %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusNotFound {
		return fmt.Errorf("the server does not answer this; was it started with -demo?")
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the server refused: %s", resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

// link prints a new staff link.
func link(ctx context.Context, args []string, out io.Writer) error {
	var a asker
	f := newFlags("link", out)
	a.flags(f)
	if err := f.parse(args); err != nil {
		return err
	}
	var made signaling.HomeLink
	if err := a.post(ctx, "/home-link", struct{}{}, &made); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s/#s=%s\n", a.baseOr(made.Base), made.Capability)
	return err
}

// demoNames are the people of the demonstration group; the first is the therapist.
var demoNames = []string{
	"Anna", "Joke", "Samir", "Els", "Bram", "Tom", "Noor", "Piet", "Fatima",
	"Ruben", "Ans", "Yusuf", "Karin", "Mo", "Lotte", "Henk", "Saskia",
}

// demoLinks is what kring demo -json prints.
type demoLinks struct {
	Staff   []string     `json:"staff"`
	Members []demoMember `json:"members"`
}

type demoMember struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// demo makes a group with a session now. The links' secrets are made here; the server gets their hashes.
func demo(ctx context.Context, args []string, out io.Writer) error {
	var a asker
	var members int
	var asJSON bool
	f := newFlags("demo", out)
	a.flags(f)
	f.int(&members, "members", 3, "`number` of members, 1 to 16")
	f.bool(&asJSON, "json", false, "print the links as JSON")
	if err := f.parse(args); err != nil {
		return err
	}
	if members < 1 || members >= len(demoNames) {
		return fmt.Errorf("%w: -members %d: want 1 to %d", errUsage, members, len(demoNames)-1)
	}
	group, capabilities := demoGroup(demoNames[:members+1])
	var made signaling.Demo
	if err := a.post(ctx, "/demo", group, &made); err != nil {
		return err
	}
	return linksOf(group, capabilities, a.baseOr(made.Base)).print(out, asJSON)
}

// demoGroup is a group of these people, the first of them staff, and the capability of each person's link.
func demoGroup(names []string) (protocol.Group, []string) {
	group := protocol.Group{ID: "demo-" + randomText(9), Name: "Donderdaggroep", Format: "process"}
	capabilities := make([]string, len(names))
	for i, name := range names {
		capabilities[i] = randomText(32)
		sum := sha256.Sum256([]byte(capabilities[i]))
		person := protocol.GroupPerson{
			ID: facilitation.ParticipantID(randomText(9)), Name: name, LinkHash: hex.EncodeToString(sum[:]),
		}
		if i == 0 {
			group.Staff = append(group.Staff, person)
		} else {
			group.Seats = append(group.Seats, person)
		}
	}
	return group, capabilities
}

func linksOf(group protocol.Group, capabilities []string, base string) demoLinks {
	var links demoLinks
	for i, capability := range capabilities {
		url := base + "/j#c=" + capability
		if i == 0 {
			links.Staff = append(links.Staff, url)
		} else {
			links.Members = append(links.Members, demoMember{Name: group.Seats[i-1].Name, URL: url})
		}
	}
	return links
}

func (l demoLinks) print(out io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(l)
	}
	var text strings.Builder
	for _, url := range l.Staff {
		fmt.Fprintf(&text, "%-10s %s\n", "therapist", url)
	}
	for _, m := range l.Members {
		fmt.Fprintf(&text, "%-10s %s\n", m.Name, m.URL)
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// randomText is n random bytes, base64url.
func randomText(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}
