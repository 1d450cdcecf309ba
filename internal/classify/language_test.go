package classify_test

import (
	"testing"

	"tributary/feeds"
	"tributary/internal/classify"
)

func TestLanguage(t *testing.T) {
	c := classifier(t)
	texts := map[string]string{
		"en": "The families left the village in the morning and walked to the camp with what they could carry.",
		"fr": "Les familles ont quitté le village dans la matinée et ont marché vers le camp avec ce qu'elles pouvaient porter.",
		"es": "Las familias dejaron el pueblo por la mañana y caminaron hasta el campamento con lo que podían llevar.",
		"pt": "As famílias deixaram a aldeia pela manhã e caminharam até o campo com o que podiam levar para não voltar.",
		"it": "Le famiglie hanno lasciato il villaggio la mattina e sono andate al campo con quello che potevano portare.",
		"de": "Die Familien verließen das Dorf am Morgen und gingen mit dem, was sie tragen konnten, zu dem Lager.",
		"ar": "غادرت الأسر القرية في الصباح وسارت إلى المخيم مع ما استطاعت أن تحمله من متاع.",
		"ru": "Семьи покинули деревню утром и пошли в лагерь с тем, что могли унести с собой.",
		"tr": "Aileler sabah köyden ayrıldı ve taşıyabildikleri eşyalarla kampa doğru yürüdüler, çünkü yol kapanmıştı.",
		"uk": "Родини залишили село вранці й пішли до табору з тим, що могли нести, бо дорогу вже перекрили.",
		"fa": "خانواده‌ها صبح روستا را ترک کردند و با آنچه می‌توانستند حمل کنند به سوی اردوگاه رفتند.",
	}
	for want, text := range texts {
		for _, declared := range []string{want, want + "-XX", "", "nonsense!"} {
			label := language(t, c, classify.Item{Text: text, Language: declared})
			if label.Value != want {
				t.Errorf("declared %q: %s came out, want %s (%+v)", declared, label.Value, want, label.Evidence)
			}
		}
	}
	// A declaration that the text contradicts does not hold.
	for _, test := range []struct{ declared, text string }{{"en", "ar"}, {"en", "ru"}, {"ar", "fr"}, {"en", "fr"}, {"fr", "es"}, {"de", "en"}} {
		if label := language(t, c, classify.Item{Text: texts[test.text], Language: test.declared}); label.Value != test.text {
			t.Errorf("declared %s, written in %s: %s came out (%+v)", test.declared, test.text, label.Value, label.Evidence)
		}
	}
	// One with too little text to tell does.
	if label := language(t, c, classify.Item{Title: "Libya", Language: "fr"}); label.Value != "fr" || label.By != feeds.ByPublisher {
		t.Errorf("a short title declared French came out as %+v", label)
	}
	// Nothing is guessed from names and numbers: no label is better than a wrong one.
	for _, it := range []classify.Item{{}, {Title: "Libya"}, {Title: "2024"}, {Title: "IOM – UNHCR – WFP"}, {Title: "Amy Pope, Antonio Guterres"}, {Text: "+41 22 717 91 11"}, {Title: "Port-au-Prince, Cap-Haïtien"}, {Title: "COVID-19"}} {
		if labels := values(c.Classify(it), feeds.LabelLanguage); len(labels) != 0 {
			t.Errorf("%q came out as %v", it.Title+it.Text, labels)
		}
	}
}

func language(t *testing.T, c *classify.Classifier, it classify.Item) feeds.Label {
	t.Helper()
	for _, l := range c.Classify(it) {
		if l.Kind == feeds.LabelLanguage {
			return l
		}
	}
	t.Fatalf("%+v: no language", it)
	return feeds.Label{}
}
