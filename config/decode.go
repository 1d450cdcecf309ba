package config

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// decoder writes trees into structs, strictly: it takes the keys and types that the
// struct declares, reports everything else, and remembers where each value came
// from. Decoding several trees into one struct lays them over each other: only the
// keys present are written, tables add up, lists are replaced.
type decoder struct {
	report  *report
	places  map[string]place                         // key path -> where its value was written
	entries map[string][]*node                       // lists that add up by key, as they were met
	secret  func(n *node, path string) (*node, bool) // reads the file that a KEY_file names
	// variable reads the environment variable that a KEY_env names.
	variable func(n *node, path string) (*node, bool)
	fields   map[reflect.Type][]field // read from tags so far
}

func newDecoder(r *report) *decoder {
	return &decoder{report: r, places: map[string]place{}, entries: map[string][]*node{}, fields: map[reflect.Type][]field{}}
}

func (d *decoder) fieldsOf(t reflect.Type) []field {
	fields, known := d.fields[t]
	if !known {
		fields = fieldsOf(t)
		d.fields[t] = fields
	}
	return fields
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// structure decodes a table into a struct.
func (d *decoder) structure(v reflect.Value, n *node, path string) {
	if n.isNull() {
		return
	}
	fields := d.fieldsOf(v.Type())
	if n.kind != table || n.raw {
		what := n.what()
		if n.kind == scalar && slices.ContainsFunc(fields, func(f field) bool { return f.fromEnv }) {
			what = "a single value" // perhaps the secret itself
		}
		d.report.at(n.place, path, "is "+what, "write a table of keys, each on a line of its own below")
		return
	}
	for _, p := range n.pairs {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == p.key.text })
		if i >= 0 {
			d.value(v.FieldByIndex(fields[i].index), p.value, join(path, p.key.text), fields[i])
			continue
		}
		d.elsewhere(v, n, p, path, fields)
	}
}

// elsewhere decodes a secret whose value a key names the place of: KEY_file, KEY_env.
func (d *decoder) elsewhere(v reflect.Value, n *node, p pair, path string, fields []field) {
	base, isFile := strings.CutSuffix(p.key.text, fileSuffix)
	read := d.secret
	if !isFile {
		base, _ = strings.CutSuffix(p.key.text, envSuffix)
		read = d.variable
	}
	i := slices.IndexFunc(fields, func(f field) bool { return f.key == base && f.secret && (isFile || f.fromEnv) })
	if i < 0 || base == p.key.text || read == nil {
		d.unknown(p.key, path, fields)
		return
	}
	for _, other := range []string{base, base + fileSuffix} {
		if other != p.key.text && n.get(other) != nil {
			d.report.at(p.key.place, join(path, p.key.text), "stands beside "+other, "keep one of the two")
			return
		}
	}
	if content, ok := read(p.value, join(path, p.key.text)); ok {
		d.value(v.FieldByIndex(fields[i].index), content, join(path, base), fields[i])
	}
}

// unknown reports a key that nothing has, with what was probably meant.
func (d *decoder) unknown(key *node, path string, fields []field) {
	if d.report.full() {
		return
	}
	names := keyNames(fields)
	instead := "keys here: " + strings.Join(names, ", ")
	if near := nearest(key.text, names); near != "" {
		instead = "write " + near
	} else if home := homeOf(key.text); home == join(path, key.text) {
		instead = "settings belong in the main file; " + instead
	} else if home != "" {
		instead = "it belongs at " + home
	}
	d.report.at(key.place, join(path, clip(key.text)), "unknown key", instead)
}

// homeOf finds the one setting whose last part is the key.
func homeOf(key string) string {
	home := ""
	for _, k := range Keys() {
		if k.Path == key || strings.HasSuffix(k.Path, "."+key) {
			if home != "" {
				return ""
			}
			home = k.Path
		}
	}
	return home
}

// value decodes any value by the type of its field.
func (d *decoder) value(v reflect.Value, n *node, path string, f field) {
	switch {
	case f.entry != "":
		d.entryList(n, path, f)
	case v.Type() == durationType:
		d.duration(v, n, path, f)
	case v.Kind() == reflect.String:
		d.text(v, n, path, f)
	case v.Kind() == reflect.Bool:
		d.boolean(v, n, path)
	case v.CanInt():
		d.integer(v, n, path, f)
	case v.Kind() == reflect.Slice:
		d.slice(v, n, path, f)
	case v.Kind() == reflect.Map:
		d.mapping(v, n, path, f)
	case v.Kind() == reflect.Struct:
		d.structure(v, n, path)
	}
}

// typeProblem reports a value of the wrong type.
func (d *decoder) typeProblem(n *node, path, instead string) {
	if n.isNull() {
		d.report.at(n.place, path, "has no value", instead+", or remove the key")
		return
	}
	d.report.at(n.place, path, "is "+n.what(), instead)
}

func (d *decoder) text(v reflect.Value, n *node, path string, f field) {
	isDate := f.check == "date" && n.tag == "!!timestamp" // YAML knows dates without quotes
	if n.kind != scalar || (!n.raw && n.tag != "!!str" && !isDate) {
		d.noText(n, path, f)
		return
	}
	s := n.text
	if len(f.enum) > 0 && !slices.Contains(f.enum, s) {
		instead := "write " + choice(f.enum)
		if near := nearest(s, f.enum); near != "" {
			instead = "write " + near
		}
		d.report.at(n.place, path, quote(s)+" is none of "+strings.Join(f.enum, ", "), instead)
		return
	}
	if r, ok := rules[f.check]; ok && r.judge != nil {
		if wrong, instead := r.judge(s); wrong != "" {
			d.report.at(n.place, path, wrong, instead)
			return
		}
	}
	v.SetString(s)
	d.places[path] = n.place
}

// noText reports a value that is no text, with the quotes or the form it lacks. It
// does not show a secret.
func (d *decoder) noText(n *node, path string, f field) {
	instead := "write a text"
	if len(f.enum) > 0 {
		instead = "write " + choice(f.enum)
	} else if n.kind == scalar && !n.isNull() {
		instead = fmt.Sprintf("put it in quotes: %q", n.text)
		if r, ok := rules[f.check]; ok && r.judge != nil {
			if wrong, better := r.judge(n.text); wrong != "" {
				instead = better
			}
		}
		if f.secret {
			d.report.at(n.place, path, "is no text", "put it in quotes")
			return
		}
	}
	d.typeProblem(n, path, instead)
}

func (d *decoder) boolean(v reflect.Value, n *node, path string) {
	if n.kind == scalar && (n.raw || n.tag == "!!bool") && (n.text == "true" || n.text == "false") {
		v.SetBool(n.text == "true")
		d.places[path] = n.place
		return
	}
	d.typeProblem(n, path, "write true or false")
}

var (
	intExpr      = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,17})$`)
	sizeExpr     = regexp.MustCompile(`^([0-9]{1,12}) ?(B|[kK]B|[kK]iB|[MG]B|[MG]iB)?$`)
	durationExpr = regexp.MustCompile(durationPattern)
)

const (
	durationPattern = `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	sizePattern     = `^[0-9]{1,12} ?(B|[kK]B|[kK]iB|[MG]B|[MG]iB)?$`
)

func (d *decoder) integer(v reflect.Value, n *node, path string, f field) {
	read, example := readInt, cmp.Or(f.min, "1")
	instead := "write a whole number"
	if f.bytes {
		read, example, instead = readSize, "20MiB", "write a size"
	}
	if n.kind != scalar || (!n.raw && n.tag != "!!int" && (!f.bytes || n.tag != "!!str")) {
		d.typeProblem(n, path, instead+", such as "+example)
		return
	}
	x, ok := read(n.text)
	if !ok || v.OverflowInt(x) {
		d.report.at(n.place, path, quote(n.text)+" is no "+strings.TrimPrefix(instead, "write a "), instead+", such as "+example)
		return
	}
	low, hasLow := read(f.min)
	high, hasHigh := read(f.max)
	if (hasLow && x < low) || (hasHigh && x > high) {
		d.report.at(n.place, path, n.text+" is out of range", instead+" from "+f.min+" to "+f.max)
		return
	}
	v.SetInt(x)
	d.places[path] = n.place
}

func (d *decoder) duration(v reflect.Value, n *node, path string, f field) {
	const instead = "write a number with a unit, such as 30s, 5m or 1h30m"
	if n.kind != scalar || (!n.raw && n.tag != "!!str") {
		d.typeProblem(n, path, instead)
		return
	}
	x, err := time.ParseDuration(n.text)
	if err != nil || !durationExpr.MatchString(n.text) {
		d.report.at(n.place, path, quote(n.text)+" is no length of time", instead)
		return
	}
	low, lowErr := time.ParseDuration(f.min)
	high, highErr := time.ParseDuration(f.max)
	if (lowErr == nil && x < low) || (highErr == nil && x > high) {
		d.report.at(n.place, path, n.text+" is out of range", "write a length of time from "+f.min+" to "+f.max)
		return
	}
	v.SetInt(int64(x))
	d.places[path] = n.place
}

// slice decodes a list. From the environment and flags a list is separated by commas.
func (d *decoder) slice(v reflect.Value, n *node, path string, f field) {
	items := n.items
	switch {
	case n.raw:
		items = nil
		for part := range strings.SplitSeq(n.text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				items = append(items, &node{place: n.place, raw: true, text: part})
			}
		}
	case n.isNull():
	case n.kind != list:
		d.typeProblem(n, path, "write a list: [a, b], or one item a line after a hyphen")
		return
	}
	out := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		d.value(out.Index(i), item, path+"["+itemName(item, i)+"]", field{typ: f.typ.Elem(), check: f.check, enum: f.enum})
	}
	v.Set(out)
	d.places[path] = n.place
}

// mapping decodes a table with free keys, over the keys that are there already.
func (d *decoder) mapping(v reflect.Value, n *node, path string, f field) {
	if n.isNull() {
		return
	}
	if n.kind != table || n.raw {
		d.typeProblem(n, path, "write a table of keys")
		return
	}
	if v.IsNil() {
		v.Set(reflect.MakeMapWithSize(v.Type(), len(n.pairs)))
	}
	for _, p := range n.pairs {
		at := join(path, clip(p.key.text))
		key := reflect.New(v.Type().Key()).Elem()
		if key.CanInt() {
			x, ok := readInt(p.key.text)
			if !ok {
				d.report.at(p.key.place, at, "the key is no whole number", "write a number as the key")
				continue
			}
			key.SetInt(x)
		} else {
			key.SetString(p.key.text)
		}
		if p.key.text == "" {
			d.report.at(p.key.place, path, "has an empty key", "write a word as the key")
			continue
		}
		if r, ok := rules[f.keys]; ok && r.judge != nil {
			if wrong, instead := r.judge(p.key.text); wrong != "" {
				d.report.at(p.key.place, at, "the key "+wrong, instead)
				continue
			}
		}
		value := reflect.New(v.Type().Elem()).Elem()
		if known := v.MapIndex(key); known.IsValid() && value.Kind() == reflect.Struct {
			value.Set(known) // only the keys that are written change
		}
		if value.Kind() == reflect.Struct {
			d.places[at] = p.key.place
		}
		d.value(value, p.value, at, field{typ: value.Type(), check: f.check})
		v.SetMapIndex(key, value)
	}
	d.places[path] = n.place
}

// entryList keeps the items of a list that adds up by key for later: they are laid
// over each other when all files are read.
func (d *decoder) entryList(n *node, path string, f field) {
	switch {
	case n.isNull():
	case n.raw:
		d.report.at(n.place, path, "cannot be given here", "write "+f.key+" in a file")
	case n.kind != list:
		d.typeProblem(n, path, "write a list, each item after a hyphen")
	default:
		d.entries[f.key] = append(d.entries[f.key], n.items...)
	}
}

// itemName names an item of a list in a key path: by its code when it has one.
func itemName(n *node, i int) string {
	for _, key := range []string{"id", "code", "iso2", "slug"} {
		if v := n.get(key); v != nil && v.kind == scalar && v.text != "" {
			return clip(v.text)
		}
	}
	return strconv.Itoa(i)
}

func readInt(s string) (int64, bool) {
	if !intExpr.MatchString(s) {
		return 0, false
	}
	x, err := strconv.ParseInt(s, 10, 64)
	return x, err == nil
}

// readSize reads bytes: 4096, 64KiB, 20 MiB, 20MB.
func readSize(s string) (int64, bool) {
	m := sizeExpr.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	x, err := strconv.ParseInt(m[1], 10, 64)
	unit := map[string]int64{"": 1, "B": 1, "KB": 1e3, "KIB": 1 << 10, "MB": 1e6, "MIB": 1 << 20, "GB": 1e9, "GIB": 1 << 30}[strings.ToUpper(m[2])]
	if err != nil || x > (1<<62)/unit {
		return 0, false
	}
	return x * unit, true
}

// choice lists values for a sentence: "a, b or c".
func choice(values []string) string {
	if len(values) < 2 {
		return strings.Join(values, "")
	}
	last := len(values) - 1
	return strings.Join(values[:last], ", ") + " or " + values[last]
}

// clip shortens a key from outside for a key path.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '�'
		}
		return r
	}, s)
}
