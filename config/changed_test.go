package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tributary/config"
)

func TestChanged(t *testing.T) {
	old := mustLoad(t, config.Options{})
	if got := mustLoad(t, config.Options{}).Changed(old); len(got) != 0 {
		t.Errorf("nothing changed, got %v", got)
	}
	now := mustLoad(t, config.Options{Path: "testdata/accepted/dakar.yaml"})
	got := now.Changed(old)
	want := []string{
		"listen", "database", "base_url", "authority", "contact",
		"fetch.allow", "fetch.max_bytes", "fetch.per_host", "publish.title",
		"offices[ne]",
		"sources[un-news-fr]", "sources[iom-rodakar]", "sources[reliefweb-search-form]", // the latter two by their office's zone
		"sources[example-ngo]", "sources[example-ngo-en]", "sources[example-radio]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"listen", "database"}, config.NeedRestart(got)); diff != "" {
		t.Errorf("need a restart (-want +got):\n%s", diff)
	}
	back := old.Changed(now)
	if len(back) != len(got) {
		t.Errorf("the other way round: %v", back)
	}
	moved := mustLoad(t, config.Options{Overrides: map[string]string{"data": "/srv/tributary", "log.level": "debug"}})
	if diff := cmp.Diff([]string{"data"}, config.NeedRestart(moved.Changed(old))); diff != "" {
		t.Errorf("need a restart (-want +got):\n%s", diff)
	}
}
