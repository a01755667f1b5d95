package main

import (
	"errors"
	"flag"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// unsetEnvironment takes away what the shell may have set for kring itself.
func unsetEnvironment(t *testing.T) {
	t.Helper()
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "KRING_") {
			t.Setenv(name, value) // restored at the end
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestDefaultsAreValid(t *testing.T) {
	unsetEnvironment(t)
	c, err := readConfig(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTP != "127.0.0.1:8080" || c.Media != "127.0.0.1:50000" || c.Transport != "lite" || c.Admin != "127.0.0.1:9090" || c.Demo || c.Log != slog.LevelInfo {
		t.Errorf("defaults: %+v", c)
	}
}

func TestFlagWinsOverEnvironment(t *testing.T) {
	unsetEnvironment(t)
	t.Setenv("KRING_HTTP", "127.0.0.1:1111")
	t.Setenv("KRING_TLS_CERT", "from-environment.pem")
	t.Setenv("KRING_DEMO", "true")
	t.Setenv("KRING_ORIGIN", "https://a.example,https://b.example:8443")
	c, err := readConfig([]string{"-http", "127.0.0.1:2222", "-tls-key", "key.pem"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTP != "127.0.0.1:2222" || c.TLSCert != "from-environment.pem" || !c.Demo || len(c.Origins) != 2 {
		t.Errorf("read %+v", c)
	}
}

func TestProxies(t *testing.T) {
	unsetEnvironment(t)
	c, err := readConfig([]string{"-proxy", "10.0.0.0/8,2001:db8::7"}, io.Discard)
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::7/128")}
	if err != nil || !slices.Equal(c.Proxies, want) {
		t.Errorf("read %v, %v", c.Proxies, err)
	}
}

// TestWrongValues: each is refused before anything is opened, in words that name the flag.
func TestWrongValues(t *testing.T) {
	unsetEnvironment(t)
	for _, args := range [][]string{
		{"-http", "8080"},
		{"-http", "127.0.0.1:65536"},
		{"-http", "127.0.0.1:+80"},
		{"-admin", "127.0.0.1:admin"},
		{"-media", "localhost:50000"},
		{"-media", "127.0.0.1:50003-50000"},
		{"-media", "127.0.0.1:0-5"},
		{"-media", "127.0.0.1:50000-"},
		{"-advertise", "kring.example"},
		{"-transport", "tcp"},
		{"-redis", "http://127.0.0.1:6379"},
		{"-redis", "redis://:word@redis.example:6379"},
		{"-redis", "rediss://redis.example:6379"},
		{"-redis", "redis://127.0.0.1:6379?addr=redis.example:6379"},
		{"-node", "one node"},
		{"-audit-years", "0"},
		{"-audit-years", "21"},
		{"-keep-days", "0"},
		{"-keep-days", "366"},
		{"-tls-cert", "cert.pem"},
		{"-tls-key", "key.pem"},
		{"-origin", "kring.example"},
		{"-origin", "https://kring.example/"},
		{"-origin", "https://kring.example,"},
		{"-proxy", "proxy.example"},
		{"-proxy", "10.0.0.0/33"},
		{"-proxy", "10.0.0.2,"},
		{"-log", "loud"},
		{"-demo=perhaps"},
		{"-unknown"},
		{"surplus"},
	} {
		_, err := readConfig(args, io.Discard)
		if !errors.Is(err, errUsage) {
			t.Errorf("%v: %v, want errUsage", args, err)
			continue
		}
		name, _, _ := strings.Cut(strings.TrimLeft(args[0], "-"), "=")
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%v: %q does not name %q", args, err, name)
		}
	}
}

func TestWrongEnvironment(t *testing.T) {
	unsetEnvironment(t)
	t.Setenv("KRING_DEMO", "perhaps")
	if _, err := readConfig(nil, io.Discard); !errors.Is(err, errUsage) || !strings.Contains(err.Error(), "KRING_DEMO") {
		t.Errorf("got %v, want errUsage that names KRING_DEMO", err)
	}
}

func TestRedisPasswordIsNotRepeated(t *testing.T) {
	unsetEnvironment(t)
	for _, address := range []string{"http://user:geheim@127.0.0.1", "redis://user:geheim@redis.example", "redis://user:geheim@127.0.0.1:70 00"} {
		_, err := readConfig([]string{"-redis", address}, io.Discard)
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("got %v", err)
		}
	}
}

// TestHelp: every field of Config has a flag, and every flag says what it means, its default and its environment variable.
func TestHelp(t *testing.T) {
	unsetEnvironment(t)
	var out strings.Builder
	if _, err := readConfig([]string{"-help"}, &out); !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	help := out.String()
	if flags, fields := strings.Count(help, "\n  -"), reflect.TypeFor[Config]().NumField(); flags != fields {
		t.Errorf("%d flags for %d fields of Config:\n%s", flags, fields, help)
	}
	for _, want := range []string{
		"-http address", "[KRING_HTTP]", `default "127.0.0.1:8080"`, "UDP", "[KRING_MEDIA]", "[KRING_TLS_CERT]", "[KRING_DEMO]",
		"PEM", "NAT", "the host's name and the media port",
	} {
		if !strings.Contains(help, want) {
			t.Errorf("help has no %q:\n%s", want, help)
		}
	}
	for _, entry := range strings.Split(help, "\n  -")[1:] {
		name, _, _ := strings.Cut(entry, " ")
		name, _, _ = strings.Cut(name, "\n")
		if !strings.Contains(entry, "["+envName(name)+"]") {
			t.Errorf("-%s does not name its environment variable", name)
		}
	}
}
