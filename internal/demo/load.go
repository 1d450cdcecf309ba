package demo

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

//go:embed world/*.yaml world/releases/*.yaml
var files embed.FS

// data is the demo world as the files tell it, not yet set in time.
type data struct {
	publishers []*publisher
	releases   []*release
	series     []*series
	endless    endless
}

// load reads and checks the data files; all that is wrong is reported at once.
func load(fsys fs.FS) (*data, error) {
	var d data
	var head struct {
		Publishers []*publisher `yaml:"publishers"`
	}
	var numbered struct {
		Endless endless   `yaml:"endless"`
		Series  []*series `yaml:"series"`
	}
	errs := []error{
		decode(fsys, "world/publishers.yaml", &head),
		decode(fsys, "world/series.yaml", &numbered),
	}
	names, err := fs.Glob(fsys, "world/releases/*.yaml")
	errs = append(errs, err)
	for _, name := range names {
		var file struct {
			Releases []*release `yaml:"releases"`
		}
		errs = append(errs, decode(fsys, name, &file))
		d.releases = append(d.releases, file.Releases...)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	d.publishers, d.series, d.endless = head.Publishers, numbered.Series, numbered.Endless
	return &d, d.check()
}

// decode reads one YAML file and refuses keys it does not know.
func decode(fsys fs.FS, name string, into any) error {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("read demo data: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("read demo data %s: %w", path.Base(name), err)
	}
	return nil
}

func (d *data) check() error {
	var errs []error
	seen := map[string]bool{}
	once := func(kind, key string) {
		if seen[kind+" "+key] {
			errs = append(errs, fmt.Errorf("check demo data: %s %s stands twice", kind, key))
		}
		seen[kind+" "+key] = true
	}
	for _, p := range d.publishers {
		once("publisher", p.ID)
		once("feed address", p.Host+p.Feed)
		errs = append(errs, p.check())
	}
	byID := d.byID()
	for _, s := range d.series {
		once("series", s.ID)
		errs = append(errs, s.check(byID))
	}
	for _, r := range d.releases {
		once("release", r.ID)
		errs = append(errs, r.check())
	}
	if len(d.series) > 0 && (d.endless.Every < span(time.Second) || d.endless.After <= 0) {
		errs = append(errs, errors.New("check demo data: endless wants after above zero and every of a second at least"))
	}
	return errors.Join(errs...)
}

func (d *data) byID() map[string]*publisher {
	byID := make(map[string]*publisher, len(d.publishers))
	for _, p := range d.publishers {
		byID[p.ID] = p
	}
	return byID
}

func (r *release) check() error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("check release %s: "+format, append([]any{r.ID}, args...)...))
	}
	if !publisherID.MatchString(r.ID) {
		bad("id is not a slug")
	}
	if len(r.Copies) == 0 {
		bad("no publisher carries it")
	}
	for language, tx := range r.Texts {
		switch {
		case tx.Slug == "" || strings.TrimSpace(tx.Title) == "":
			bad("text %s lacks a slug or a title", language)
		case (strings.TrimSpace(tx.Body) == "") == (tx.HTML == ""):
			bad("text %s wants either body or html", language)
		}
	}
	if len(r.Texts) == 0 {
		bad("no text")
	}
	return errors.Join(errs...)
}
