package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAccessReachesItsSourceAndNothingElse: a source behind a password is pulled and
// read, and no command's output, log or file below the data directory has the password.
func TestAccessReachesItsSourceAndNothingElse(t *testing.T) {
	const secret = "h4nter-two"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != "iom" || password != secret {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, `<rss version="2.0"><channel><title>x</title><item><guid>1</guid><title>Hello</title></item></channel></rss>`)
	}))
	defer server.Close()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"password": secret + "\n",
		"c.yaml": fmt.Sprintf("catalogue: false\nfetch: {allow: [%q]}\nsources:\n"+
			"  - {id: inside, office: hq, title: A, url: %q, kind: partner, access: {user: iom, password_file: password}}\n"+
			"  - {id: outside, office: hq, title: B, url: %q, kind: partner}\n",
			strings.TrimPrefix(server.URL, "http://"), server.URL+"/a", server.URL+"/b"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(dir, "var")
	base := []string{"--config", filepath.Join(dir, "c.yaml"), "--data", data, "--log-level", "debug", "--json"}
	var shown bytes.Buffer
	run := func(wantFailure bool, args ...string) string {
		t.Helper()
		p := command(t, append(base[:len(base):len(base)], args...)...)
		if err := p.Run(); (err != nil) != wantFailure {
			t.Errorf("%q: %v\n%s%s", args, err, p.out.String(), p.err.String())
		}
		shown.Write(p.out.Bytes())
		shown.Write(p.err.Bytes())
		return p.out.String()
	}
	report := run(true, "pull", "--all")
	if !strings.Contains(report, `"fetched":1`) || !strings.Contains(report, "it wants a user name and password, or a key") {
		t.Errorf("report: %s", report)
	}
	if got := run(false, "read", "--source", "inside", server.URL+"/c"); !strings.Contains(got, "Hello") {
		t.Errorf("read: %s", got)
	}
	run(true, "read", server.URL+"/c")
	run(true, "read", "--source", "outside", server.URL+"/c")
	run(false, "sources", "list")
	run(false, "check")
	err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		shown.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{secret, "aW9tOmg0bnRlci10d28"} {
		if bytes.Contains(shown.Bytes(), []byte(s)) {
			t.Errorf("%q is shown or kept", s)
		}
	}
}
