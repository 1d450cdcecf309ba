package config

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

const (
	envPrefix  = "TRIBUTARY_"
	fileSuffix = "_file" // after a key: the value stands in the file named
	envSuffix  = "_env"  // after a key: the value stands in the environment variable named
)

// envName is the environment variable of a key path.
func envName(path string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

// foreign tells variables that begin like ours and are not settings: the
// configuration's own path, what tests use, and what Kubernetes sets in every
// container when a service is called tributary.
func foreign(name string) bool {
	return name == envPrefix+"CONFIG" || name == envPrefix+"PORT" ||
		strings.HasPrefix(name, envPrefix+"TEST_") ||
		strings.HasPrefix(name, envPrefix+"SECRET_") || // for KEY_env
		strings.HasPrefix(name, envPrefix+"PORT_") ||
		strings.HasPrefix(name, envPrefix+"SERVICE_")
}

// variables is what names of environment variables mean.
type variables struct {
	names  []string          // for suggestions
	paths  map[string]string // variable -> key path
	texts  map[string]bool   // variables of text settings, whose value may be in a file
	tables map[string]field  // variables of settings that are maps
}

func newVariables() *variables {
	v := &variables{paths: map[string]string{}, texts: map[string]bool{}, tables: map[string]field{}}
	settings(reflect.TypeFor[document](), "", func(path string, _ []int, f field) {
		names := []string{envName(path)}
		if f.env != "" {
			names = append(names, envPrefix+f.env)
		}
		for _, name := range names {
			v.names = append(v.names, name)
			v.paths[name] = path
			switch f.typ.Kind() {
			case reflect.String:
				v.texts[name] = true
			case reflect.Map:
				v.tables[name] = f
			}
		}
	})
	return v
}

// path finds the key path that a variable sets, and whether its value is the name
// of a file that holds it.
func (v *variables) path(name string) (path string, inFile, ok bool) {
	if path, ok = v.paths[name]; ok {
		return path, false, true
	}
	if base, isFile := strings.CutSuffix(name, strings.ToUpper(fileSuffix)); isFile && v.texts[base] {
		return v.paths[base], true, true
	}
	// One key of a map, such as TRIBUTARY_PUBLISH_TITLE_FR.
	for table, f := range v.tables {
		rest, isKey := strings.CutPrefix(name, table+"_")
		if !isKey || rest == "" {
			continue
		}
		key := strings.ReplaceAll(strings.ToLower(rest), "_", "-")
		if f.keys == "language" {
			if tag, err := language.Raw.Parse(key); err == nil {
				key = tag.String() // pt-br -> pt-BR; a variable's name has lost the case
			}
		}
		return v.paths[table] + "." + key, false, true
	}
	return "", false, false
}

// environment makes one small tree of each variable that is a setting.
func (l *loader) environment(environ []string) []*node {
	set := map[string]string{}
	for _, e := range environ {
		if name, value, ok := strings.Cut(e, "="); ok && strings.HasPrefix(name, envPrefix) && !foreign(name) {
			set[name] = value
		}
	}
	if len(set) == 0 {
		return nil
	}
	v := newVariables()
	by := map[string]string{} // key path -> the variable that set it
	var out []*node
	for _, name := range slices.Sorted(maps.Keys(set)) {
		at := place{file: "environment variable " + name}
		path, inFile, known := v.path(name)
		if !known {
			instead := "settings and their variables are listed in docs/configuration.md"
			if near := nearest(name, v.names); near != "" {
				instead = "write " + near
			}
			l.report.at(at, "", "is no setting", instead)
			continue
		}
		if other, both := by[path]; both {
			l.report.at(at, path, "stands beside "+other, "keep one of the two")
			continue
		}
		by[path] = name
		value := &node{place: at, raw: true, text: set[name]}
		if inFile {
			if value, known = l.secret(value, path+fileSuffix); !known {
				continue
			}
		}
		out = append(out, chain(path, value))
	}
	return out
}

// overrides makes one small tree of each key path given by a flag.
func overrides(values map[string]string) []*node {
	var out []*node
	for _, path := range slices.Sorted(maps.Keys(values)) {
		at := place{file: "command line"}
		out = append(out, chain(path, &node{place: at, raw: true, text: values[path]}))
	}
	return out
}

// chain puts a value under the tables of a key path.
func chain(path string, value *node) *node {
	keys := strings.Split(path, ".")
	n := value
	for _, key := range slices.Backward(keys) {
		n = &node{place: value.place, kind: table, pairs: []pair{{
			key:   &node{place: value.place, tag: "!!str", text: key},
			value: n,
		}}}
	}
	return n
}
