package config

import (
	"fmt"
	"os"
	"path/filepath"
)

// The names of the files of the taxonomy, by the key that only one of them has.
const (
	countriesName  = "countries.yaml"
	regionsName    = "regions.yaml"
	topicsName     = "topics.yaml"
	lookalikesName = "lookalikes.yaml"
)

// TaxonomyFiles gives the files of the bundled taxonomy by name, to be edited and handed
// back as Options.Taxonomy.
func TaxonomyFiles() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range []string{countriesName, regionsName, topicsName, lookalikesName} {
		body, err := defaults.ReadFile("taxonomy/" + name)
		if err != nil {
			return nil, fmt.Errorf("read bundled taxonomy: %w", err)
		}
		files[name] = body
	}
	return files, nil
}

// edited are the files that take the place of bundled ones, by their bundled name.
// Options.Taxonomy is a directory that holds some of them, or one of them under any
// name: then what it holds says which it is.
func (l *loader) edited() map[string]*node {
	path := l.options.Taxonomy
	if path == "" {
		return nil
	}
	keys := map[string]string{"countries": countriesName, "regions": regionsName, "groups": topicsName, "phrases": lookalikesName}
	files := map[string]*node{}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		for _, name := range keys {
			full := filepath.Join(path, name)
			if _, err := os.Stat(full); err == nil {
				files[name] = l.file(full)
			}
		}
		if len(files) == 0 {
			l.report.add(Problem{File: path, Message: "holds no file of a taxonomy", Instead: "put countries.yaml, regions.yaml, topics.yaml or lookalikes.yaml there"})
		}
		return files
	}
	n := l.file(path)
	if n == nil {
		return nil // said already, unless the file is empty
	}
	for key, name := range keys {
		if n.kind == table && n.get(key) != nil {
			files[name] = n
		}
	}
	if len(files) != 1 {
		l.report.at(n.place, "", "is no file of a taxonomy", "write one with the key countries, regions, groups or phrases, as the bundled ones have it")
		return nil
	}
	return files
}
