package redis

import (
	"errors"
	"slices"
	"testing"
)

func TestAddresses(t *testing.T) {
	for address, want := range map[string]struct {
		addrs []string
		err   error
	}{
		"redis://127.0.0.1:7000":                             {[]string{"127.0.0.1:7000"}, nil},
		"redis://localhost/2":                                {[]string{"localhost:6379"}, nil},
		"redis://[::1]:7000":                                 {[]string{"[::1]:7000"}, nil},
		"unix:///run/redis/redis.sock?db=1":                  {[]string{"/run/redis/redis.sock"}, nil},
		"redis://127.0.0.1:7000?addr=127.0.0.1:7001":         {[]string{"127.0.0.1:7000", "127.0.0.1:7001"}, nil},
		"rediss://:word@redis.example:7000?master_name=main": {[]string{"redis.example:7000"}, nil},
		"rediss://redis.example:7000":                        {nil, errOpen},
		"redis://:word@redis.example:7000":                   {nil, errOpen},
		"redis://127.0.0.1:7000?addr=redis.example:7000":     {nil, errOpen},
		"redis://127.0.0.1:7000?read_timeout=1s":             {nil, errAddress},
		"http://127.0.0.1:7000":                              {nil, errAddress},
		"redis://user:geheim@127.0.0.1:70 00":                {nil, errAddress},
	} {
		opts, err := parse(address)
		if !errors.Is(err, want.err) || err == nil && !slices.Equal(opts.Addrs, want.addrs) {
			t.Errorf("%s: %+v, %v", address, opts, err)
		}
	}
	if _, err := dialLocal(t.Context(), "tcp", "192.0.2.1:6379"); !errors.Is(err, errOpen) {
		t.Errorf("dialled off this machine: %v", err)
	}
}
