package bot

import (
	"strings"
	"testing"
)

func TestLinks(t *testing.T) {
	l, err := parseLink("https://kring.example:8443/j#c=abc")
	if err != nil || l.capability != "abc" || l.socket() != "wss://kring.example:8443/ws" {
		t.Fatalf("%v: %+v, socket %s", err, l, l.socket())
	}
	for _, s := range []string{"", "http://h/j", "http://h/j#c=", "http://h/#s=secret", "j#c=secret", "http://h:x/#c=secret"} {
		if _, err := parseLink(s); err == nil {
			t.Errorf("%q was taken", s)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error tells the secret: %v", s, err)
		}
	}
}
