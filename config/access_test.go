package config_test

import (
	"crypto/x509"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"encoding/json"
	"encoding/pem"

	"github.com/google/go-cmp/cmp"

	"tributary/config"
)

func loadAccess(t *testing.T, password string) *config.Config {
	t.Helper()
	return mustLoad(t, config.Options{
		Path:    "testdata/accepted/access.yaml",
		Environ: []string{"NGO_PASSWORD=" + password, "TRIBUTARY_SECRET_KEY=key-from-environment"},
	})
}

// TestAccess: secrets come from files and the environment, stand beside the sources
// and are shown by nothing that prints.
func TestAccess(t *testing.T) {
	c := loadAccess(t, "pass word")
	want := map[string]config.Access{
		"basic": {User: "iom", Password: "pass word"},
		"token": {Bearer: "tok-from-file"},
		"key":   {Headers: []config.AccessHeader{{Name: "X-Api-Key", Value: "key-from-environment"}}, Direct: true},
	}
	if diff := cmp.Diff(want, c.Access); diff != "" {
		t.Errorf("access differs (-want +got):\n%s", diff)
	}
	if c.Fetch.Proxy != "http://user:hunter2@proxy.example.org:3128" {
		t.Errorf("proxy %q", c.Fetch.Proxy)
	}
	sources, err := json.Marshal(c.Sources)
	if err != nil {
		t.Fatal(err)
	}
	shown := string(sources)
	for _, a := range c.Access {
		shown += fmt.Sprintf("%v %+v %#v %s", a, a, a, a)
		shown += fmt.Sprintf("%v %+v %#v", a.Headers, a.Headers, a.Headers)
	}
	for _, secret := range []string{"pass word", "tok-from-file", "key-from-environment", "hunter2"} {
		if strings.Contains(shown, secret) {
			t.Errorf("%q is shown", secret)
		}
	}
}

func TestAccessThatChangedIsAChangedSource(t *testing.T) {
	before, after := loadAccess(t, "a"), loadAccess(t, "b")
	if got := after.Changed(before); !slices.Equal(got, []string{"sources[basic]"}) {
		t.Errorf("changed: %q", got)
	}
}

func TestAuthorities(t *testing.T) {
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	dir := t.TempDir()
	bundle := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	for name, data := range map[string][]byte{"ca.pem": bundle, "c.yaml": []byte("fetch: {ca_file: ca.pem}\n")} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := mustLoad(t, config.Options{Path: filepath.Join(dir, "c.yaml")})
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(c.Fetch.CAs) {
		t.Error("the bundle beside the file was not read")
	}
}
