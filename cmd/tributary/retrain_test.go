package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Editors give a topic to stories by words that no term has. The model that learns them
// is adopted when it finds the topic in stories it has not learnt, and labels what comes
// in from then on; learning the same again is no gain.
func TestRetrain(t *testing.T) {
	dir := t.TempDir()
	write := func(name, body string) string {
		t.Helper()
		full := filepath.Join(dir, name)
		if err := os.WriteFile(full, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		return full
	}
	tributary := func(in string, args ...string) (code int, out, failed string) {
		t.Helper()
		var o, e bytes.Buffer
		code = run(t.Context(), append([]string{"--data", dir}, args...), &console{in: strings.NewReader(in), out: &o, err: &e})
		return code, o.String(), e.String()
	}
	var corrections strings.Builder
	for i := range 120 {
		at := fmt.Sprintf("2026-%02d-%02dT10:00:00Z", 9+i/60, 1+i%28)
		fmt.Fprintf(&corrections, `{"id":"s%d","title":"%s of %s speak with their cousins","text":"Migrants of %s sang a zorblat for the %dth time, and the zorblat ended well.","lang":"en","source":"iom-chad","office":"hq","at":%q,"countries":[],"topics":["remittances"],"corrections":[{"kind":"topic","value":"remittances","action":"add","office":"hq","at":%q}]}`+"\n",
			i, []string{"Neighbours", "Bakers", "Fishers", "Weavers"}[i%4], strings.Repeat(string(rune('a'+i%26)), 3+i/26), strings.Repeat(string(rune('a'+i%26)), 4), i, at, at)
	}
	export := write("corrections.jsonl", corrections.String())
	gold := write("gold.jsonl", `{"id":"g1","lang":"en","title":"Floods in Niger","text":"In Niger the floods took four schools.","topics":["disaster-risk-reduction"]}`+"\n")
	const item = `{"id":"n","lang":"en","title":"Potters speak with their cousins","text":"Migrants sang a zorblat in the morning, the first zorblat of the year."}` + "\n"
	topics := func() []string {
		t.Helper()
		code, out, failed := tributary(item, "classify")
		var got classifyOut
		if err := json.Unmarshal([]byte(out), &got); code != exitDone || err != nil {
			t.Fatalf("classify: %d, %s, %v", code, failed, err)
		}
		return got.Topics
	}
	if got := topics(); len(got) != 0 {
		t.Fatalf("before anybody taught it: %v", got)
	}
	retrain := []string{"retrain", "--until", "2026-10-01", "--gold", gold, export}
	if code, out, failed := tributary("", append(retrain, "--dry-run")...); code != exitDone || !strings.Contains(out, "may be adopted") || !strings.Contains(out, "not written") {
		t.Fatalf("dry run: %d\n%s%s", code, out, failed)
	}
	if got := topics(); len(got) != 0 {
		t.Fatalf("after a dry run: %v", got)
	}
	if code, out, failed := tributary("", retrain...); code != exitDone || !strings.Contains(out, "written to ") {
		t.Fatalf("retrain: %d\n%s%s", code, out, failed)
	}
	if got := topics(); len(got) != 1 || got[0] != "remittances" {
		t.Errorf("after adopting: %v", got)
	}
	// The file says where the model comes from.
	model := filepath.Join(dir, "models", modelName)
	body, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	var m adopted
	if err := json.Unmarshal(body, &m); err != nil || m.Corrections == 0 || m.Cut != "2026-10-01" || len(m.Digest) != 64 || m.Shipped == 0 ||
		len(m.Figures) != 2 || m.Figures[0].New.F1 <= m.Figures[0].Old.F1 || m.Version != versionOf(m.Model) {
		t.Errorf("the adopted model: %+v, %v", m, err)
	}
	// What is adopted is the one to beat now; the verdict has an exit code of its own.
	if code, out, _ := tributary("", retrain...); code != exitNotNow || !strings.Contains(out, "is not adopted") {
		t.Errorf("retrain again: %d\n%s", code, out)
	}
	if after, err := os.ReadFile(model); err != nil || !bytes.Equal(after, body) {
		t.Errorf("a model that is not adopted is written, or %v", err)
	}
	// A taxonomy of other topics does without it, and says so.
	other := write("other.yaml", "version: 99\ngroups:\n  - slug: all\n    label: {en: All}\n    topics:\n      - {slug: remittances, label: {en: Remittances}, terms: {en: [remittance*]}}\n")
	if code, _, failed := tributary("", "eval", "classify", "--taxonomy", other, gold); code != exitDone || !strings.Contains(failed, "made for other topics") {
		t.Errorf("another taxonomy: %d, %q", code, failed)
	}
	// A broken file is named, not passed over.
	for name, broken := range map[string][]byte{"cut off": body[:len(body)/2], "changed": bytes.Replace(body, []byte(m.Version), []byte("000000000000"), 1), "empty": {}} {
		if err := os.WriteFile(model, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, failed := tributary(item, "classify"); code == exitDone || !strings.Contains(failed, modelName) {
			t.Errorf("%s: %d, %q", name, code, failed)
		}
	}
}

func TestRetrainNamesWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	gold := filepath.Join(dir, "gold.jsonl")
	if err := os.WriteFile(gold, []byte(`{"id":"a","title":"x"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		in   string
		args []string
		want string
	}{
		{"", []string{"retrain", "-"}, "--gold"},
		{"", []string{"retrain", "--gold", gold, "-"}, "no correction of topics to learn from"},
		{"{}", []string{"retrain", "--gold", gold, "-"}, "stdin: line 1: no corrections"},
		{"", []string{"retrain", "--gold", gold, "--until", "soon", "-"}, "--until soon: write a day"},
		{"", []string{"retrain", "--gold", gold, "--margin=-1", "-"}, "--margin and --least"},
		{"", []string{"eval", "classify", "--folds", "1", gold}, "from 2 to 50"},
		{"", []string{"eval", "classify", "--folds", "3", "--leave-out", "language", gold}, "one at a time"},
		{"", []string{"eval", "classify", "--folds", "3", gold}, "too little"},
	} {
		var o, e bytes.Buffer
		code := run(t.Context(), append([]string{"--data", dir}, c.args...), &console{in: strings.NewReader(c.in), out: &o, err: &e})
		if code != exitUsage || !strings.Contains(e.String(), c.want) {
			t.Errorf("%q: %d, %q, want %q", c.args, code, e.String(), c.want)
		}
	}
}

// A running server takes a model up when it reloads: a broken one is named then, and
// what runs goes on.
func TestReloadTakesTheModelUp(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "tributary.yaml")
	if err := os.WriteFile(file, []byte("catalogue: false\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, said := command(t, "--config", file, "--data", dir, "serve", "--listen", "127.0.0.1:0"), &lines{}
	p.Stderr = said
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	said.await(t, `is at (http://[^/]+)/`)
	if err := os.Mkdir(filepath.Join(dir, "models"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "models", modelName), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	said.await(t, `configuration not reloaded.*`+modelName)
	if err := os.Remove(filepath.Join(dir, "models", modelName)); err != nil {
		t.Fatal(err)
	}
	if err := p.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	said.await(t, `configuration reloaded`)
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("told to stop: %v\n%s", err, said)
	}
}
