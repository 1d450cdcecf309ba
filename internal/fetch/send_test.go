package fetch_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/fetch"
)

// What is sent arrives as it is, in our name; redirects are answers and not followed.
func TestSend(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusFound)
		_, _ = io.WriteString(w, r.Method+" "+r.URL.RawQuery+" "+r.Header.Get("X-Hub-Signature")+" "+r.Header.Get("User-Agent")+" "+string(body))
	})
	c := newClient(t, fetch.Options{Version: "9"}, s)
	header := http.Header{"X-Hub-Signature": {"sha256=00"}}
	r, err := c.Send(t.Context(), fetch.SendRequest{Method: http.MethodPost, URL: s.URL + "/back?a=b", Header: header, Body: []byte("news")})
	if err != nil || r.Status != http.StatusFound || r.Location != s.URL+"/elsewhere" || string(r.Body) != "POST a=b sha256=00 Tributary/9 news" {
		t.Errorf("%v %+v %s", err, r, r.Body)
	}
	if len(header) != 1 || len(s.log) != 1 {
		t.Errorf("the caller's header is %v, %d requests", header, len(s.log))
	}
	if _, err := newClient(t, fetch.Options{}).Send(t.Context(), fetch.SendRequest{Method: http.MethodGet, URL: s.URL}); !errors.Is(err, feeds.ErrRefused) {
		t.Errorf("loopback: %v", err)
	}
}

func TestRefusesOnSight(t *testing.T) {
	c := newClient(t, fetch.Options{Allow: []string{"127.0.0.1:8080", "inner:9"}})
	for address, want := range map[string]bool{
		"https://reader.example/hook?x=1": false, "http://reader.example:8080/": false, "http://127.0.0.1:8080/": false, "http://inner:9/": false,
		"http://8.8.8.8/": false, "http://[2606:4700:4700::1111]/": false,
		"http://127.0.0.1/": true, "http://10.1.2.3/": true, "http://169.254.169.254/latest": true, "http://[::1]/": true, "http://[::ffff:10.0.0.1]/": true,
		"http://2130706433/": true, "http://0x7f.1/": true, "http://reader.example:25/": true, "http://reader.example:6379/": true,
		"ftp://reader.example/": true, "https://u:p@reader.example/": true, "/hook": true, "": true, "javascript:alert(1)": true,
		"https://reader.example/" + strings.Repeat("x", 9000): true,
	} {
		err := c.Refuses(t.Context(), address)
		if (err != nil) != want || err != nil && !errors.Is(err, feeds.ErrRefused) {
			t.Errorf("%.60s: %v", address, err)
		}
	}
}
