package signaling

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestPermissions: the page may use what it needs and no frame may. A feature that Chromium does not know would be a warning on
// every page, so only those it knows are named; what is not named (the choice of a speaker) is a page's own anyway.
func TestPermissions(t *testing.T) {
	got := httptest.NewRecorder()
	secure(http.NotFoundHandler()).ServeHTTP(got, httptest.NewRequest(http.MethodGet, "/", nil))
	policy := strings.Split(got.Header().Get("Permissions-Policy"), ", ")
	want := []string{"camera=(self)", "microphone=(self)", "display-capture=(self)", "autoplay=(self)", "screen-wake-lock=(self)"}
	if !slices.Equal(policy, want) {
		t.Errorf("Permissions-Policy %q, want %q", policy, want)
	}
}
