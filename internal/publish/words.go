package publish

import "tributary/feeds"

// spokenLanguages are those in which feeds can be named and described.
var spokenLanguages = []string{"en", "fr", "es", "ar", "pt", "ru", "de", "it"}

// words are our own texts in one language.
type words struct {
	description string
	source      string // what stands for a text that may not be shown; %s is the publisher
	kinds       map[feeds.Kind]string
	marks       map[feeds.Kind]string     // labels of content that is not IOM's
	folders     map[feeds.TermKind]string // of the OPML list
}

var wordsByLanguage = map[string]words{
	"en": {
		description: "News merged from the feeds of IOM offices and their partners. Every entry names its source.",
		source:      "Source: %s",
		kinds:       map[feeds.Kind]string{feeds.KindIOM: "IOM", feeds.KindPartner: "Partners", feeds.KindMedia: "Media"},
		marks:       map[feeds.Kind]string{feeds.KindPartner: "Partner content, not the position of IOM", feeds.KindMedia: "Media content, not the position of IOM"},
		folders:     folders("Regions", "Countries", "Topics", "Languages", "Offices", "Sources"),
	},
	"fr": {
		description: "Actualités réunies à partir des flux des bureaux de l’OIM et de leurs partenaires. Chaque entrée nomme sa source.",
		source:      "Source : %s",
		kinds:       map[feeds.Kind]string{feeds.KindIOM: "OIM", feeds.KindPartner: "Partenaires", feeds.KindMedia: "Médias"},
		marks:       map[feeds.Kind]string{feeds.KindPartner: "Contenu d’un partenaire, n’exprime pas la position de l’OIM", feeds.KindMedia: "Contenu d’un média, n’exprime pas la position de l’OIM"},
		folders:     folders("Régions", "Pays", "Thèmes", "Langues", "Bureaux", "Sources"),
	},
	"es": {
		description: "Noticias reunidas de los canales de las oficinas de la OIM y de sus socios. Cada entrada nombra su fuente.",
		source:      "Fuente: %s",
		kinds:       map[feeds.Kind]string{feeds.KindIOM: "OIM", feeds.KindPartner: "Socios", feeds.KindMedia: "Medios"},
		marks:       map[feeds.Kind]string{feeds.KindPartner: "Contenido de un socio, no expresa la posición de la OIM", feeds.KindMedia: "Contenido de un medio, no expresa la posición de la OIM"},
		folders:     folders("Regiones", "Países", "Temas", "Idiomas", "Oficinas", "Fuentes"),
	},
	"ar": {
		description: "أخبار مجمّعة من موجزات مكاتب المنظمة الدولية للهجرة وشركائها. يذكر كل مدخل مصدره.",
		source:      "المصدر: %s",
		kinds:       map[feeds.Kind]string{feeds.KindIOM: "المنظمة الدولية للهجرة", feeds.KindPartner: "الشركاء", feeds.KindMedia: "وسائل الإعلام"},
		marks:       map[feeds.Kind]string{feeds.KindPartner: "محتوى من شريك، لا يعبّر عن موقف المنظمة الدولية للهجرة", feeds.KindMedia: "محتوى إعلامي، لا يعبّر عن موقف المنظمة الدولية للهجرة"},
		folders:     folders("المناطق", "البلدان", "المواضيع", "اللغات", "المكاتب", "المصادر"),
	},
	"pt": {
		description: "Notícias reunidas dos canais dos escritórios da OIM e dos seus parceiros. Cada entrada indica a sua fonte.",
		source:      "Fonte: %s",
		kinds:       map[feeds.Kind]string{feeds.KindIOM: "OIM", feeds.KindPartner: "Parceiros", feeds.KindMedia: "Imprensa"},
		marks:       map[feeds.Kind]string{feeds.KindPartner: "Conteúdo de um parceiro, não exprime a posição da OIM", feeds.KindMedia: "Conteúdo da imprensa, não exprime a posição da OIM"},
		folders:     folders("Regiões", "Países", "Temas", "Idiomas", "Escritórios", "Fontes"),
	},
	"ru": {
		description: "Новости, собранные из лент бюро МОМ и их партнёров. В каждой записи указан источник.",
		source:      "Источник: %s",
		kinds:       map[feeds.Kind]string{feeds.KindIOM: "МОМ", feeds.KindPartner: "Партнёры", feeds.KindMedia: "СМИ"},
		marks:       map[feeds.Kind]string{feeds.KindPartner: "Материал партнёра, не выражает позицию МОМ", feeds.KindMedia: "Материал СМИ, не выражает позицию МОМ"},
		folders:     folders("Регионы", "Страны", "Темы", "Языки", "Бюро", "Источники"),
	},
	"de": {
		description: "Nachrichten aus den Feeds der IOM-Büros und ihrer Partner, zusammengeführt. Jeder Eintrag nennt seine Quelle.",
		source:      "Quelle: %s",
		kinds:       map[feeds.Kind]string{feeds.KindIOM: "IOM", feeds.KindPartner: "Partner", feeds.KindMedia: "Medien"},
		marks:       map[feeds.Kind]string{feeds.KindPartner: "Inhalt eines Partners, nicht die Haltung der IOM", feeds.KindMedia: "Inhalt eines Mediums, nicht die Haltung der IOM"},
		folders:     folders("Regionen", "Länder", "Themen", "Sprachen", "Büros", "Quellen"),
	},
	"it": {
		description: "Notizie riunite dai canali degli uffici dell’OIM e dei loro partner. Ogni voce indica la sua fonte.",
		source:      "Fonte: %s",
		kinds:       map[feeds.Kind]string{feeds.KindIOM: "OIM", feeds.KindPartner: "Partner", feeds.KindMedia: "Media"},
		marks:       map[feeds.Kind]string{feeds.KindPartner: "Contenuto di un partner, non esprime la posizione dell’OIM", feeds.KindMedia: "Contenuto di un media, non esprime la posizione dell’OIM"},
		folders:     folders("Regioni", "Paesi", "Temi", "Lingue", "Uffici", "Fonti"),
	},
}

func folders(regions, countries, topics, languages, offices, sources string) map[feeds.TermKind]string {
	return map[feeds.TermKind]string{feeds.TermRegion: regions, feeds.TermCountry: countries, feeds.TermTopic: topics,
		feeds.TermLanguage: languages, feeds.TermOffice: offices, feeds.TermSource: sources}
}
