package config

import (
	"bytes"
	"reflect"
	"slices"

	"tributary/feeds"
)

// Changed lists the key paths in which c differs from an older configuration, in
// order: settings such as fetch.per_host, then offices[CODE], sources[ID] and
// channels[SLUG] that were added, changed or removed, then taxonomy. NeedRestart tells which of them a
// running process cannot apply.
func (c *Config) Changed(old *Config) []string {
	var out []string
	a, b := reflect.ValueOf(*c), reflect.ValueOf(*old)
	settings(a.Type(), "", func(path string, index []int, _ field) {
		if !equal(a.FieldByIndex(index), b.FieldByIndex(index)) {
			out = append(out, path)
		}
	})
	out = append(out, changedEntries("offices", c.Offices, old.Offices, func(o feeds.Office) string { return o.Code })...)
	out = append(out, changedEntries("sources", c.Sources, old.Sources, func(s feeds.Source) string { return s.ID })...)
	out = append(out, changedEntries("channels", c.Channels, old.Channels, func(c feeds.SavedChannel) string { return c.Slug })...)
	for _, s := range c.Sources {
		if key := "sources[" + s.ID + "]"; !reflect.DeepEqual(c.Access[s.ID], old.Access[s.ID]) && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	if !reflect.DeepEqual(undecided(c.Taxonomy), undecided(old.Taxonomy)) || !slices.Equal(c.DutyStations, old.DutyStations) || !bytes.Equal(c.TopicModel, old.TopicModel) {
		out = append(out, "taxonomy")
	}
	return out
}

// undecided is a taxonomy without what taxonomy.names decides, which is a setting.
func undecided(t *feeds.Taxonomy) *feeds.Taxonomy {
	if t == nil {
		return nil
	}
	out := *t
	out.Countries = slices.Clone(t.Countries)
	for i := range out.Countries {
		c := &out.Countries[i]
		c.Shown, c.Note, c.Nameless = nil, nil, false
	}
	return &out
}

// NeedRestart picks from changed key paths those that take effect only in a new
// process: where it listens and where it keeps its data.
func NeedRestart(changed []string) []string {
	var out []string
	for _, k := range Keys() {
		if k.Restart && slices.Contains(changed, k.Path) {
			out = append(out, k.Path)
		}
	}
	return out
}

// equal compares two settings; an empty list or table equals none.
func equal(a, b reflect.Value) bool {
	if k := a.Kind(); (k == reflect.Slice || k == reflect.Map) && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// changedEntries compares two lists by their codes: those of the new list in its
// order, then those that are gone.
func changedEntries[T any](list string, entries, before []T, code func(T) string) []string {
	was := make(map[string]T, len(before))
	for _, e := range before {
		was[code(e)] = e
	}
	var out []string
	for _, e := range entries {
		old, known := was[code(e)]
		if !known || !reflect.DeepEqual(e, old) {
			out = append(out, list+"["+code(e)+"]")
		}
		delete(was, code(e))
	}
	for _, e := range before {
		if _, gone := was[code(e)]; gone {
			out = append(out, list+"["+code(e)+"]")
		}
	}
	return out
}
