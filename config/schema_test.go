package config_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"tributary/config"
)

func TestSchemaIsCurrent(t *testing.T) {
	got, err := config.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Error("schema.json is stale: run go generate ./config")
	}
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := config.Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, file string) error {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := yaml.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return s.Validate(value)
}

// An editor must not object to what the program accepts.
func TestSchemaAcceptsWhatLoadAccepts(t *testing.T) {
	s := compile(t)
	for _, pattern := range []string{"tributary.yaml", "offices.yaml", "sources/*.yaml", "testdata/accepted/[^ec]*.yaml", "testdata/accepted/sources/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files: %v", pattern, err)
		}
		for _, file := range files {
			if err := validate(t, s, file); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// An editor should object to what can be seen without knowing countries and zones.
func TestSchemaRefusesWrongShapes(t *testing.T) {
	s := compile(t)
	for _, name := range []string{
		"unknown_keys", "wrong_types", "out_of_range", "bad_addresses", "bad_codes", "bad_schedules", "unknown_names", "missing_keys", "list_at_the_top",
	} {
		if err := validate(t, s, "testdata/refused/"+name+".yaml"); err == nil {
			t.Errorf("%s.yaml passes", name)
		}
	}
}

// Every table, key and place of documentation knows every setting.
func TestEverySettingIsDocumented(t *testing.T) {
	manual, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range config.Keys() {
		if k.Doc == "" {
			t.Errorf("%s has no description", k.Path)
		}
		if !strings.Contains(string(manual), "`"+k.Path+"`") || !strings.Contains(string(manual), "`"+k.Env+"`") {
			t.Errorf("docs/configuration.md lacks %s or %s", k.Path, k.Env)
		}
	}
	s := compile(t)
	for _, table := range []string{"office", "source"} {
		for key, property := range s.Properties[table+"s"].Items2020.Ref.Properties {
			if property.Description == "" {
				t.Errorf("schema: %s.%s has no description", table, key)
			}
			if !strings.Contains(string(manual), "`"+key+"`") {
				t.Errorf("docs/configuration.md lacks the key %s of a %s", key, table)
			}
		}
	}
}

// The default file shows every setting with a comment.
func TestDefaultFileIsComplete(t *testing.T) {
	data, err := os.ReadFile("tributary.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(data, []byte("# yaml-language-server: $schema=schema.json\n")) {
		t.Error("the line for editors is missing")
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	commented := map[string]bool{}
	var walk func(prefix string, n *yaml.Node)
	walk = func(prefix string, n *yaml.Node) {
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			commented[prefix+key.Value] = key.HeadComment != ""
			if value.Kind == yaml.MappingNode {
				walk(prefix+key.Value+".", value)
			}
		}
	}
	walk("", doc.Content[0])
	var paths []string
	for _, k := range config.Keys() {
		paths = append(paths, k.Path)
		if !commented[k.Path] {
			t.Errorf("%s: missing, or without a comment above", k.Path)
		}
	}
	if len(paths) < 25 || reflect.DeepEqual(paths[0], paths[1]) {
		t.Errorf("implausible settings: %v", paths)
	}
}
