package pipeline

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/pprof"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/load"
)

type lf struct{}

func (lf) Get(ctx context.Context, r fetch.Request) (*fetch.Response, error) {
	resp, err := http.Get(r.URL)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return &fetch.Response{Body: b, URL: r.URL, Status: 200, ContentType: resp.Header.Get("Content-Type")}, nil
}

func TestProf(t *testing.T) {
	if os.Getenv("PROF") == "" {
		t.Skip()
	}
	onBoth(t, func(t *testing.T, d *desk) {
		s := load.New(load.Options{Feeds: 300})
		if _, err := s.Start(); err != nil {
			t.Fatal(err)
		}
		var all []feeds.Source
		for i, u := range s.URLs() {
			src := source(fmt.Sprintf("s%03d", i), "hq", feeds.KindIOM)
			src.URL = u
			all = append(all, src)
		}
		d.catalogue(all...)
		d.Puller.Fetch = lf{}
		f, _ := os.Create("/tmp/prof.out")
		pprof.StartCPUProfile(f)
		t0 := time.Now()
		states, _ := d.db.Sources(t.Context())
		r, err := d.Pull(t.Context(), states, nil)
		pprof.StopCPUProfile()
		fmt.Println(r.Entries, r.Stories, err, time.Since(t0))
	})
}
