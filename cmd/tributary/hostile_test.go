package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tributary/internal/hostile"
	"tributary/internal/pipeline"
)

// ceiling is what the program may take while it meets hostile servers.
const ceiling = 200 << 10 // KiB

// TestMemoryCeiling pulls every case of the hostile server, 32 at once, with the
// settings as they come, and looks at the most memory that the process ever had. Only
// the time limit is lower: it decides how long the slow cases take, and nothing else.
func TestMemoryCeiling(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	var hosts []string
	for i := range 16 {
		hosts = append(hosts, fmt.Sprintf("127.0.0.%d", i+1))
	}
	s, err := hostile.Start(hosts...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	dir := t.TempDir()
	name := filepath.Join(dir, "tributary.yaml")
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), s.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	type source map[string]string
	var sources []source
	want := map[string]hostile.Case{}
	for i, c := range s.Cases() {
		want[c.Name] = c
		id := strings.ReplaceAll(c.Name, ".", "-")
		sources = append(sources, source{"id": id, "office": "hq", "title": c.Name, "kind": "media", "url": s.URL(c, i)})
	}
	text, err := json.Marshal(map[string]any{ // JSON is YAML
		"catalogue": false, "fetch": map[string]any{"allow": s.Allow(), "ca_file": "ca.pem", "timeout": "15s"}, "sources": sources,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	p := command(t, "--config", name, "--data", filepath.Join(dir, "var"), "--json", "pull", "--all")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	most := watchMemory(p.Process.Pid)
	_ = p.Wait() // sources fail, as they should, and so does the command
	peak := <-most
	var report pipeline.Report
	if err := json.Unmarshal(p.out.Bytes(), &report); err != nil {
		t.Fatalf("no report: %v\n%s", err, p.err.String())
	}
	t.Logf("%d cases in %.1f s, %d failed, peak %d MiB", report.Sources, report.Seconds, len(report.Failed), peak>>10)
	for _, f := range report.Failed {
		// What is large and honest must come through, however much there is to wait for.
		if strings.HasPrefix(f.Source, "large-") && !strings.Contains(f.Error, "no entries") {
			t.Errorf("%s: %s", f.Source, f.Error)
		}
	}
	if report.Sources != len(want) {
		t.Errorf("%d of %d cases were met", report.Sources, len(want))
	}
	if peak == 0 || peak > ceiling {
		t.Errorf("the process had %d KiB at its peak, want at most %d", peak, ceiling)
	}
}

// watchMemory reads the peak of a process's resident memory until it ends, in KiB.
func watchMemory(pid int) <-chan int {
	out := make(chan int, 1)
	go func() {
		peak := 0
		defer func() { out <- peak }()
		for {
			text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			if err != nil {
				return
			}
			_, rest, found := strings.Cut(string(text), "VmHWM:")
			if !found {
				return // a zombie has none
			}
			if kib, err := strconv.Atoi(strings.Fields(rest)[0]); err == nil {
				peak = max(peak, kib)
			}
			time.Sleep(2 * time.Millisecond)
		}
	}()
	return out
}
