package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// beMain makes the test binary behave as the program: tests that kill it or run
// several at once start it this way.
const beMain = "TRIBUTARY_TEST_BE_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(beMain) != "" {
		os.Exit(Main())
	}
	testscript.Main(m, map[string]func(){"tributary": func() { os.Exit(Main()) }})
}

// TestScripts runs the command line as a user types it: one file a case. The files of
// its directory site are served over loopback at $SITE, a host and port.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: func(env *testscript.Env) error {
		s := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(env.WorkDir, "site"))))
		env.Defer(s.Close)
		env.Setenv("SITE", strings.TrimPrefix(s.URL, "http://"))
		return nil
	}})
}

// program is the command with its output kept, ready to start.
type program struct {
	*exec.Cmd
	out, err bytes.Buffer
}

func command(t *testing.T, args ...string) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{Cmd: exec.Command(self, args...)}
	p.Env = append(os.Environ(), beMain+"=1")
	p.Stdout, p.Stderr = &p.out, &p.err
	return p
}

// must runs the command to its end, which must be a good one.
func must(t *testing.T, args ...string) string {
	t.Helper()
	p := command(t, args...)
	if err := p.Run(); err != nil {
		t.Fatalf("tributary %s: %v\n%s%s", strings.Join(args, " "), err, p.out.String(), p.err.String())
	}
	return p.out.String()
}
