package fetch_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"tributary/internal/fetch"
)

func TestContentLocation(t *testing.T) {
	header := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if header != "" {
			w.Header().Set("Content-Location", header)
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		if _, err := w.Write([]byte("<rss/>")); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	client, err := fetch.New(fetch.Options{Allow: []string{server.Listener.Addr().String()}})
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{
		"":                                "",
		"/fr/feed.xml":                    server.URL + "/fr/feed.xml",
		server.URL + "/feed":              server.URL + "/feed",
		"http://inner.example:8080/feed":  "",
		"https://user:secret@example.org": "",
		"::":                              "",
	} {
		header = value
		got, err := client.Get(t.Context(), fetch.Request{URL: server.URL + "/a"})
		if err != nil {
			t.Fatal(err)
		}
		if got.ContentLocation != want {
			t.Errorf("%q: got %q, want %q", value, got.ContentLocation, want)
		}
	}
}
