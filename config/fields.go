package config

import (
	"reflect"
	"strings"
	"time"
)

// field is a key of a table, read from the tags of a struct.
type field struct {
	key     string
	index   []int
	typ     reflect.Type
	doc     string
	check   string   // rule of a text, or of each text of a list
	keys    string   // rule of the keys of a map
	enum    []string // the only values
	min     string
	max     string
	bytes   bool // a size, such as 20MiB
	secret  bool
	fromEnv bool // a secret that may stand in a variable which the file names
	restart bool
	must    bool
	env     string // another environment variable for it, without the prefix
	entry   string // for a list that adds up by key: the name of that key
}

// fieldsOf lists the keys of a struct, those of embedded structs among them.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Anonymous {
			for _, f := range fieldsOf(sf.Type) {
				f.index = append([]int{i}, f.index...)
				out = append(out, f)
			}
			continue
		}
		key := sf.Tag.Get("yaml")
		if key == "-" || !sf.IsExported() {
			continue
		}
		if key == "" {
			key = strings.ToLower(sf.Name)
		}
		f := field{
			key: key, index: []int{i}, typ: sf.Type,
			doc:   sf.Tag.Get("doc"),
			check: sf.Tag.Get("check"), keys: sf.Tag.Get("keys"),
			min: sf.Tag.Get("min"), max: sf.Tag.Get("max"),
			bytes:   sf.Tag.Get("unit") == "bytes",
			secret:  sf.Tag.Get("secret") != "",
			fromEnv: sf.Tag.Get("secret") == "env",
			restart: sf.Tag.Get("restart") != "",
			must:    sf.Tag.Get("required") != "",
			env:     sf.Tag.Get("env"),
			entry:   sf.Tag.Get("entry"),
		}
		if enum := sf.Tag.Get("enum"); enum != "" {
			f.enum = strings.Split(enum, ",")
		}
		out = append(out, f)
	}
	return out
}

var durationType = reflect.TypeFor[time.Duration]()

// keyNames lists the keys a table may have in a file.
func keyNames(fields []field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.key)
		if f.secret {
			out = append(out, f.key+fileSuffix)
		}
		if f.fromEnv {
			out = append(out, f.key+envSuffix)
		}
	}
	return out
}

// settings walks the keys below a struct that hold values, with their paths.
// Lists of entries are left out: they are no settings.
func settings(t reflect.Type, prefix string, visit func(path string, index []int, f field)) {
	for _, f := range fieldsOf(t) {
		switch {
		case f.entry != "":
		case f.typ.Kind() == reflect.Struct:
			settings(f.typ, prefix+f.key+".", func(path string, index []int, g field) {
				visit(path, append(append([]int(nil), f.index...), index...), g)
			})
		default:
			visit(prefix+f.key, f.index, f)
		}
	}
}

// Key describes one setting for help texts and lists.
type Key struct {
	Path    string // such as fetch.per_host
	Env     string // such as TRIBUTARY_FETCH_PER_HOST
	Doc     string
	Secret  bool // may be given as a file, and is never shown
	Restart bool // a running process cannot change it
}

// Keys lists every setting in the order of the default file.
func Keys() []Key {
	var out []Key
	settings(reflect.TypeFor[document](), "", func(path string, _ []int, f field) {
		out = append(out, Key{Path: path, Env: envName(path), Doc: f.doc, Secret: f.secret, Restart: f.restart})
	})
	return out
}
