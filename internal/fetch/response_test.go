package fetch

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLinks(t *testing.T) {
	base, err := url.Parse("https://example.org/news/feed.xml")
	if err != nil {
		t.Fatal(err)
	}
	const self = "https://example.org/news/feed.xml"
	for _, tc := range []struct {
		name  string
		lines []string
		want  []Link
	}{
		{"hub and self", []string{`<https://hub.example/>; rel="hub", <feed.xml>; rel=self`}, []Link{{Rel: "hub", Href: "https://hub.example/"}, {Rel: "self", Href: self}}},
		{"two lines", []string{`</a>; rel=hub`, `</b>; rel=hub`}, []Link{{Rel: "hub", Href: "https://example.org/a"}, {Rel: "hub", Href: "https://example.org/b"}}},
		{"several relations", []string{`</a>; rel="Self  alternate"; type="Application/Atom+XML"`},
			[]Link{{"self", "https://example.org/a", "application/atom+xml"}, {"alternate", "https://example.org/a", "application/atom+xml"}}},
		{"comma in address and in quotes", []string{`</a,b;c>; title="x, <y>; rel=no\" still"; rel=next, </d>; rel=prev`},
			[]Link{{Rel: "next", Href: "https://example.org/a,b;c"}, {Rel: "prev", Href: "https://example.org/d"}}},
		{"first rel counts", []string{`</a>; rel=hub; rel=self`}, []Link{{Rel: "hub", Href: "https://example.org/a"}}},
		{"about another document", []string{`</a>; rel=hub; anchor="/other", </b>; rel=hub; anchor=""`}, []Link{}},
		{"about this one", []string{`</a>; rel=hub; anchor="feed.xml"`}, []Link{{Rel: "hub", Href: "https://example.org/a"}}},
		{"nothing that could be fetched", []string{`<javascript:alert(1)>; rel=hub, <ftp://x/>; rel=hub, <http://u:p@x/>; rel=hub, <>; rel=hub`}, nil},
		{"broken", []string{`rel=hub`, `<`, `</a`, `</a>`, `</a>; rel`, `</a>; ===; rel="hub`}, []Link{{Rel: "hub", Href: "https://example.org/a"}}},
	} {
		got := links(http.Header{"Link": tc.lines}, base)
		if tc.name == "about another document" {
			for _, l := range got {
				if l.Href == "https://example.org/a" {
					t.Errorf("%s: %v", tc.name, got)
				}
			}
			continue
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", tc.name, diff)
		}
	}
	r := &Response{Links: links(http.Header{"Link": {`<https://hub.example/>; rel=hub, <feed.xml>; rel=self`}}, base)}
	if r.Hub() != "https://hub.example/" || r.Self() != self {
		t.Errorf("hub %q, self %q", r.Hub(), r.Self())
	}
}

func FuzzLinks(f *testing.F) {
	f.Add(`<https://hub.example/>; rel="hub", <feed.xml>; rel=self; anchor="x"`)
	f.Add(`<<>>;;==,"\`)
	base := &url.URL{Scheme: "https", Host: "example.org", Path: "/f"}
	f.Fuzz(func(t *testing.T, line string) {
		got := links(http.Header{"Link": {line, line}}, base)
		if len(got) > maxLinks {
			t.Fatalf("%d links", len(got))
		}
		for _, l := range got {
			if !strings.HasPrefix(l.Href, "http") || l.Rel == "" || strings.ContainsAny(l.Rel, " \t") {
				t.Errorf("%q gives %+v", line, l)
			}
		}
	})
}

// TestBudget: however many bodies grow at once, what they hold is bounded, one can
// always go on, and everything is given back.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const pool, body = 4 << 20, 20 << 20
		var told []bool
		b := newBudget(pool, func(on bool) { told = append(told, on) })
		var mu sync.Mutex
		inUse, most, done := map[int]int64{}, int64(0), 0
		var wg sync.WaitGroup
		for i := range 32 {
			wg.Go(func() {
				l := &lease{budget: b}
				defer l.release()
				for size := int64(freeBody); size <= body; size += 1 << 20 {
					if err := l.cover(t.Context(), size, nil); err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					inUse[i] = size - freeBody
					sum := int64(0)
					for _, n := range inUse {
						sum += n
					}
					most = max(most, sum)
					mu.Unlock()
					time.Sleep(time.Millisecond)
				}
				mu.Lock()
				delete(inUse, i)
				done++
				mu.Unlock()
			})
		}
		wg.Wait()
		if done != 32 || most > pool+body {
			t.Errorf("%d of 32 bodies came through, %d MiB at once", done, most>>20)
		}
		if b.free != pool || b.holder != nil || b.held != 0 {
			t.Errorf("left behind: %d of the pool, %d leases", pool-b.free, b.held)
		}
		if len(told) < 2 || !told[0] || told[len(told)-1] {
			t.Errorf("told %v", told)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		first, second := &lease{budget: b}, &lease{budget: b}
		if err := first.cover(ctx, body, nil); err != nil {
			t.Fatal(err)
		}
		waited := 0
		if err := second.cover(ctx, body, func() func() { waited++; return func() { waited++ } }); err == nil || waited != 2 {
			t.Errorf("a second body of that size got in, or its clock ran: %d", waited)
		}
	})
}
