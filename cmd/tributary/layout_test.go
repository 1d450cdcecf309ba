package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "tributary"

// below says what each package may import of the module, directly: imports point
// down, and the five siblings never know each other.
var below = map[string][]string{
	"feeds":                        {},
	"feeds/read":                   {"feeds"},
	"feeds/write":                  {"feeds"},
	"config":                       {"feeds", "feeds/read", "feeds/write"},
	"config/gazetteer":             {},
	"internal/fetch":               {"feeds", "feeds/read", "feeds/write", "config"},
	"internal/dedupe":              {"feeds", "feeds/read", "feeds/write", "config", "internal/diff"},
	"internal/langid":              {},
	"internal/diff":                {},
	"internal/classify":            {"feeds", "feeds/read", "feeds/write", "config", "config/gazetteer", "internal/classify/topicmodel", "internal/langid"},
	"internal/classify/topicmodel": {},
	"internal/redact":              {"feeds", "feeds/read"},
	"internal/sites":               {"feeds", "feeds/read"},
	"internal/store":               {"feeds", "feeds/read", "feeds/write", "config"},
	"internal/publish":             {"feeds", "feeds/read", "feeds/write", "config", "internal/langid"},
	"internal/pipeline":            {"feeds", "feeds/read", "feeds/write", "config", "internal/fetch", "internal/dedupe", "internal/classify", "internal/health", "internal/redact", "internal/sites", "internal/store", "internal/publish", "internal/websub", "internal/newsletter", "internal/courier"},
	"internal/newsletter":          {"feeds", "feeds/read", "feeds/write"},
	"internal/courier":             {},
	"internal/websub":              {"feeds", "feeds/read", "feeds/write", "config"},
	"internal/hub":                 {"feeds"},
	"internal/health":              {"feeds"},
	"internal/feedcheck":           {},
	"internal/selfcheck":           {"feeds", "internal/feedcheck"},
	"internal/bucket":              {},
	"internal/jobs":                {"feeds", "config", "internal/fetch", "internal/hub", "internal/store", "internal/pipeline"},
	"internal/web":                 {"feeds", "feeds/read", "feeds/write", "config", "internal/hub", "internal/publish", "internal/pipeline", "internal/newsletter", "internal/diff"},
	"internal/eval":                {"feeds"},
	"internal/demo":                {"feeds"},
	"internal/load":                {"feeds"},
	"internal/pgtest":              {},
	"internal/hubtest":             {},
	"internal/hostile":             {},
	"cmd/tributary":                nil, // anything
	"internal/load/bench":          nil,
}

// only says which package alone may import a library.
var only = map[string][]string{
	"github.com/mmcdole/gofeed":           {"feeds/read"},
	"github.com/gorilla/feeds":            {"feeds/write"},
	"github.com/robfig/cron/v3":           {"internal/jobs"},
	"github.com/riverqueue/river":         {"internal/jobs"},
	"modernc.org/sqlite":                  {"internal/store"},
	"github.com/wneessen/go-mail":         {"internal/courier"},
	"github.com/pressly/goose/v3":         {"internal/store"},
	"github.com/jackc/pgx/v5":             {"internal/store", "internal/jobs", "internal/pgtest"}, // jobs: River's listener
	"codeberg.org/readeck/go-readability": {"internal/sites"},
	"github.com/mattn/go-sqlite3":         {},
	"github.com/minio/minio-go":           {"internal/bucket"},
	"github.com/prometheus/client_golang": {"internal/web", "cmd/tributary"},
}

type listed struct {
	ImportPath string
	Dir        string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Imports", module+"/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImportsPointDown(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		allowed, known := below[name]
		if !known && !strings.HasSuffix(name, "/generate") {
			t.Errorf("%s has no place in the layout: give it one in this test and in docs/architecture.md", name)
			continue
		}
		for _, imported := range p.Imports {
			if local, ok := strings.CutPrefix(imported, module+"/"); ok {
				if allowed != nil && !slices.Contains(allowed, local) {
					t.Errorf("%s imports %s, which does not stand below it", name, local)
				}
				continue
			}
			if name == "feeds" && strings.Contains(imported, ".") {
				t.Errorf("feeds imports %s; it may import the standard library only", imported)
			}
			for library, users := range only {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && !slices.Contains(users, name) {
					t.Errorf("%s imports %s; only %v may", name, imported, users)
				}
			}
		}
	}
}

func TestEveryPackageSaysWhatItOwns(t *testing.T) {
	for _, p := range packages(t) {
		if strings.HasSuffix(p.ImportPath, "/bench") || strings.HasSuffix(p.ImportPath, "/generate") {
			continue // commands with their documentation on top of main.go
		}
		text, err := os.ReadFile(filepath.Join(p.Dir, "doc.go"))
		if err != nil && p.ImportPath != module+"/cmd/tributary" {
			t.Errorf("%s: %v", p.ImportPath, err)
			continue
		}
		if err == nil && !bytes.Contains(text, []byte("must not")) {
			t.Errorf("%s: doc.go does not say what the package must not do", p.ImportPath)
		}
	}
}

func TestTopLevelAndFileSizes(t *testing.T) {
	root := filepath.Join("..", "..")
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	fixed := []string{"cmd", "feeds", "config", "internal", "docs", "go.mod", "go.sum", "README.md", "CHANGELOG.md", "LICENSE", "NOTICE", "Makefile"}
	ignored := []string{"bin", "var", "public", "node_modules"} // .gitignore has them
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(fixed, e.Name()) && !slices.Contains(ignored, e.Name()) {
			t.Errorf("%s does not belong on the top level", e.Name())
		}
	}
	for _, dir := range []string{"cmd", "feeds", "config", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if n := bytes.Count(text, []byte("\n")); n > 500 {
				t.Errorf("%s has %d lines; split it by its nouns (500 at most)", path, n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
