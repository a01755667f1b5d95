package ports

import (
	"net/netip"
	"testing"
)

func TestParse(t *testing.T) {
	for media, want := range map[string]int{
		"127.0.0.1:0": 1, "127.0.0.1:50000": 1, "10.0.0.1:50000-50003": 4, "[::1]:9": 1, "[::]:65535-65535": 1,
	} {
		p, err := Parse(media, "")
		if err != nil || len(p.All()) != want {
			t.Errorf("%s: %v, %v", media, p, err)
		}
	}
	for _, media := range []string{"", "127.0.0.1", "host:1", "127.0.0.1:x", "127.0.0.1:5-4", "127.0.0.1:0-3", "127.0.0.1:65536", "127.0.0.1:1-2-3"} {
		if p, err := Parse(media, ""); err == nil {
			t.Errorf("%q is taken as %v", media, p)
		}
	}
	if _, err := Parse("127.0.0.1:1", "somewhere"); err == nil {
		t.Error("a name is taken for an address")
	}
}

func TestTold(t *testing.T) {
	local := netip.MustParseAddrPort("127.0.0.1:7")
	told := func(media, advertise string) []netip.AddrPort {
		t.Helper()
		p, err := Parse(media, advertise)
		if err != nil {
			t.Fatal(err)
		}
		out, err := p.Told(local)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := told("127.0.0.1:0", ""); len(got) != 1 || got[0] != local {
		t.Errorf("a socket's own address is told as %v", got)
	}
	if got := told("[::]:0", "2001:db8::1"); len(got) != 1 || got[0].String() != "[2001:db8::1]:7" {
		t.Errorf("an advertised address is told as %v", got)
	}
	for _, media := range []string{"0.0.0.0:0", "[::]:0"} {
		for _, a := range told(media, "") {
			if a.Port() != 7 || a.Addr().IsUnspecified() || a.Addr().Is4In6() || a.Addr().IsLinkLocalUnicast() || media[0] == '0' && !a.Addr().Is4() {
				t.Errorf("%s: %v is told", media, a)
			}
		}
	}
}
