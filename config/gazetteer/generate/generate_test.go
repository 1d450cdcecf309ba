package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tributary/config/gazetteer"
)

func TestScriptOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]script{
		"Tapachula": scriptLatin, "TAP": scriptUnwanted, "ta pa qiu la": scriptUnwanted, "Тапачула": scriptNews, "تاپاچولا": scriptNews, "塔帕丘拉": scriptNews,
		"აგადესი": scriptElse, "Kyaka 2": scriptUnwanted, "": scriptUnwanted, "Ἀθῆναι": scriptElse, "Élx": scriptLatin,
	} {
		if got := scriptOf(name); got != want {
			t.Errorf("scriptOf(%q) = %d, want %d", name, got, want)
		}
	}
}

func TestUsable(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]bool{
		"oss": true, "of": false, "": false, "北京": true, "京": false, "ไทย": true, "ก": false, "عدن": true, "عد": false, "a b c d e f g h": true,
		"a b c d e f g h i": false, "camp 3": false, "x利比亚": false,
	} {
		if got := usable(form); got != want {
			t.Errorf("usable(%q) = %v", form, got)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Myanmar (Burma)": "Myanmar", "Bolzano/Bozen": "Bolzano", "طريف\u200e\u200e": "طريف", "Florennes, Morialme": "Florennes", "(x)": "(x)"} {
		if got := plain(name); got != want {
			t.Errorf("plain(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestResembles(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]bool{"al fashir": true, "el fasher": true, "africa": false, "hamas": false, "fashir": true} {
		if got := resembles(form, &place{name: "Al Fāshir"}); got != want {
			t.Errorf("resembles(%q) = %v", form, got)
		}
	}
}

func TestDirections(t *testing.T) {
	t.Parallel()
	g := newGathering()
	p := g.addPlace(&place{country: "CD", class: gazetteer.Subdivision, name: "Nord-Kivu"})
	town := g.addPlace(&place{country: "FR", class: gazetteer.City, name: "Nord Ville"})
	g.addForm(p, "Nord-Kivu", 0, true)
	g.addForm(town, "Nord Ville", 0, true)
	if err := g.addDirections("", "data"); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"north kivu", "kivu del norte", "kivu do norte", "nord kivu"} {
		if m := g.forms[form]; len(m) != 1 || m[0].place != p {
			t.Errorf("%s: %v", form, m)
		}
	}
	if g.forms["north ville"] != nil {
		t.Error("a town was translated")
	}
}

// A smaller town is kept only where nothing else is meant; what shares the name of a
// country stays as a decoy.
func TestChoose(t *testing.T) {
	t.Parallel()
	g := newGathering()
	g.byID["LB"] = g.addPlace(&place{country: "LB", class: gazetteer.Country, name: "Lebanon"})
	g.addForm(g.byID["LB"], "Lebanon", gazetteer.LanguageOf("en"), true)
	decoy := g.addPlace(&place{country: "US", class: gazetteer.City, population: 3000, name: "Lebanon", decoy: true})
	g.addForm(decoy, "Lebanon", 0, true)
	town := g.addPlace(&place{country: "IT", class: gazetteer.City, population: 4000, name: "Lampedusa", small: true})
	g.addForm(town, "Lampedusa", 0, true)
	word := g.addPlace(&place{country: "FR", class: gazetteer.City, population: 4000, name: "Maison", small: true})
	g.addForm(word, "Maison", 0, true)
	g.words["maison"] = gazetteer.LanguageOf("fr")
	shared := g.addPlace(&place{country: "PE", class: gazetteer.City, population: 4000, name: "Corralito", small: true})
	g.addForm(shared, "Corralito", 0, true)
	g.elsewhere["corralito"] = "*"
	forms := g.choose()
	var got []string
	for _, c := range forms {
		for _, m := range c.meanings {
			got = append(got, c.form+" "+m.place.country)
		}
	}
	if want := []string{"lampedusa IT", "lebanon LB", "lebanon US"}; !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v", got, want)
	}
}

func TestAddPersons(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	addPersons(names, []byte("x={first_name:{generic:[`Alix`,`Anne`],female:`Abdonie.Abeline`.split(`.`)},last_name:{generic:[`Adam`]}}"), firstNames)
	for _, name := range []string{"alix", "anne", "abdonie", "abeline"} {
		if !names[name] {
			t.Errorf("%s is missing from %v", name, names)
		}
	}
	if names["adam"] {
		t.Error("a surname among the given names")
	}
}

func TestReadMO(t *testing.T) {
	t.Parallel()
	le := binary.LittleEndian
	texts := []string{"", "head", "100077", "أبو غريب"}
	file := le.AppendUint32(nil, 0x950412de)
	for _, n := range []uint32{0, 2, 28, 28 + 16, 0, 0} {
		file = le.AppendUint32(file, n)
	}
	at := 28 + 32
	for _, i := range []int{0, 2, 1, 3} { // both ids, then both texts
		file = le.AppendUint32(le.AppendUint32(file, uint32(len(texts[i]))), uint32(at))
		at += len(texts[i])
	}
	for _, i := range []int{0, 2, 1, 3} {
		file = append(file, texts[i]...)
	}
	path := filepath.Join(t.TempDir(), "x.mo")
	write := func(data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(file)
	var got []string
	if err := readMO(path, func(id, text string) { got = append(got, id+"="+text) }); err != nil || strings.Join(got, ";") != "100077=أبو غريب" {
		t.Errorf("%v, %v", got, err)
	}
	for _, cut := range []int{0, 10, 40, len(file) - 1} {
		write(file[:cut])
		if err := readMO(path, func(string, string) {}); err == nil {
			t.Errorf("a catalogue cut at %d is read", cut)
		}
	}
}
