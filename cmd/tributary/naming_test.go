package main

import (
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
)

// What headquarters calls a country is in feeds and pages as soon as the file is read
// again; the addresses stay.
func TestReloadOfNamesOfCountries(t *testing.T) {
	file := t.TempDir() + "/tributary.yaml"
	write := func(names string) {
		t.Helper()
		if err := os.WriteFile(file, []byte("catalogue: false\n"+names), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("")
	p, said := command(t, "--config", file, "--data", t.TempDir(), "serve", "--listen", "127.0.0.1:0"), &lines{}
	p.Stderr = said
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	base := said.await(t, `is at (http://[^/]+)/`)[1]
	ask := func(path string) string {
		t.Helper()
		resp, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if cerr := resp.Body.Close(); err != nil || cerr != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(path, resp.Status, err, cerr)
		}
		return string(body)
	}
	const note = "References to Kosovo shall be understood in the context of Security Council resolution 1244 (1999)."
	for _, path := range []string{"/feeds/country/xk.atom", "/feeds/country/xk.rss", "/feeds/country/xk.json", "/feeds/country/xk.html"} {
		if got := ask(path); !strings.Contains(got, "Kosovo (UNSC resolution 1244)") || strings.Count(got, note) != 1 {
			t.Errorf("%s lacks the name or the note:\n%.1500s", path, got)
		}
	}
	write("taxonomy:\n  names:\n    XK: {label: {en: Kosovo as headquarters says}, note: {en: \"\"}}\n    TW: {show: no}\n")
	if err := p.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	said.await(t, `configuration reloaded`)
	for _, path := range []string{"/feeds/country/xk.atom", "/feeds/country/xk.html"} {
		if got := ask(path); !strings.Contains(got, "Kosovo as headquarters says") || strings.Contains(got, note) {
			t.Errorf("%s after a reload:\n%.1500s", path, got)
		}
	}
	if got := ask("/feeds/country/tw.atom"); !strings.Contains(got, "<title>TW – ") || strings.Contains(got, "Taiwan") {
		t.Errorf("the feed of a country that shall not be named:\n%.1500s", got)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
}
