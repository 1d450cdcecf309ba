package langid_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"tributary/internal/langid"
)

func detector(t testing.TB) *langid.Detector {
	t.Helper()
	d, err := langid.New()
	if err != nil {
		t.Fatalf("decode the shipped model: %v", err)
	}
	return d
}

func TestDetect(t *testing.T) {
	d := detector(t)
	for _, test := range []struct{ name, title, text, want, script string }{
		{"a sentence", "", "The families walked to the town with what they could carry.", "en", "Latn"},
		{"the title counts", "Les familles attendent de l'aide", "", "fr", "Latn"},
		{"accents as signs of their own", "", "Les re\u0301fugie\u0301s ont e\u0301te\u0301 accueillis dans les e\u0301coles de la re\u0301gion", "fr", "Latn"},
		{"capitals only", "LOS REFUGIADOS ESPERAN EN LA FRONTERA DESDE EL LUNES", "", "es", "Latn"},
		{"an address says nothing", "", "Más en https://example.org/the/news/of/the/day/and/of/the/week sobre la situación de las familias", "es", "Latn"},
		{"simplified characters", "", "难民营里的家庭需要帮助", "zh-Hans", "Hani"},
		{"traditional characters", "", "難民營裡的家庭需要幫助", "zh-Hant", "Hani"},
		{"characters among kana", "", "難民キャンプの家族は助けを必要としている", "ja", "Jpan"},
		{"Serbian in Latin letters", "", "Deca iz izbegličkih porodica idu u školu u ovom mestu već dve godine, a uskoro će ih biti više.", "sr-Latn", "Latn"},
		{"a script of one language", "", "பள்ளிகள் மூடப்பட்டன", "ta", "Taml"},
		{"most letters decide", "", "غادرت الأسر القرية في الصباح وسارت إلى المخيم IOM UNHCR", "ar", "Arab"},
		{"no letters", "2024", "+41 22 717 91 11", "", ""},
	} {
		g := d.Detect(test.title, test.text)
		if g.Language != test.want || string(g.Script) != test.script {
			t.Errorf("%s: %s in %s came out, want %s in %s", test.name, g.Language, g.Script, test.want, test.script)
		}
	}
	if g := d.Detect("", "Amina Yusuf Abdi"); g.Score > 0.74 {
		t.Errorf("a name came out as %s with %.2f", g.Language, g.Score)
	}
}

// TestOdds: what speaks against another language grows with the text.
func TestOdds(t *testing.T) {
	d := detector(t)
	short, long := d.Detect("", "Les familles"), d.Detect("", "Les familles ont quitté le village dans la matinée")
	few, known := short.Odds("en")
	many, _ := long.Odds("en")
	if !known || few <= 0 || many <= few {
		t.Errorf("French against English: %v nats in two words, %v in a sentence", few, many)
	}
	if _, known := long.Odds("ru"); known {
		t.Error("a language in another script is weighed by letters that it has not")
	}
}

func TestLanguages(t *testing.T) {
	d := detector(t)
	list := langid.Languages()
	if len(list) < 80 {
		t.Errorf("%d languages", len(list))
	}
	for _, tag := range list {
		if !d.Knows(tag) {
			t.Errorf("%s is listed and cannot be found", tag)
		}
	}
}

// FuzzDetect: any bytes give a guess within its bounds, the same each time.
func FuzzDetect(f *testing.F) {
	f.Add("Flood", "Les familles ont quitté le village.\n\nThe end.")
	f.Add("\xff\xfe", "a\u0301\u0301 – – \x00")
	f.Add("難民", "難民キャンプ ےںھ")
	f.Add("www.", "a@b ://")
	f.Add(strings.Repeat("é", 3000), strings.Repeat("ўі ", 2000))
	d := detector(f)
	f.Fuzz(func(t *testing.T, title, text string) {
		g := d.Detect(title, text)
		if g.Score < 0 || g.Score > 1 || g.Language == "" && g.Score > 0 {
			t.Fatalf("%q with %v", g.Language, g.Score)
		}
		for _, w := range g.Words {
			if !utf8.ValidString(w) {
				t.Fatalf("%q is no text", w)
			}
		}
		if again := d.Detect(title, text); again.Language != g.Language || again.Score != g.Score {
			t.Fatalf("%s %v, then %s %v", g.Language, g.Score, again.Language, again.Score)
		}
	})
}
