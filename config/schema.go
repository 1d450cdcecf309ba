package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

//go:generate go test -run TestSchemaIsCurrent -update .

// Schema makes the JSON Schema (draft 2020-12) of a configuration file, for editors.
// It is a help while typing, made from the same struct tags as the loader; what it
// accepts may still be refused by Load, which knows the countries, offices and
// schedules.
func Schema() ([]byte, error) {
	r := &jsonschema.Reflector{
		Anonymous:                  true,
		ExpandedStruct:             true,
		FieldNameTag:               "yaml",
		RequiredFromJSONSchemaTags: true,
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			if t == durationType {
				return &jsonschema.Schema{Type: "string", Pattern: durationPattern}
			}
			return nil
		},
		Namer: func(t reflect.Type) string {
			return strings.ToLower(strings.TrimSuffix(t.Name(), "Entry"))
		},
	}
	root := r.Reflect(&document{})
	root.Title = "Tributary configuration"
	root.Description = "Settings, offices and sources of a Tributary installation. Every key may be left out; the defaults stand in the bundled tributary.yaml."
	describe(root, reflect.TypeFor[document]())
	for name, t := range map[string]reflect.Type{
		"fetch": reflect.TypeFor[Fetch](), "jobs": reflect.TypeFor[Jobs](),
		"websub": reflect.TypeFor[WebSub](), "hub": reflect.TypeFor[Hub](), "labels": reflect.TypeFor[Labels](), "publish": reflect.TypeFor[Publish](), "log": reflect.TypeFor[Log](),
		"office": reflect.TypeFor[officeEntry](), "source": reflect.TypeFor[sourceEntry](),
		"channel": reflect.TypeFor[channelEntry](), "retired": reflect.TypeFor[retiredEntry](),
		"countryname": reflect.TypeFor[CountryName](),
		"desk":        reflect.TypeFor[Desk](), "editor": reflect.TypeFor[Editor](),
		"smtp": reflect.TypeFor[SMTP](), "newsletter": reflect.TypeFor[Newsletter](), "newsletterselect": reflect.TypeFor[NewsletterSelect](),
		"access": reflect.TypeFor[Access](), "accessheader": reflect.TypeFor[AccessHeader](),
	} {
		definition, ok := root.Definitions[name]
		if !ok {
			return nil, fmt.Errorf("make schema: no definition %s", name)
		}
		describe(definition, t)
		if name != "office" && name != "source" && name != "channel" && name != "accessheader" && name != "editor" && name != "newsletter" {
			orNull(definition)
		}
	}
	if err := addDefaults(root); err != nil {
		return nil, fmt.Errorf("make schema: %w", err)
	}
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("make schema: %w", err)
	}
	return append(out, '\n'), nil
}

// describe adds to a table's schema what the tags of its struct say.
func describe(s *jsonschema.Schema, t reflect.Type) {
	for _, f := range fieldsOf(t) {
		p, ok := s.Properties.Get(f.key)
		if !ok {
			continue
		}
		if f.must {
			s.Required = append(s.Required, f.key)
		}
		value := p
		switch {
		case f.typ.Kind() == reflect.Struct:
			// A reference may carry a description beside it since draft 2019-09.
		case f.bytes:
			p.Type = ""
			p.AnyOf = []*jsonschema.Schema{{Type: "integer"}, {Type: "string", Pattern: sizePattern}}
		case f.typ.Kind() == reflect.Slice:
			value = p.Items
			orNull(p)
		case f.typ.Kind() == reflect.Map && f.keys != "":
			orNull(p)
			p.PropertyNames = &jsonschema.Schema{Pattern: rules[f.keys].pattern}
		}
		p.Description = f.doc
		if len(f.enum) > 0 {
			for _, e := range f.enum {
				value.Enum = append(value.Enum, e)
			}
		}
		if r, ok := rules[f.check]; ok && value.Ref == "" {
			value.Pattern = r.pattern
		}
		if f.typ != durationType && !f.bytes && f.typ.Kind() == reflect.Int {
			value.Minimum, value.Maximum = number(f.min), number(f.max)
		}
		if f.secret {
			s.Properties.Set(f.key+fileSuffix, &jsonschema.Schema{
				Type:        "string",
				Description: "File that holds " + f.key + ", in place of it; relative to this file.",
			})
		}
		if f.fromEnv {
			s.Properties.Set(f.key+envSuffix, &jsonschema.Schema{
				Type:        "string",
				Description: "Environment variable that holds " + f.key + ", in place of it.",
			})
		}
	}
}

// orNull allows a list or table without a value, as a key has whose content is all
// commented out.
func orNull(s *jsonschema.Schema) {
	s.Extras = map[string]any{"type": []string{s.Type, "null"}}
	s.Type = ""
}

func number(s string) json.Number {
	if _, err := strconv.Atoi(s); err != nil {
		return ""
	}
	return json.Number(s)
}

// addDefaults writes the bundled settings into the schema, so that editors show
// them.
func addDefaults(root *jsonschema.Schema) error {
	l := &loader{builtin: defaults}
	n := l.bundled("tributary.yaml")
	if err := l.report.err(); err != nil {
		return err
	}
	for _, p := range n.pairs {
		s := root
		property, ok := s.Properties.Get(p.key.text)
		if !ok {
			return fmt.Errorf("default of %s: no such key", p.key.text)
		}
		definition := root.Definitions[p.key.text]
		if p.value.kind != table || definition == nil {
			property.Default = plain(p.value)
			continue
		}
		for _, q := range p.value.pairs {
			inner, ok := definition.Properties.Get(q.key.text)
			if !ok {
				return fmt.Errorf("default of %s.%s: no such key", p.key.text, q.key.text)
			}
			inner.Default = plain(q.value)
		}
	}
	return nil
}

// plain is a tree as values of encoding/json.
func plain(n *node) any {
	switch n.kind {
	case list:
		out := []any{}
		for _, item := range n.items {
			out = append(out, plain(item))
		}
		return out
	case table:
		out := map[string]any{}
		for _, p := range n.pairs {
			out[p.key.text] = plain(p.value)
		}
		return out
	}
	switch n.tag {
	case "!!int":
		return number(n.text)
	case "!!bool":
		return n.text == "true"
	}
	return n.text
}
