package publish

import "strings"

// farewell is how a language speaks of saved channels and their end. NAME, DAY and WHERE
// stand for what is put in.
type farewell struct {
	folder string // of saved channels in lists
	title  string
	text   string
	next   string
}

var farewells = map[string]farewell{
	"en": {"Saved channels", "“NAME” has ended", "The channel “NAME” has been retired; nothing new comes after DAY.", "Go on with: WHERE"},
	"fr": {"Canaux enregistrés", "« NAME » prend fin", "Le canal « NAME » est fermé ; rien de nouveau ne paraît après le DAY.", "Pour la suite : WHERE"},
	"es": {"Canales guardados", "«NAME» ha terminado", "El canal «NAME» se ha retirado; no habrá nada nuevo después del DAY.", "Para continuar: WHERE"},
	"ar": {"القنوات المحفوظة", "انتهت قناة «NAME»", "أُغلقت قناة «NAME»، ولن يُنشر فيها جديد بعد DAY.", "للمتابعة: WHERE"},
	"pt": {"Canais guardados", "“NAME” terminou", "O canal “NAME” foi encerrado; não haverá nada de novo depois de DAY.", "Para continuar: WHERE"},
	"ru": {"Сохранённые каналы", "Канал «NAME» закрыт", "Канал «NAME» закрыт; после DAY новых записей не будет.", "Далее: WHERE"},
	"de": {"Gespeicherte Kanäle", "„NAME“ ist beendet", "Der Kanal „NAME“ wurde eingestellt; nach dem DAY kommt nichts Neues.", "Weiter geht es hier: WHERE"},
	"it": {"Canali salvati", "«NAME» è terminato", "Il canale «NAME» è stato chiuso; dopo il DAY non c’è nulla di nuovo.", "Per continuare: WHERE"},
}

func farewellIn(lang string) farewell {
	if f, ok := farewells[lang]; ok {
		return f
	}
	return farewells["en"]
}

func (f farewell) titled(name string) string { return strings.ReplaceAll(f.title, "NAME", name) }

func (f farewell) said(name, day string) string {
	return strings.NewReplacer("NAME", name, "DAY", day).Replace(f.text)
}

func (f farewell) leads(where string) string { return strings.ReplaceAll(f.next, "WHERE", where) }
