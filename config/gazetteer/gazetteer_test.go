package gazetteer_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"tributary/config/gazetteer"
)

func open(t testing.TB) *gazetteer.Index {
	t.Helper()
	x, err := gazetteer.Open()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// find looks a whole name up, as words or as a run.
func find(x *gazetteer.Index, name string) (gazetteer.Entry, bool) {
	if e, n := x.Run(name); n > 0 && n == len(name) {
		return e, true
	}
	words := gazetteer.Words(name)
	e, n := x.Longest(words)
	return e, n == len(words) && n > 0
}

func countries(e gazetteer.Entry) []string {
	var codes []string
	for i := range e.Len() {
		if code := e.Candidate(i).Country; !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// Each line: name, class and country of the first candidate.
func TestPlaces(t *testing.T) {
	t.Parallel()
	x := open(t)
	data, err := os.ReadFile("testdata/places.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		lines++
		name, want, _ := strings.Cut(line, "\t")
		e, ok := find(x, name)
		if !ok {
			t.Errorf("%s: not found, want %s", name, want)
			continue
		}
		c := e.Candidate(0)
		if got := c.Class.String() + " " + c.Country; got != want {
			t.Errorf("%s: %s (%s), want %s", name, got, x.Name(c), want)
		}
	}
	if lines < 100 {
		t.Errorf("only %d places", lines)
	}
}

// A name that several countries share has all of them.
func TestCollisions(t *testing.T) {
	t.Parallel()
	x := open(t)
	for name, want := range map[string][]string{
		"San José": {"CR", "US", "PH", "UY"}, "Tripoli": {"LY", "LB", "GR"}, "Victoria": {"AU", "SC", "CA", "HK"}, "Santiago": {"CL", "DO", "PH"},
		"Córdoba": {"AR", "CO", "ES", "MX"}, "Valencia": {"ES", "VE"}, "Hyderabad": {"IN", "PK"}, "Georgia": {"GE", "US"}, "Niger": {"NE", "NG"},
		"Lebanon": {"LB", "US"}, "Punjab": {"IN", "PK"}, "Trinidad": {"BO", "TT", "CU"}, "Birmingham": {"GB", "US"}, "Congo": {"CD", "CG"},
		"طرابلس": {"LY", "LB"},
	} {
		e, ok := find(x, name)
		got := countries(e)
		for _, code := range want {
			if !ok || !slices.Contains(got, code) {
				t.Errorf("%s: %v, want %s among them", name, got, code)
			}
		}
		if e.Countries() != len(got) {
			t.Errorf("%s: Countries() = %d of %v", name, e.Countries(), got)
		}
	}
}

// A town and the state named after it by a comma lie in the same area.
func TestAreaSettlesWhich(t *testing.T) {
	t.Parallel()
	x := open(t)
	for _, c := range [][3]string{
		{"Lebanon", "Pennsylvania", "US.PA"}, {"Springfield", "Illinois", "US.IL"}, {"Lebanon", "New Hampshire", "US.NH"}, {"Córdoba", "Veracruz", "MX.30"},
		{"Hyderabad", "Sindh", "PK.05"}, {"Pemba", "Cabo Delgado", "MZ.01"}, {"Valencia", "Carabobo", "VE.07"},
	} {
		town, _ := find(x, c[0])
		state, ok := find(x, c[1])
		if !ok {
			t.Errorf("%s: not found", c[1])
			continue
		}
		settled := ""
		for i := range town.Len() {
			for j := range state.Len() {
				if a, b := town.Candidate(i), state.Candidate(j); a.Area == b.Area && a.Area != 0 && b.Class == gazetteer.Subdivision {
					settled = x.AreaCode(a.Area)
				}
			}
		}
		if settled != c[2] {
			t.Errorf("%s, %s: area %q, want %s", c[0], c[1], settled, c[2])
		}
	}
}

// What else a form is, which no reader of capitals alone would know.
func TestRisk(t *testing.T) {
	t.Parallel()
	x := open(t)
	english, french := gazetteer.LanguageOf("en"), gazetteer.LanguageOf("fr")
	for _, c := range []struct {
		name               string
		word               gazetteer.Languages
		given, person, any bool
	}{
		{name: "Nice", word: english, any: true}, {name: "Tours", word: english | french, any: true}, {name: "Nord", word: french, any: true},
		{name: "Victoria", given: true, any: true}, {name: "Santiago", given: true, person: true, any: true}, {name: "Jefferson", person: true, any: true},
		{name: "Tapachula"}, {name: "Kinshasa"}, {name: "Libya"},
	} {
		e, ok := find(x, c.name)
		if r := e.Risk(); !ok || !r.Word.Has(c.word) || r.GivenName != c.given && c.given || r.Surname != c.person && c.person || r.Any() != c.any {
			t.Errorf("%s: %v %+v", c.name, ok, r)
		}
	}
}

// Words that are no places, and what people took out.
func TestAbsent(t *testing.T) {
	t.Parallel()
	x := open(t)
	for _, name := range []string{"", "the", "and", "migration", "réfugiés", "Africa", "Europa", "Hamas", "TAP", "US", "qwertyuiop", "123", "的", "ก"} {
		if e, ok := find(x, name); ok {
			c := e.Candidate(0)
			t.Errorf("%q is %s %s", name, c.Class, c.Country)
		}
	}
}

// In scripts without spaces names are found inside running text.
func TestRun(t *testing.T) {
	t.Parallel()
	x := open(t)
	for text, want := range map[string][]string{
		"国际移民组织在利比亚的黎波里和苏丹开展工作":                 {"LY", "LY", "SD"},
		"移民組織在衣索比亞工作":                           {"ET"},
		"リビアからイタリアのランペドゥーザ島へ":                   {"LY", "IT"},
		"ประชาชนจากเมียนมาเดินทางเข้าประเทศไทย": nil,
		"ผู้อพยพจากกัมพูชาและบังกลาเทศ":         {"KH", "BD"},
		"មនុស្សមកពីថៃនិងបង់ក្លាដែស":             {"BD"},
	} {
		var got []string
		for i := 0; i < len(text); {
			e, n := x.Run(text[i:])
			if n == 0 {
				n = len(string([]rune(text[i:])[:1]))
			} else {
				got = append(got, e.Candidate(0).Country)
			}
			i += n
		}
		if want != nil && !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	e, ok := find(open(t), "Йемен")
	if !ok || !e.Candidate(0).Languages.Has(gazetteer.LanguageOf("ru")) {
		t.Errorf("Йемен: %v %v", ok, e.Candidate(0).Languages.Codes())
	}
	for _, code := range []string{"en", "fr", "ar", "nl", "my"} {
		if got := gazetteer.LanguageOf(code).Codes(); !slices.Equal(got, []string{code}) {
			t.Errorf("LanguageOf(%s).Codes() = %v", code, got)
		}
	}
	if got := gazetteer.LanguageOf("tlh"); got != gazetteer.OtherLanguages {
		t.Errorf("LanguageOf(tlh) = %v", got.Codes())
	}
}

// Outside of its candidates an entry has none.
func TestCandidateOutOfRange(t *testing.T) {
	t.Parallel()
	e, _ := find(open(t), "Libya")
	for _, c := range []gazetteer.Candidate{e.Candidate(-1), e.Candidate(e.Len()), gazetteer.Entry{}.Candidate(0)} {
		if c != (gazetteer.Candidate{}) {
			t.Errorf("%+v", c)
		}
	}
	if (gazetteer.Entry{}).Risk().Any() || open(t).AreaCode(0) != "" || open(t).AreaCode(65535) != "" {
		t.Error("something known of nothing")
	}
}

// The manifest says from what the file was made, so it must be of this file.
func TestManifest(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("gazetteer.bin")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		SHA256 string
		Bytes  int
		Inputs []struct{ Name, Version, SHA256, Licence string }
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(file); m.SHA256 != hex.EncodeToString(sum[:]) || m.Bytes != len(file) {
		t.Error("gazetteer.bin is not the file of manifest.json; go generate ./config/gazetteer writes both")
	}
	if len(file) > 5<<20 {
		t.Errorf("%d bytes are more than a program should carry for this", len(file))
	}
	notice, err := os.ReadFile("../../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range m.Inputs {
		if in.SHA256 == "" || in.Licence == "" || !strings.Contains(string(notice), in.Name+" "+in.Version) {
			t.Errorf("%s %s: hash, licence or its line in NOTICE is missing", in.Name, in.Version)
		}
	}
}
