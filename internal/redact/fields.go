package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tributary/feeds"
)

// FieldScheme begins the schemes of categories that are read from a publisher's field
// names: FieldScheme + "region-country", "themes", "type" or "categories".
const FieldScheme = "urn:tributary-field:"

// The names that the publishers' old systems print before the values of fields, to what
// the value is to us: a scheme's end, or "" for what is only cut.
var fieldNames = map[string]string{
	"Region-Country": "region-country", "Region/Country": "region-country", "Région-Pays": "region-country", "Région/Pays": "region-country",
	"Región-País": "region-country", "Región/País": "region-country", "Region-Land": "region-country", "Regione-Paese": "region-country", "Região-País": "region-country",
	"Themes": "themes", "Thèmes": "themes", "Temas": "themes", "Themen": "themes", "Temi": "themes", "Темы": "themes", "المواضيع": "themes",
	"Press Release Type": "type", "Type de communiqué": "type", "Type de communiqué de presse": "type", "Tipo de comunicado de prensa": "type", "Tipo de comunicado": "type",
	"Categories": "categories", "Catégories": "categories", "Categorías": "categories", "Kategorien": "categories",
	"Language": "language", "Langue": "language", "Idioma": "language", "Sprache": "language", "Lingua": "language",
	"Posted": "", "Publié": "", "Publié le": "", "Publicado": "", "Publicado el": "", "Fecha de publicación": "", "Date de publication": "", "Publish Date": "",
	"Image": "", "Imagen": "", "Default": "", "Par défaut": "", "Por defecto": "", "Predeterminado": "", "Défaut": "", "Multimedia": "", "Multimédia": "", "Bild": "",
}

// telling names stand in no prose of their own.
var telling = []string{"Region-Country", "Region/Country", "Région-Pays", "Région/Pays", "Región-País", "Región/País", "Region-Land", "Regione-Paese", "Região-País",
	"Press Release Type", "Type de communiqué", "Type de communiqué de presse", "Tipo de comunicado de prensa", "Tipo de comunicado", "Default", "Par défaut", "Por defecto", "Predeterminado", "Défaut"}

var languages = map[string]string{
	"English": "en", "French": "fr", "Spanish": "es", "Arabic": "ar", "Portuguese": "pt", "Russian": "ru", "German": "de", "Italian": "it",
	"Anglais": "en", "Français": "fr", "Espagnol": "es", "Arabe": "ar", "Inglés": "en", "Francés": "fr", "Español": "es", "Árabe": "ar", "Deutsch": "de", "Englisch": "en",
}

// Bounds of a dump of fields, in bytes.
const (
	fieldApart = 600
	fieldValue = 120
	fieldsRead = 24 // categories at most
)

var (
	fieldName = func() *regexp.Regexp {
		var names []string
		for n := range fieldNames {
			names = append(names, regexp.QuoteMeta(n))
		}
		slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
		return regexp.MustCompile(`(` + strings.Join(names, "|") + `)\s?:|(Language|Langue|Idioma|Sprache)\s+(English|French|Spanish|Arabic|Portuguese|Russian|German|Italian|Anglais|Français|Espagnol|Arabe|Inglés|Francés|Español|Árabe|Deutsch|Englisch)(?:\s|$)`)
	}()
	posted = regexp.MustCompile(`^\s*(?:\p{L}+\.?,?\s+)?(?:\p{L}+\s+\d{1,2},?|\d{1,2}\.?\s+(?:de\s+)?\p{L}+,?|\d{1,2}/\d{1,2}/)\s*(?:de\s+)?\d{4}(?:\s*[-–]\s*\d{1,2}:\d{2})?`)
	jahia  = regexp.MustCompile(`(?:https?://[a-z.]*)?/jahia/(?:webdav|Jahia)/[^\s<>"]*|onclick\s?=\s?(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'|“[^”\n]{0,300}”)`)
)

// field is a name found in a text.
type field struct {
	span
	name string
}

// fields reads the dump of fields at the end or the beginning of a text into
// categories of the entry and cuts it, together with addresses and handlers that the
// old system left in the words.
func (w *work) fields(s string, e *feeds.Entry) string {
	dump := strings.Contains(s, ":") && containsAny(s, []string{"Region", "Région", "Región", "Região", "Regione", "Default", "Posted", "Par défaut", "Press Release Type", "Publi", "Por defecto", "Predeter", "Défaut", "Tipo de", "Type de"}) ||
		strings.Contains(s, "Language") || strings.Contains(s, "Langue") || strings.Contains(s, "Idioma") || strings.Contains(s, "Sprache")
	junk := strings.Contains(s, "/jahia/") || strings.Contains(s, "onclick")
	if !dump && !junk {
		return s
	}
	p := newPage(s, true)
	if dump {
		w.dumps(p, e)
	}
	if junk {
		for _, m := range jahia.FindAllStringIndex(p.text, -1) {
			p.cut(m[0], m[1])
			w.done.Fields++
		}
	}
	if !p.changed() {
		return s
	}
	return p.rest()
}

func (w *work) dumps(p *page, e *feeds.Entry) {
	var found []field
	for _, m := range fieldName.FindAllStringSubmatchIndex(p.text, 200) {
		if m[2] >= 0 {
			found = append(found, field{span{m[0], m[1]}, p.text[m[2]:m[3]]})
		} else {
			found = append(found, field{span{m[0], m[7]}, p.text[m[4]:m[5]]})
		}
	}
	n := w.beginning(p, found, e)
	w.ending(p, found[n:], e)
}

// beginning takes the fields before the text, and returns how many there were: a
// language, a date, and others on lines of their own.
func (w *work) beginning(p *page, found []field, e *feeds.Entry) int {
	at, n := 0, 0
	for n < len(found) && found[n].from >= at && strings.TrimSpace(p.text[at:found[n].from]) == "" {
		f := found[n]
		value := p.text[f.from:f.to]
		end := f.to
		switch {
		case fieldNames[f.name] == "language":
			rest := strings.TrimLeft(p.text[f.to:], ": \u00a0\n")
			if strings.HasSuffix(value, ":") {
				word, _, _ := strings.Cut(strings.ReplaceAll(rest, "\n", " "), " ")
				if languages[word] == "" {
					end = -1
				} else {
					end = len(p.text) - len(rest) + len(word)
				}
			}
		case posted.MatchString(p.text[f.to:]):
			end = f.to + posted.FindStringIndex(p.text[f.to:])[1]
		default:
			end = p.fieldLine(f.to)
			if n == 0 && !slices.Contains(telling, f.name) || len(p.text) > end && end-f.to > fieldValue {
				end = -1
			}
		}
		if end < 0 || n == 0 && unicode.IsLower(firstRune(strings.TrimLeft(p.text[end:], " \u00a0\n"))) {
			break // "Language English courses begin"
		}
		w.take(e, f.name, p.text[f.from:end])
		at = end
		n++
	}
	if n == 0 || n == 1 && fieldNames[found[0].name] != "language" || strings.TrimSpace(p.text[at:]) == "" {
		return 0
	}
	p.cut(0, at)
	w.done.Fields += n
	return n
}

// fieldLine is where the line ends that a value is on, the next one when the name has
// its line to itself.
func (p *page) fieldLine(at int) int {
	i := p.lineOf(at)
	if strings.TrimSpace(p.text[at:p.lines[i].to]) == "" && i+1 < len(p.lines) {
		if next := p.lines[i+1]; !fieldName.MatchString(p.text[next.from:next.to]) {
			return next.to
		}
	}
	return p.lines[i].to
}

// ending takes the fields after the text: at least three names in a row, one of them
// telling, and nothing after the last value.
func (w *work) ending(p *page, found []field, e *feeds.Entry) {
	first := len(found)
	end := len(p.text)
	for first > 0 && end-found[first-1].to <= fieldApart {
		first--
		end = found[first].from
	}
	found = found[first:]
	if len(found) < 3 || !slices.ContainsFunc(found, func(f field) bool { return slices.Contains(telling, f.name) }) {
		return
	}
	last := found[len(found)-1]
	if rest := strings.TrimSpace(p.text[p.fieldLine(last.to):]); rest != "" {
		end = p.fieldLine(last.to)
	} else {
		end = len(p.text)
	}
	for i, f := range found {
		to := end
		if i+1 < len(found) {
			to = found[i+1].from
		}
		w.take(e, f.name, p.text[f.from:to])
	}
	p.cut(found[0].from, end)
	w.done.Fields += len(found)
}

// take keeps what a field says.
func (w *work) take(e *feeds.Entry, name, text string) {
	what := fieldNames[name]
	value := strings.Trim(strings.TrimPrefix(text, name), ": \u00a0\n\t")
	switch what {
	case "":
		return
	case "language":
		word, _, _ := strings.Cut(value, "\n")
		if tag := languages[strings.TrimSpace(word)]; tag != "" && e.Language == "" {
			e.Language = tag
		}
		return
	}
	added := 0
	for _, v := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '|' }) {
		v = strings.Join(strings.Fields(v), " ")
		c := feeds.Category{Scheme: FieldScheme + what, Term: v}
		if v == "" || len(v) > fieldValue || added >= fieldsRead || slices.Contains(e.Categories, c) {
			continue
		}
		e.Categories = append(slices.Clip(e.Categories), c)
		added++
	}
}
