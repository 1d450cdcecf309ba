package fetch_test

import (
	"crypto/x509"
	"errors"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/fetch"
)

// TestRefusedAddresses: nothing here may be reached, and most must not even be
// looked up.
func TestRefusedAddresses(t *testing.T) {
	c := newClient(t, fetch.Options{Allow: []string{"127.0.0.1:4"}})
	for _, address := range []string{
		"http://127.0.0.1/", "http://127.0.0.1:8080/", "http://127.9.9.9/", "http://localhost/", "http://LOCALHOST:8080/",
		"http://0.0.0.0/", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/",
		"http://169.254.169.254/latest/meta-data/", "http://192.0.2.1/", "http://198.18.0.1/", "http://224.0.0.1/", "http://255.255.255.255/",
		"http://[::1]/", "http://[::]/", "http://[fe80::1]/", "http://[fe80::1%25lo]/", "http://[fc00::1]/", "http://[fd00::1]/", "http://[ff02::1]/",
		"http://[::ffff:127.0.0.1]/", "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::7f00:1]/",
		"http://[2002:7f00:1::]/", "http://[2001:db8::1]/", "http://[2001::1]/",
		"http://192.31.196.1:22/", "http://93.184.216.34:25/", "http://93.184.216.34:6379/", "http://93.184.216.34:1/", "https://93.184.216.34:5432/",
		"ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "data:text/xml,<rss/>", "feed://example.org/x",
		"http://", "http:///x", "//example.org/x", "/feed.xml", "example.org/feed", "", "http:example.org", "http://:80/",
		"http://user@example.org/", "http://user:secret@example.org/", "http://exa mple.org/", "http://[::1", "http://example.org:99999/",
		"http://example.org/\x00", "http://\u202eexample.org/", "http://example.org/" + strings.Repeat("x", 9000),
	} {
		_, err := c.Get(t.Context(), fetch.Request{URL: address})
		var e *fetch.Error
		if !errors.As(err, &e) || e.Reason != fetch.ReasonRefused || !errors.Is(err, feeds.ErrRefused) {
			t.Errorf("%.60q: %v, want refused", address, err)
			continue
		}
		if strings.Contains(e.Error(), "secret") {
			t.Errorf("%q: the error repeats the password: %s", address, e)
		}
	}
}

// TestNamesAreJudgedByTheirAddress: the guard looks at what a name resolves to, for
// each connection anew.
func TestNamesAreJudgedByTheirAddress(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		if r.URL.Path == "/move" {
			http.Redirect(w, r, "http://inner.test:"+r.URL.Query().Get("port")+"/", http.StatusFound)
		}
	})
	dns := &fakeDNS{table: map[string][]string{
		"inner.test":     {"127.0.0.1"},
		"ten.test":       {"10.0.0.1"},
		"intranet.test":  {"127.0.0.1"},
		"rebinding.test": {"127.0.0.1", "169.254.169.254"},
		"metadata.test":  {"169.254.169.254"},
	}}
	c := newClient(t, fetch.Options{
		Resolver: dns.resolver(t),
		Allow: []string{
			"intranet.test:" + s.port(), "rebinding.test:" + s.port(), "metadata.test:80", "Москва.test:" + s.port(),
		},
	})
	at := func(host, path string) fetch.Request {
		return fetch.Request{URL: "http://" + host + ":" + s.port() + path}
	}
	wantError(t, c, at("inner.test", "/"), fetch.ReasonRefused, "127.0.0.1 is refused")
	wantError(t, c, at("127.0.0.1", "/"), fetch.ReasonRefused, "127.0.0.1 is refused")
	wantError(t, c, at("ten.test", "/"), fetch.ReasonRefused, "10.0.0.1 is refused")
	wantError(t, c, fetch.Request{URL: "http://metadata.test/"}, fetch.ReasonRefused, "169.254.169.254 is refused")
	if n := len(s.requests()); n != 0 {
		t.Fatalf("%d refused requests arrived", n)
	}
	mustGet(t, c, at("intranet.test", "/"))
	mustGet(t, c, at("INTRANET.test.", "/"))
	mustGet(t, c, at("rebinding.test", "/"))
	wantError(t, c, at("rebinding.test", "/"), fetch.ReasonRefused, "169.254.169.254 is refused")
	wantError(t, c, at("intranet.test", "/move?port="+s.port()), fetch.ReasonRefused, "127.0.0.1 is refused")
	e := wantError(t, c, at("nowhere.test", "/"), fetch.ReasonDNS, "no address is known for host nowhere.test (DNS)")
	if notFound := (*net.DNSError)(nil); !errors.As(e, &notFound) || !notFound.IsNotFound {
		t.Errorf("the cause %v is lost", e.Err)
	}
	wantError(t, c, at("москва.test", "/"), fetch.ReasonDNS, "host xn--80adxhks.test ")
}

func TestInternationalHost(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {})
	dns := &fakeDNS{table: map[string][]string{"xn--80adxhks.test": {"127.0.0.1"}}}
	c := newClient(t, fetch.Options{Resolver: dns.resolver(t), Allow: []string{"москва.test:" + s.port()}})
	got := mustGet(t, c, fetch.Request{URL: "http://МОСКВА.test:" + s.port() + "/новости?q=мигранты и беженцы"})
	if r := s.requests()[0]; r.Host != "xn--80adxhks.test:"+s.port() {
		t.Errorf("asked for host %q", r.Host)
	} else if !strings.HasPrefix(r.RequestURI, "/%D0%BD%D0%BE") || strings.ContainsAny(r.RequestURI, " н") || r.URL.Query().Get("q") != "мигранты и беженцы" {
		t.Errorf("asked for %q", r.RequestURI)
	}
	if !strings.HasPrefix(got.URL, "http://xn--80adxhks.test:") {
		t.Errorf("final address %q", got.URL)
	}
}

func TestTLS(t *testing.T) {
	s := &site{}
	s.Server = httptest.NewUnstartedServer(s.logged(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/down" {
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusMovedPermanently)
		}
	}))
	s.Config.ErrorLog = log.New(t.Output(), "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	plain := newSite(t, func(w http.ResponseWriter, r *http.Request) {})

	wantError(t, newClient(t, fetch.Options{}, s), fetch.Request{URL: s.URL}, fetch.ReasonTLS, "no secure connection to 127.0.0.1")
	wantError(t, newClient(t, fetch.Options{}, plain), fetch.Request{URL: "https://" + plain.pair()}, fetch.ReasonTLS, "no secure connection")

	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	c := newClient(t, fetch.Options{RootCAs: roots}, s, plain)
	if got := mustGet(t, c, fetch.Request{URL: s.URL}); got.Status != 200 {
		t.Errorf("status %d", got.Status)
	}
	down := mustGet(t, c, fetch.Request{URL: s.URL + "/down?to=" + plain.URL + "/x"})
	if down.URL != plain.URL+"/x" || down.MovedTo != "" {
		t.Errorf("a step down to http went to %q and would be learnt as %q", down.URL, down.MovedTo)
	}
}

func TestOptionsThatCannotBeMeant(t *testing.T) {
	for _, o := range []fetch.Options{
		{Allow: []string{"intranet"}}, {Allow: []string{"intranet:"}}, {Allow: []string{":80"}}, {Allow: []string{"host:http"}},
		{Allow: []string{"host:0"}}, {Allow: []string{"host:70000"}}, {Allow: []string{"*:80"}}, {Allow: []string{"10.0.0.0/8:80"}},
		{Timeout: -1}, {MaxBytes: -1}, {PerHost: -1}, {Concurrency: -1},
	} {
		if _, err := fetch.New(o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}

// TestEnvironmentProxyIsNotUsed: a proxy would see addresses the guard never does.
func TestEnvironmentProxyIsNotUsed(t *testing.T) {
	proxy := newSite(t, func(w http.ResponseWriter, r *http.Request) {})
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	dns := &fakeDNS{table: map[string][]string{"ten.test": {"10.0.0.1"}}}
	c := newClient(t, fetch.Options{Resolver: dns.resolver(t)}, proxy)
	wantError(t, c, fetch.Request{URL: "http://ten.test/"}, fetch.ReasonRefused, "10.0.0.1")
	if n := len(proxy.requests()); n != 0 {
		t.Errorf("the proxy got %d requests", n)
	}
}

func TestHost(t *testing.T) {
	for address, want := range map[string]string{
		"https://WWW.IOM.int/rss":            "www.iom.int",
		"http://iom.int:8080/a?b#c":          "iom.int",
		"https://iom.int./":                  "iom.int",
		"https://bücher.example/":            "xn--bcher-kva.example",
		"http://[2001:DB8::1]:80/":           "2001:db8::1",
		"http://odd_name.example.org/":       "odd_name.example.org",
		" https://example.org/with a space ": "example.org",
		"ftp://iom.int/":                     "",
		"nonsense":                           "",
		"":                                   "",
	} {
		if got := fetch.Host(address); got != want {
			t.Errorf("Host(%q) = %q, want %q", address, got, want)
		}
	}
}

func FuzzHost(f *testing.F) {
	for _, s := range []string{"http://a/", "https://[::1%25x]:8/", "http://xn--a.b/", "HTTP://ÄÖ.de.:80?x y", "http://a%41/", "http://..."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		host := fetch.Host(address)
		if host == "" {
			return
		}
		if strings.ContainsAny(host, " /?#@\r\n\t") || strings.ToLower(host) != host {
			t.Errorf("Host(%q) = %q", address, host)
		}
		again := "http://" + host + "/"
		if strings.Contains(host, ":") {
			again = "http://[" + host + "]/"
		}
		if got := fetch.Host(again); got != host {
			t.Errorf("Host(%q) = %q, but Host(%q) = %q", address, host, again, got)
		}
	})
}
