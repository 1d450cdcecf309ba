package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tributary/internal/load"
)

// published starts a load server that ends with the test.
func published(t *testing.T, o load.Options) *load.Server {
	t.Helper()
	s := load.New(o)
	if _, err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// catalogue writes a configuration with one source for each address.
func catalogue(t testing.TB, allow, urls []string, schedule string, more ...string) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "catalogue: false\nfetch:\n  per_host: 16\n  min_interval: 0s\n  allow: [%s]\njobs:\n  jitter: 0s\n", quoted(allow))
	for _, line := range more {
		b.WriteString(line + "\n")
	}
	b.WriteString("sources:\n")
	for i, u := range urls {
		fmt.Fprintf(&b, "  - {id: s%04d, office: hq, title: Source %d, publisher: Publisher %d, url: %q, kind: partner, schedule: %q, zone: UTC}\n", i, i, i, u, schedule)
	}
	path := filepath.Join(t.TempDir(), "catalogue.yaml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func quoted(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(out, ", ")
}
