package dedupe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// marksOfUpdate are what publishers put before or behind a title, or before a text, to
// say that it updates or corrects what was published, folded.
var marksOfUpdate = phrases(`
	correction; corrected; corrected version; updated; update; revised; amended; erratum; corrigendum; clarification; refile; repeat; recast; new; breaking; urgent; live;
	mise a jour; actualise; actualisation; rectificatif; correctif; corrige; version corrigee; rectifie; mis a jour;
	actualizacion; actualizado; actualizada; correccion; corregido; corregida; rectificacion; fe de erratas; version corregida;
	atualizacao; atualizado; correcao; corrigido; retificacao; versao corrigida;
	aggiornamento; aggiornato; correzione; rettifica; corretto;
	aktualisierung; aktualisiert; korrektur; korrigiert; berichtigung; berichtigt;
	обновление; обновлено; исправление; исправлено; уточнение; дополнено;
	تحديث; محدث; تصحيح; مصحح; تصويب;
`)

// stripMark takes a publisher's mark of an update or correction off the beginning or the
// end of a text and says whether there was one.
func stripMark(s string) (string, bool) {
	s = strings.TrimSpace(s)
	found := false
	if i := strings.IndexFunc(s[:min(len(s), 64)], func(r rune) bool {
		return r == ':' || r == '–' || r == '—' || r == '|' || r == ']' || r == ')' || r == '\n'
	}); i > 0 && i < 60 {
		if isMark(strings.Trim(s[:i], " [(*")) || i < 40 && s[i] == ':' && isMark(firstWord(s[:i])) {
			_, size := utf8.DecodeRuneInString(s[i:])
			rest := strings.TrimSpace(s[i+size:])
			if s[i] == ':' && strings.IndexByte(rest, '\n') > 0 && strings.IndexByte(rest, '\n') < 300 {
				rest = rest[strings.IndexByte(rest, '\n')+1:] // "Correction: an earlier version said ...", a paragraph
			}
			if strings.TrimSpace(rest) != "" {
				s, found = strings.TrimSpace(rest), true
			}
		}
	}
	if n := len(s); n > 0 && (s[n-1] == ')' || s[n-1] == ']') {
		if i := strings.LastIndexAny(s, "(["); i > 0 && n-i < 60 && (isMark(s[i+1:n-1]) || isMark(firstWord(s[i+1:n-1]))) {
			s, found = strings.TrimSpace(s[:i]), true
		}
	} else {
		for _, sep := range []string{" – ", " — ", " - ", " | ", ": "} {
			if i := strings.LastIndex(s[max(0, n-48):], sep) + max(0, n-48); i > 0 && n-i < 40 && strings.HasPrefix(s[i:], sep) && isMark(s[i+len(sep):]) {
				s, found = strings.TrimSpace(s[:i]), true
				break
			}
		}
	}
	return s, found
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return w
}

func isMark(s string) bool {
	if len(s) > 80 {
		return false
	}
	folded := strings.Join(strings.Fields(foldSpaced(decompose(s))), " ")
	folded = strings.TrimRight(folded, " 0123456789.")
	for _, m := range marksOfUpdate {
		if folded == m {
			return true
		}
	}
	return false
}

// stripSite takes a site's name off the end of a title: "A title | A site".
func stripSite(title string) string {
	for _, sep := range []string{" | ", " :: ", " » ", " • "} {
		if i := strings.LastIndex(title, sep); i >= 20 && len(title)-i < 60 {
			title = title[:i]
		}
	}
	return strings.TrimSpace(title)
}

// datelineAtMost is how long, in bytes, a dateline may be.
const datelineAtMost = 90

// stripDateline takes the place and date a text begins with off it, and an agency's name
// in brackets: "Tripoli, 12 May (Reuters) – ". Copies have it, leave it or write another.
func stripDateline(s string) (body, dateline string) {
	head := s
	if len(head) > datelineAtMost {
		head = head[:datelineAtMost]
	}
	for _, dash := range []string{" – ", " — ", " - ", " -- ", "– ", "— ", ".- ", ".– "} {
		i := strings.Index(head, dash)
		if i <= 0 {
			continue
		}
		if !placeLike(head[:i]) {
			return s, ""
		}
		return s[i+len(dash):], head[:i]
	}
	return s, ""
}

// placeLike says that all words of a text begin with capitals or digits, or stand in
// brackets, or are so short that they join names.
func placeLike(s string) bool {
	words := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '(' || r == ')' || r == '/' })
	if len(words) == 0 || len(words) > 9 {
		return false
	}
	small := 0
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLower(r) && utf8.RuneCountInString(w) > 3 {
			if _, month := monthWords[strings.ToLower(w)]; !month {
				small++
			}
		}
	}
	return small == 0
}

// cutShort says that a text breaks off.
func cutShort(s string) bool {
	s = strings.TrimRight(s, " \n\t])")
	return strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...")
}
