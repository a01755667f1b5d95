package lite

import (
	"net/netip"
	"testing"
	"time"
)

var (
	home   = netip.MustParseAddrPort("192.0.2.1:1000")
	train  = netip.MustParseAddrPort("198.51.100.7:2000")
	thief  = netip.MustParseAddrPort("203.0.113.9:3000")
	second = time.Second
)

func TestPathBeforeMedia(t *testing.T) {
	var p path
	p.checked(home, false, second)
	if p.to != home {
		t.Fatalf("the first address that is checked is %v", p.to)
	}
	p.checked(train, false, second)
	if p.to != home {
		t.Error("moved without a nomination")
	}
	p.checked(train, true, second)
	if p.to != train {
		t.Error("a nomination before media is not followed")
	}
	p.spoke(home, second)
	if p.to != home {
		t.Error("the handshake is not answered where it comes from")
	}
	p.spoke(thief, second)
	if p.to != home {
		t.Error("a handshake from an address that was not checked is answered there")
	}
}

func TestPathMovesOnlyWithMedia(t *testing.T) {
	var p path
	p.checked(home, true, second)
	p.sealed(home, second)
	p.checked(thief, true, 2*second) // a check that was captured, sent again from elsewhere
	p.spoke(thief, 2*second)
	if p.to != home {
		t.Fatal("moved to an address that has sent no media")
	}
	p.sealed(train, 2*second)
	if p.to != home {
		t.Fatal("moved to an address that was not nominated")
	}
	p.checked(train, true, 3*second)
	p.sealed(train, 3*second)
	if p.to != train {
		t.Fatal("did not move with the peer")
	}
	p.sealed(home, 3*second) // a packet that was on its way
	if p.to != train {
		t.Error("moved back for a late packet")
	}
}

func TestPathMovesWithANAT(t *testing.T) {
	var p path
	p.checked(home, true, second)
	p.sealed(home, second)
	p.checked(train, false, second)
	p.sealed(train, second+quiet)
	if p.to != home {
		t.Fatal("moved while the old address may still be there")
	}
	p.sealed(train, second+quiet+1)
	if p.to != train {
		t.Error("did not move to where the media comes from")
	}
	p.sealed(thief, time.Hour)
	if p.to != train {
		t.Error("moved to an address that was not checked")
	}
}

func TestPathMovesAtARestart(t *testing.T) {
	var p path
	p.checked(home, true, second)
	p.sealed(home, second)
	p.restart()
	p.checked(train, false, second)
	if p.to != home {
		t.Fatal("moved without a nomination")
	}
	p.checked(train, true, second)
	if p.to != train {
		t.Error("did not move with a nomination of new credentials")
	}
}

// A peer that only listens sends no media: its new address is taken once the old one has fallen silent.
func TestPathOfAListener(t *testing.T) {
	var p path
	p.checked(home, true, second)
	p.sealed(home, second)
	p.checked(train, true, second+silence)
	if p.to != home {
		t.Fatal("moved while the old address may still be there")
	}
	p.checked(train, true, second+silence+1)
	if p.to != train {
		t.Error("did not move from an address that is silent")
	}
}

func TestPathBounds(t *testing.T) {
	var p path
	p.checked(home, true, second)
	p.sealed(home, second)
	for i := range 100 {
		p.checked(netip.AddrPortFrom(thief.Addr(), uint16(i+1)), true, second)
	}
	if len(p.known) != maxAddresses || p.to != home {
		t.Errorf("%d addresses are known, and %v is sent to", len(p.known), p.to)
	}
}

func TestPathLapses(t *testing.T) {
	var p path
	if p.lapsed(time.Hour) {
		t.Error("lapsed before it began")
	}
	p.checked(home, true, second)
	p.sealed(home, time.Hour)
	if p.lapsed(second+consentLife) || !p.lapsed(second+consentLife+1) {
		t.Error("consent does not end after its life")
	}
	if gone := p.forget(); len(gone) != 1 || p.to.IsValid() || p.lapsed(time.Hour) {
		t.Errorf("forgot %v and sends to %v", gone, p.to)
	}
	p.checked(train, false, time.Hour)
	p.forgetAddress(train)
	if p.to.IsValid() || len(p.known) != 0 {
		t.Error("sends to an address that is another's")
	}
}
