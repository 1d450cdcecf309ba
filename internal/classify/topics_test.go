package classify_test

import (
	"slices"
	"testing"

	"tributary/feeds"
	"tributary/internal/classify"
)

func TestTopics(t *testing.T) {
	c := classifier(t)
	for _, test := range []struct {
		reason, language, title, text string
		want, not                     []string
	}{
		{"a term in the title", "en", "Victims of trafficking find shelter", "A house opened.", []string{"counter-trafficking"}, nil},
		{"a prefix", "en", "Remittances fall", "Families wait.", []string{"remittances"}, nil},
		{"an acronym in capitals", "en", "New figures", "The DTM counted 4,000 people.", []string{"internal-displacement"}, nil},
		{"the same letters in small", "en", "New figures", "Please wash your hands.", nil, []string{"camps-shelter-wash"}},
		{"the plural of an acronym", "en", "New figures", "Half of the IDPs are children.", []string{"internal-displacement"}, nil},
		{"a phrase that cancels", "en", "Drug trafficking and arms trafficking fall", "Police seized a truck.", nil, []string{"counter-trafficking"}},
		{"a verb that looks like trata", "es", "Nuevas lluvias", "Se trata de lluvias muy fuertes.", nil, []string{"counter-trafficking"}},
		{"a weak term alone in the body", "en", "Road opens", "The school was painted.", nil, []string{"education-youth"}},
		{"a word of another language", "en", "His fame grew", "The poet died.", nil, []string{"food-security"}},
		{"the same word in its own language", "it", "Insicurezza alimentare e fame", "Le famiglie hanno perso il raccolto.", []string{"food-security"}, nil},
		{"Arabic with article and prefix", "ar", "مكافحة الاتجار", "دورة عن ضحايا الاتجار بالبشر.", []string{"counter-trafficking"}, nil},
		{"Russian in another case", "ru", "Помощь жертвам торговли людьми", "Открылся приют.", []string{"counter-trafficking"}, nil},
		{"French", "fr", "Retour volontaire de 120 migrants", "Ils ont atterri lundi.", []string{"voluntary-return-reintegration"}, nil},
		{"Spanish", "es", "Naufragio frente a la costa", "La guardia costera rescató a 40 migrantes.", []string{"missing-migrants", "search-and-rescue"}, nil},
		{"German", "de", "Seenotrettung im Mittelmeer", "Das Schiff nahm 90 Menschen auf.", []string{"search-and-rescue"}, nil},
		{"Portuguese", "pt", "Surto de cólera", "Casos suspeitos em dois distritos.", []string{"disease-outbreaks"}, nil},
		{"words about the organisation", "en", "Road opens", "The road opened after three years of work and many people came to see the first bus leave the town.\n\nAbout IOM\nIOM fights human trafficking and helps refugees.", nil, []string{"counter-trafficking", "refugees-asylum"}},
	} {
		got := values(c.Classify(classify.Item{Title: test.title, Text: test.text, Language: test.language}), feeds.LabelTopic)
		for _, topic := range test.want {
			if !slices.Contains(got, topic) {
				t.Errorf("%s: topics %v, want %s among them", test.reason, got, topic)
			}
		}
		for _, topic := range test.not {
			if slices.Contains(got, topic) {
				t.Errorf("%s: topics %v, want %s not among them", test.reason, got, topic)
			}
		}
	}
}
