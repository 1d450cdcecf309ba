package fetch_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tributary/internal/fetch"
	"tributary/internal/hostile"
)

// secretsIn lists what a request carries of the secrets used below.
func secretsIn(r *http.Request) string {
	all := fmt.Sprint(r.Header, r.URL)
	var out []string
	for _, secret := range []string{"Basic aW9tOnMzY3JldA==", "Bearer t0ken", "k3y"} {
		if strings.Contains(all, secret) {
			out = append(out, secret)
		}
	}
	return strings.Join(out, ", ")
}

// TestAccessStaysAtItsOrigin judges from the logs of two servers who got a secret.
func TestAccessStaysAtItsOrigin(t *testing.T) {
	var away, home *site
	away = newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/back" {
			http.Redirect(w, r, home.URL+"/end", http.StatusFound)
		}
	})
	home = newSite(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/inside":
			http.Redirect(w, r, "/end", http.StatusMovedPermanently)
		case "/outside":
			http.Redirect(w, r, away.URL+"/end", http.StatusMovedPermanently)
		case "/there-and-back":
			http.Redirect(w, r, away.URL+"/back", http.StatusFound)
		}
	})
	c := newClient(t, fetch.Options{Access: map[string]fetch.Access{
		"basic":  {URL: home.URL + "/feed", User: "iom", Password: "s3cret"},
		"bearer": {URL: home.URL + "/feed", Bearer: "t0ken"},
		"key":    {URL: home.URL + "/feed", Headers: map[string]string{"x-api-key": "k3y"}},
		"moved":  {URL: "https://" + home.pair() + "/feed", Bearer: "t0ken"},
	}}, home, away)
	for _, tc := range []struct {
		source, url string
		want        []string // what each request to home carried
	}{
		{"basic", home.URL + "/other", []string{"Basic aW9tOnMzY3JldA=="}},
		{"bearer", home.URL + "/inside", []string{"Bearer t0ken", "Bearer t0ken"}},
		{"key", home.URL + "/inside", []string{"k3y", "k3y"}},
		{"key", home.URL + "/outside", []string{"k3y"}},
		{"basic", home.URL + "/there-and-back", []string{"Basic aW9tOnMzY3JldA==", ""}},
		{"bearer", away.URL + "/end", nil}, // where a learnt redirect led
		{"moved", home.URL + "/end", []string{""}},
		{"", home.URL + "/end", []string{""}},
		{"unknown", home.URL + "/end", []string{""}},
	} {
		before := len(home.requests())
		mustGet(t, c, fetch.Request{URL: tc.url, Source: tc.source})
		var got []string
		for _, r := range home.requests()[before:] {
			got = append(got, secretsIn(r))
		}
		if strings.Join(got, "|") != strings.Join(tc.want, "|") || len(got) != len(tc.want) {
			t.Errorf("%s %s: sent %q, want %q", tc.source, tc.url, got, tc.want)
		}
	}
	for _, r := range away.requests() {
		if s := secretsIn(r); s != "" {
			t.Errorf("%s of the other server got %s", r.URL.Path, s)
		}
	}
	if len(away.requests()) != 3 {
		t.Errorf("%d requests to the other server", len(away.requests()))
	}
}

// TestAccessIsNotSentInTheClear: from https down to http of the same host nothing goes
// along.
func TestAccessIsNotSentInTheClear(t *testing.T) {
	s, err := hostile.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var address string
	for _, h := range s.Cases() {
		if h.Name == "h2" {
			address = s.URL(h, 0)
		}
	}
	plain := newSite(t, func(w http.ResponseWriter, r *http.Request) {})
	c := newClient(t, fetch.Options{Allow: s.Allow(), CAs: s.CA(), Access: map[string]fetch.Access{
		"a": {URL: address, Bearer: "t0ken"}, "b": {URL: "https://" + plain.pair() + "/", Bearer: "t0ken"},
	}}, plain)
	mustGet(t, c, fetch.Request{URL: address, Source: "a"})
	if r := s.Requests("/h2")[0]; secretsIn(r) != "Bearer t0ken" || r.ProtoMajor != 2 {
		t.Errorf("over %s sent %q", r.Proto, secretsIn(r))
	}
	mustGet(t, c, fetch.Request{URL: plain.URL, Source: "b"})
	if got := secretsIn(plain.requests()[0]); got != "" {
		t.Errorf("sent %q over http", got)
	}
}

func TestAccessDenied(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(401) })
	a := fetch.Access{URL: s.URL, User: "iom", Password: "s3cret"}
	c := newClient(t, fetch.Options{Access: map[string]fetch.Access{"a": a}}, s)
	e := wantError(t, c, fetch.Request{URL: s.URL, Source: "a"}, fetch.ReasonStatus, "does not accept the user name, password or key")
	if e.Detail != fetch.DetailAccessDenied {
		t.Errorf("detail %q", e.Detail)
	}
	if e := wantError(t, c, fetch.Request{URL: s.URL}, fetch.ReasonStatus, "wants a user name and password"); e.Detail != fetch.DetailNoAccess {
		t.Errorf("detail %q", e.Detail)
	}
	if shown := fmt.Sprintf("%v %+v %#v %v %+v", a, a, a, e, *e); strings.Contains(shown, "s3cret") || strings.Contains(shown, "aW9tOnMzY3JldA") {
		t.Errorf("shown: %s", shown)
	}
}

func TestAccessThatCannotBeMeant(t *testing.T) {
	for _, a := range []fetch.Access{
		{URL: "nowhere", Bearer: "s3cret"}, {URL: "http://a.example/", User: "a:s3cret"}, {URL: "http://a.example/", Bearer: "s3cret\r\nX: y"},
		{URL: "http://a.example/", Headers: map[string]string{"Cookie": "s3cret"}}, {URL: "http://a.example/", Headers: map[string]string{"If-None-Match": "s3cret"}},
		{URL: "http://a.example/", Headers: map[string]string{"Proxy-Authorization": "s3cret"}}, {URL: "http://a.example/", Headers: map[string]string{"X Y": "s3cret"}},
	} {
		if _, err := fetch.New(fetch.Options{Access: map[string]fetch.Access{"id": a}}); err == nil {
			t.Errorf("%q was accepted", a.URL)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("shown: %v", err)
		}
	}
}
