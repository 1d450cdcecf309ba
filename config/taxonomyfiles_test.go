package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tributary/config"
)

// An edited file takes the place of the bundled one, alone or with others, under its own
// name or any; what is wrong with it is named by its line.
func TestEditedTaxonomy(t *testing.T) {
	bundled, err := os.ReadFile("taxonomy/topics.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(bundled), "slug: remittances") {
		t.Fatal("the bundled taxonomy has no such topic to edit")
	}
	edited := strings.ReplaceAll(string(bundled), "slug: remittances", "slug: money-sent-home")
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return full
	}
	file := write("mine.yaml", edited)
	write("all/topics.yaml", edited)
	for _, path := range []string{file, filepath.Join(dir, "all")} {
		cfg, err := config.Load(config.Options{Taxonomy: path})
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if _, ok := cfg.Taxonomy.TopicBySlug("money-sent-home"); !ok {
			t.Errorf("%s: the edited topic is missing", path)
		}
		if _, ok := cfg.Taxonomy.CountryByCode("LY"); !ok {
			t.Errorf("%s: the bundled countries are gone", path)
		}
	}
	write("broken/topics.yaml", "version: 1\ngroups:\n  - slug: A B\n    lable: {en: x}\n")
	for path, want := range map[string]string{
		filepath.Join(dir, "broken"):           "topics.yaml:4:",
		write("other.yaml", "offices: []\n"):   "is no file of a taxonomy",
		write("nothing/readme.txt", "nothing"): "is no file of a taxonomy",
		filepath.Join(dir, "nothing"):          "holds no file of a taxonomy",
		filepath.Join(dir, "missing"):          "cannot be read",
	} {
		_, err := config.Load(config.Options{Taxonomy: path})
		var problems config.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}
