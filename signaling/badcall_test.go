package signaling

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"kring/signaling/protocol"
)

// code is the code of a refused call.
func code(t *testing.T, body string) string {
	t.Helper()
	var p protocol.Problem
	if err := protocol.Strict([]byte(body), maxBody, &p); err != nil {
		t.Errorf("a refusal says %q", body)
	}
	return p.Code
}

// TestBadBodies: a call whose body is not what it takes is answered 400, before anything is looked up.
func TestBadBodies(t *testing.T) {
	h := newHouse(t)
	for name, body := range map[string]string{
		"nothing":       ``,
		"no JSON":       `capability=x`,
		"unknown field": `{"capability":"x","role":"therapist"}`,
		"two values":    `{"capability":"x"}{"capability":"y"}`,
		"a number":      `{"capability":1}`,
		"a list":        `[]`,
		"over 64 KiB":   `{"capability":"` + strings.Repeat("x", maxBody) + `"}`,
	} {
		for _, path := range []string{"/api/enter", "/api/home"} {
			status, answer := h.call("POST", path, body, h.own())
			if status != http.StatusBadRequest || code(t, answer) != "malformed" {
				t.Errorf("%s to %s: %d %s", name, path, status, answer)
			}
		}
	}
}

// TestWrongLinks: what opens nothing is answered alike, whatever it is.
func TestWrongLinks(t *testing.T) {
	h := newHouse(t)
	for name, capability := range map[string]string{
		"empty":           "",
		"unknown":         newSecret(),
		"a hash":          hashOf(h.links[ben]),
		"cut":             h.links[ben][:42],
		"longer":          h.links[ben] + "A",
		"far too long":    strings.Repeat("x", maxCapability+1),
		"a pattern":       "*",
		"a person's name": "ben-member",
	} {
		for _, path := range []string{"/api/enter", "/api/home"} {
			status, answer := h.call("POST", path, fmt.Sprintf(`{"capability":%q}`, capability), h.own())
			if status != http.StatusUnauthorized || code(t, answer) != "unknown_link" {
				t.Errorf("%s to %s: %d %s", name, path, status, answer)
			}
		}
	}
	// A person's link is not the practice's.
	if status, _ := h.call("POST", "/api/home", fmt.Sprintf(`{"capability":%q}`, h.links[ana]), h.own()); status != http.StatusUnauthorized {
		t.Errorf("staff's own link opens the practice: %d", status)
	}
}

// TestWrongTokens: the practice's calls need its token; tickets, links and resume tokens are none.
func TestWrongTokens(t *testing.T) {
	h := newHouse(t)
	ticket, member := h.ticket(ana), h.enter(ben)
	before := h.group(t)
	for name, header := range map[string]string{
		"none":           "Accept: */*",
		"empty":          "Authorization: Bearer ",
		"unknown":        "Authorization: Bearer " + newSecret(),
		"basic":          "Authorization: Basic YWRtaW46YWRtaW4=",
		"a link":         "Authorization: Bearer " + h.links[ana],
		"a ticket":       "Authorization: Bearer " + ticket,
		"a resume token": "Authorization: Bearer " + member.welcome.Resume,
		"far too long":   "Authorization: Bearer " + strings.Repeat("x", maxCapability+1),
		"no algorithm":   "Authorization: Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoidGhlcmFwaXN0In0.",
	} {
		for _, call := range [][3]string{
			{"GET", "/api/groups", ""},
			{"PUT", "/api/groups/group-of-test", `{"id":"group-of-test","version":1,"name":"Taken","seats":[],"staff":[]}`},
			{"POST", "/api/groups/group-of-test/sessions", `{"startsAtMs":0}`},
		} {
			status, answer := h.call(call[0], call[1], call[2], h.own(), header)
			if status != http.StatusUnauthorized || code(t, answer) != "token" {
				t.Errorf("%s to %s %s: %d %s", name, call[0], call[1], status, answer)
			}
		}
	}
	if after := h.group(t); after != before {
		t.Errorf("the group is %s, was %s", after, before)
	}
}

// group is the group as the practice is told it.
func (h *house) group(t *testing.T) string {
	t.Helper()
	g, err := h.srv.group(t.Context(), "group-of-test")
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestBadGroups: with the right token, a group that cannot be is refused and the stored one stays.
func TestBadGroups(t *testing.T) {
	h := newHouse(t)
	token := "Authorization: Bearer " + h.homeToken(t)
	before := h.group(t)
	const person = `{"id":"dora-member","name":"Dora","linkHash":""}`
	group := func(id, version, name, seats, staff string) string {
		return fmt.Sprintf(`{"id":%q,"version":%s,"name":%q,"seats":[%s],"staff":[%s]}`, id, version, name, seats, staff)
	}
	staff := `{"id":"ana-staff","name":"Ana","linkHash":""}`
	for name, c := range map[string]struct {
		path, body string
		status     int
	}{
		"another id than the path's": {"/api/groups/group-of-test", group("another-group", "1", "A", person, staff), http.StatusBadRequest},
		"no seats":                   {"/api/groups/group-of-test", group("group-of-test", "1", "A", "", staff), http.StatusBadRequest},
		"no staff":                   {"/api/groups/group-of-test", group("group-of-test", "1", "A", person, ""), http.StatusBadRequest},
		"no name":                    {"/api/groups/group-of-test", group("group-of-test", "1", " ", person, staff), http.StatusBadRequest},
		"a name too long to keep":    {"/api/groups/group-of-test", group("group-of-test", "1", strings.Repeat("<", 80), person, staff), http.StatusBadRequest},
		"a long name":                {"/api/groups/group-of-test", group("group-of-test", "1", strings.Repeat("n", 81), person, staff), http.StatusBadRequest},
		"the same person twice":      {"/api/groups/group-of-test", group("group-of-test", "1", "A", person+","+person, staff), http.StatusBadRequest},
		"too many seats":             {"/api/groups/group-of-test", group("group-of-test", "1", "A", many(maxSeats+1), staff), http.StatusBadRequest},
		"no hash":                    {"/api/groups/group-of-test", group("group-of-test", "1", "A", strings.Replace(person, `""`, `"secret"`, 1), staff), http.StatusBadRequest},
		"a short id":                 {"/api/groups/short", group("short", "0", "A", person, staff), http.StatusBadRequest},
		"unknown field":              {"/api/groups/group-of-test", `{"id":"group-of-test","owner":"me"}`, http.StatusBadRequest},
		"an unknown format":          {"/api/groups/group-of-test", strings.Replace(group("group-of-test", "1", "A", person, staff), "{", `{"format":"party",`, 1), http.StatusBadRequest},
		"an old version":             {"/api/groups/group-of-test", group("group-of-test", "99", "A", person, staff), http.StatusConflict},
		"new, and there already":     {"/api/groups/group-of-test", group("group-of-test", "0", "A", person, staff), http.StatusConflict},
	} {
		if status, answer := h.call("PUT", c.path, c.body, h.own(), token); status != c.status {
			t.Errorf("%s: %d %s, want %d", name, status, answer, c.status)
		}
	}
	for name, c := range map[string]struct {
		path, body string
		status     int
	}{
		"a second session": {"/api/groups/group-of-test/sessions", `{"startsAtMs":0}`, http.StatusConflict},
		"of no group":      {"/api/groups/no-such-group/sessions", `{"startsAtMs":0}`, http.StatusNotFound},
		"in Latin":         {"/api/groups/group-of-test/sessions", `{"startsAtMs":0,"language":"la"}`, http.StatusBadRequest},
		"before time":      {"/api/groups/group-of-test/sessions", `{"startsAtMs":-1}`, http.StatusBadRequest},
		"in a far future":  {"/api/groups/group-of-test/sessions", `{"startsAtMs":9000000000000000000}`, http.StatusBadRequest},
	} {
		if status, answer := h.call("POST", c.path, c.body, h.own(), token); status != c.status {
			t.Errorf("session %s: %d %s, want %d", name, status, answer, c.status)
		}
	}
	if after := h.group(t); after != before {
		t.Errorf("the group is %s, was %s", after, before)
	}
}

// homeToken opens the practice with a link of its own.
func (h *house) homeToken(t *testing.T) string {
	t.Helper()
	capability, err := h.srv.NewHomeLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	status, body := h.call("POST", "/api/home", fmt.Sprintf(`{"capability":%q}`, capability), h.own())
	var out protocol.HomeResponse
	if err := json.Unmarshal([]byte(body), &out); err != nil || status != http.StatusOK || out.Token == "" {
		t.Fatalf("home: %d %s", status, body)
	}
	return out.Token
}

func many(n int) string {
	people := make([]string, n)
	for i := range people {
		people[i] = fmt.Sprintf(`{"id":"member-%03d","name":"M","linkHash":""}`, i)
	}
	return strings.Join(people, ",")
}

// TestPublicPort: what is the operator's, and files beside the client, are not to be had there.
func TestPublicPort(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{
		"/metrics", "/healthz", "/readyz", "/debug/pprof/", "/debug/pprof/profile", "/home-link", "/demo", "/forwarded",
		"/kring.db", "/admin.token", "/../kring.db", "/%2e%2e/kring.db", "/assets/../../kring.db", "/assets", "/api/", "/.git/config",
	} {
		if status, _ := h.call("GET", path, ""); status == http.StatusOK {
			t.Errorf("GET %s: %d", path, status)
		}
		if status, _ := h.call("POST", path, "{}", h.own()); status < 400 && status/100 != 3 {
			t.Errorf("POST %s: %d", path, status)
		}
	}
	if status, _ := h.call("GET", "/", ""); status != http.StatusOK {
		t.Errorf("the page itself: %d", status)
	}
}

// TestAdminCalls: what changes state on the admin port needs its token, and no browser may, not even with it.
func TestAdminCalls(t *testing.T) {
	h := newHouse(t)
	const token = "0123456789abcdef0123456789abcdef"
	admin := httptest.NewServer(h.srv.Admin(token, prometheus.NewRegistry()))
	defer admin.Close()
	at := &house{t: t, web: admin}
	for name, c := range map[string]struct {
		headers []string
		status  int
	}{
		"no token":               {nil, http.StatusUnauthorized},
		"another":                {[]string{"Authorization: Bearer " + newSecret()}, http.StatusUnauthorized},
		"an empty one":           {[]string{"Authorization: Bearer "}, http.StatusUnauthorized},
		"a browser with it":      {[]string{"Authorization: Bearer " + token, "Origin: null"}, http.StatusForbidden},
		"a browser's navigation": {[]string{"Authorization: Bearer " + token, "Sec-Fetch-Mode: navigate"}, http.StatusForbidden},
		"the command":            {[]string{"Authorization: Bearer " + token}, http.StatusOK},
	} {
		if status, body := at.call("POST", "/home-link", "", c.headers...); status != c.status {
			t.Errorf("%s: %d %s, want %d", name, status, body, c.status)
		}
	}
	if status, _ := at.call("POST", "/demo", "{}", "Authorization: Bearer "+token); status != http.StatusNotFound {
		t.Errorf("a demonstration that was not allowed: %d", status)
	}
}
