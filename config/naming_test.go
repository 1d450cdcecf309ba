package config_test

import (
	"testing"

	"tributary/config"
)

// What headquarters decides lies over the bundled names key by key, and changes nothing
// that texts are matched with.
func TestNamesOfCountries(t *testing.T) {
	bundled := mustLoad(t, config.Options{})
	c := mustLoad(t, config.Options{Path: "testdata/accepted/names.yaml"})
	for i := range c.Taxonomy.Countries {
		is, was := &c.Taxonomy.Countries[i], &bundled.Taxonomy.Countries[i]
		titles := is.Titles()
		if titles["ru"] != was.Label["ru"] || is.Label["en"] != was.Label["en"] {
			t.Errorf("%s: other languages or the label changed: %v", is.ISO2, titles)
		}
		got := [3]any{titles["en"], is.Nameless, is.Note["en"]}
		want := [3]any{was.Label["en"], false, was.Note["en"]}
		switch is.ISO2 {
		case "TW":
			want = [3]any{"Taiwan, by its own name", true, ""}
			if titles["fr"] != was.Label["fr"] {
				t.Errorf("an empty label took the bundled one away: %q", titles["fr"])
			}
		case "XK":
			want = [3]any{"Kosovo (1244)", false, "References to Kosovo shall be understood in the context of Security Council resolution 1244 (1999)."}
		case "FK":
			want[2] = ""
			if len(is.Note) != 0 || len(was.Note) == 0 {
				t.Errorf("notes of FK: %v, were %v", is.Note, was.Note)
			}
		case "EH":
			want[2] = "A note of headquarters."
		}
		if got != want {
			t.Errorf("%s: got %v, want %v", is.ISO2, got, want)
		}
	}
	if got := c.Changed(bundled); len(got) != 2 || got[0] != "taxonomy.names" || got[1] != "sources[example]" {
		t.Errorf("changed: %v", got)
	}
}

// The names are those of UNTERM and the M49 list, in the languages of headquarters.
func TestNamesAsTheUNWritesThem(t *testing.T) {
	c := mustLoad(t, config.Options{})
	for code, want := range map[string][4]string{ // en, fr, es, ar
		"BO": {"Bolivia (Plurinational State of)", "Bolivie (État plurinational de)", "Bolivia (Estado Plurinacional de)", "بوليفيا (دولة - المتعددة القوميات)"},
		"CI": {"Côte d'Ivoire", "Côte d'Ivoire", "Côte d'Ivoire", "كوت ديفوار"},
		"CV": {"Cabo Verde", "Cabo Verde", "Cabo Verde", "كابو فيردي"},
		"CZ": {"Czechia", "Tchéquie", "Chequia", "تشيكيا"},
		"IR": {"Iran (Islamic Republic of)", "Iran (République islamique d')", "Irán (República Islámica del)", "إيران (جمهورية - الإسلامية)"},
		"LA": {"Lao People's Democratic Republic", "République démocratique populaire lao", "República Democrática Popular Lao", "جمهورية لاو الديمقراطية الشعبية"},
		"MD": {"Republic of Moldova", "République de Moldova", "República de Moldova", "جمهورية مولدوفا"},
		"NL": {"Netherlands (Kingdom of the)", "Pays-Bas (Royaume des)", "Países Bajos (Reino de los)", "هولندا (مملكة -)"},
		"PS": {"State of Palestine", "État de Palestine", "Estado de Palestina", "دولة فلسطين"},
		"SY": {"Syrian Arab Republic", "République arabe syrienne", "República Árabe Siria", "الجمهورية العربية السورية"},
		"SZ": {"Eswatini", "Eswatini", "Eswatini", "إسواتيني"},
		"TL": {"Timor-Leste", "Timor-Leste", "Timor-Leste", "تيمور - ليشتي"},
		"TR": {"Türkiye", "Türkiye", "Türkiye", "تركيا"},
		"TZ": {"United Republic of Tanzania", "République-Unie de Tanzanie", "República Unida de Tanzanía", "جمهورية تنزانيا المتحدة"},
		"VE": {"Venezuela (Bolivarian Republic of)", "Venezuela (République bolivarienne du)", "Venezuela (República Bolivariana de)", "فنزويلا (جمهورية - البوليفارية)"},
		"IQ": {"Iraq", "Iraq", "Iraq", "العراق"},
		"KZ": {"Kazakhstan", "Kazakhstan", "Kazajstán", "كازاخستان"},
		"NG": {"Nigeria", "Nigéria", "Nigeria", "نيجيريا"},
		"NZ": {"New Zealand", "Nouvelle-Zélande", "Nueva Zelandia", "نيوزيلندا"},
		"FK": {"Falkland Islands (Malvinas)", "Îles Falkland (Malvinas)", "Islas Malvinas (Falkland)", "جزر فوكلاند (مالفيناس)"},
		"XK": {"Kosovo (UNSC resolution 1244)", "Kosovo (résolution 1244 du Conseil de sécurité de l'ONU)", "Kosovo (resolución 1244 del Consejo de Seguridad de la ONU)", "كوسوفو (قرار مجلس الأمن 1244)"},
		"VN": {"Viet Nam", "Viet Nam", "Viet Nam", "فييت نام"},
	} {
		country, ok := c.Taxonomy.CountryByCode(code)
		if !ok {
			t.Fatalf("no %s", code)
		}
		for i, lang := range []string{"en", "fr", "es", "ar"} {
			if got := country.Label[lang]; got != want[i] {
				t.Errorf("%s in %s: %q, want %q", code, lang, got, want[i])
			}
		}
	}
}
