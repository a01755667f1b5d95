# make run    build the client and the server, start it on the embedded store, print the links to open
# make test   install what the tests need if it is missing, then run every check and test
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
MEMBERS ?= 3
STORY_RUNS ?= 1
BENCH_SECONDS ?= 10
BENCH_REPEATS ?= 3
BENCH_AGAIN ?= 2
FUZZ_TIME ?= 30s
SOAK ?= 100000
MINUTES ?= 10
LOSS ?= 2
BURST ?= 0

.PHONY: run build client generate test tools check lint fmt test-go test-client test-browser bots bench bench-sfu fuzz soak soak-loss screenshots clean

run: build
	@bin/kring serve -demo & server=$$!
	trap 'kill $$server 2>/dev/null; wait $$server' EXIT INT TERM
	until bin/kring demo -members $(MEMBERS) 2>/dev/null; do
		kill -0 $$server 2>/dev/null || exit 1
		sleep 0.2
	done
	echo "Open each link in a window of its own. Ctrl-C ends the server."
	wait $$server

build: client
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/kring .

client: web/node_modules
	cd web && npm run --silent build

web/node_modules: web/package-lock.json
	cd web
	npm ci --no-audit --no-fund --silent
	touch node_modules

generate:
	go generate ./signaling/protocol

# Each step is a line in the log with its time, so that a slow one is seen.
test:
	@for step in tools build lint test-client test-go test-browser test-firefox; do
		begin=$$SECONDS
		echo "== $$step"
		$(MAKE) --no-print-directory $$step
		echo "== $$step took $$((SECONDS - begin)) s"
	done
	echo "== all passed"

tools:
	.ci/tools

# Formatting, vetting, static checks, and that the generated types are those of the Go code. Flags as in build: what it compiled is used again.
lint: export CGO_ENABLED = 0
lint: export GOFLAGS = -trimpath
lint: web/node_modules
	test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "gofmt would change these"; exit 1; }
	go vet ./...
	for os in darwin windows; do GOOS=$$os go vet ./sfu/internal/udp; done # what is not for Linux alone
	go run $(STATICCHECK) ./...
	go run ./signaling/protocol/gen -check
	cd web && npm run --silent lint && npm run --silent check

fmt: web/node_modules
	gofmt -w $$(git ls-files '*.go')
	cd web && npm run --silent format

test-client: web/node_modules
	cd web && npm run --silent test

# Tests that run beside others mostly wait, for sound, clocks and disks: more of them at a time than there are cores.
# Each program under the race detector would sleep for a second at its end, and the tests start many.
test-go:
	GORACE=atexit_sleep_ms=50 go test -race -parallel 8 ./...

bots:
	CGO_ENABLED=0 go build -trimpath -o bin/kring-bots ./signaling/bot/cmd/kring-bots

# Random sessions of up to 200 commands each, SOAK of them, against the rules. A failing one prints as a scenario file that replays it.
# What lives is small and what is thrown away much: collected less often, it costs a third less.
soak:
	GOGC=1000 go test ./facilitation -run '^TestHistories$$' -histories $(SOAK) -timeout 0 -v

# The stories in Chromium; STORY_RUNS times in a row, to find one that is not sure.
test-browser: build bots
	cd web && for run in $$(seq $(STORY_RUNS)); do npm run --silent e2e; done

# The session's story again, unchanged, with one member in Firefox.
.PHONY: test-firefox
test-firefox: build bots
	cd web && for run in $$(seq $(STORY_RUNS)); do npm run --silent e2e:firefox; done

# The real screens, in both languages and two sizes, in web/e2e/.shots; those of README.md are kept.
PICTURES := room-staff-nl-wide room-member-nl-wide circles-open-nl-wide room-member-en-phone
screenshots: build bots
	cd web
	SHOTS=1 npm run --silent e2e
	mkdir -p pictures
	for name in $(PICTURES); do cp e2e/.shots/$$name.png pictures/; done

# Every fuzz target of every package, FUZZ_TIME each.
fuzz:
	for pkg in $$(go list ./...); do
		for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do
			echo "== $$pkg $$target"
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZ_TIME) $$pkg
		done
	done

# What people wait for, as tables and in bin/bench.json. Times depend on the machine and on what else it does: run it alone.
bench: build bots
	cd web && BENCH_FIGURES=../bin/bench-browser.json npm exec -- playwright test -c e2e/bench
	cd ..
	go run ./signaling/bench -browser bin/bench-browser.json -json bin/bench.json
	$(MAKE) --no-print-directory bench-sfu

# What forwarding costs beside other SFUs, as a table and in bin/bench-sfu.json. BENCH_SECONDS=4 BENCH_REPEATS=1 BENCH_AGAIN=0 is
# for trying: BENCH_AGAIN is how often a run is made again in which others used the machine. Janus needs root, for its address.
bench-sfu:
	if ! command -v janus >/dev/null && [ "$$(id -u)" = 0 ]; then
		RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends janus >/dev/null || echo "no Janus"
	fi
	go build -o bin/kring-bench-sfu ./sfu/bench
	bin/kring-bench-sfu run -seconds $(BENCH_SECONDS) -repeats $(BENCH_REPEATS) -again $(BENCH_AGAIN) -json bin/bench-sfu.json

# A ring of ten on lines that lose LOSS per cent of the packets each way, by chance or BURST in a row, for MINUTES: what was
# repaired, and what two browsers had of it, as lines and in bin/soak-loss.json.
soak-loss: build bots
	cd web && SOAK_MINUTES=$(MINUTES) SOAK_LOSS=$(LOSS) SOAK_BURST=$(BURST) SOAK_FIGURES=../bin/soak-loss.json npm exec -- playwright test -c e2e/soak

clean:
	rm -rf bin web/node_modules web/dist/assets web/dist/index.html
