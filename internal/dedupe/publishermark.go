package dedupe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// furtherMarks are marks of a correction or update beside marksOfUpdate, folded: other
// forms and languages.
var furtherMarks = phrases(`
	updated version; updates; update no; update nr; correct; correction appended; with correction; corrects; adds; adds details; rewrites; republished; amends; amendment;
	version actualisee; actualisee; version rectifiee; rectification; version mise a jour; precision; erreur corrigee;
	version actualizada; rectificado; rectifica; actualiza; nota corregida; aclaracion;
	versao atualizada; atualizada; corrigida; retificado; errata;
	versione aggiornata; aggiornata; corretta; errata corrige; precisazione;
	aktualisierte fassung; korrigierte fassung; neufassung; richtigstellung;
	обновлена; исправлена; исправленная версия; обновляется; поправка;
	محدثه; نسخه محدثه; نسخه مصححه; تعديل; معدل; استدراك; توضيح;
	correctie; gecorrigeerd; bijgewerkt; rectificatie; sprostowanie; aktualizacja; rectificare; actualizare; corectat; actualizat;
	guncelleme; guncellendi; duzeltme; duzeltildi; اصلاحیه; به روزرسانی; оновлено; виправлено; уточнення; sasisho; marekebisho;
`)

// unspacedMarks are those of scripts without spaces.
var unspacedMarks = []string{"更正", "更新", "訂正", "修正", "정정", "수정"}

var markPhrases = markSet()

// markWordsAtMost is how many words the longest phrase has.
const markWordsAtMost = 3

func markSet() map[string]bool {
	out := map[string]bool{}
	for _, list := range [][]string{marksOfUpdate, furtherMarks} {
		for _, p := range list {
			out[p] = true
		}
	}
	return out
}

// fillers stand between a mark and its end, or with it on a line: dates, hours, numbers of
// editions, and the words that join them.
var fillers = set(`on at the as of by in no nr n and to last first latest date time published posted reported issued gmt utc utctime cet cest eat wat bst est edt local h hr hrs am pm
	le la les a au du de des et il est derniere dernier publie publiee heure heures vers
	el los las al del y ultima ultimo fecha hora horas publicado publicada
	o os as em no na dos das e data ultima
	alle ore il lo gli ultimo pubblicato
	am um den der die das uhr zuletzt stand letzte veroffentlicht vom von
	в от на и последнее опубликовано г время
	في على اخر يوم الساعه بتاريخ نشر تاريخ ص م من
	monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
	lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo
	montag dienstag mittwoch donnerstag freitag samstag sonntag lunedi martedi mercoledi giovedi venerdi sabato domenica
	segunda terca quarta quinta sexta feira`)

// Bounds of a mark, in bytes.
const (
	markBytes     = 80
	markLineBytes = 120
)

// unmark takes a publisher's mark of a correction or update off the beginning or the end
// of a title or line, and says whether there was one: "Corrected:", "UPDATE 2-",
// "(rectificatif)", "| Actualizado", "تصحيح:", 【更新】.
func unmark(s string) (rest string, marked bool) {
	rest = strings.TrimSpace(s)
	for range 2 { // "UPDATE 2-CORRECTED-"
		cut, ok := markBefore(rest)
		if !ok {
			break
		}
		rest, marked = cut, true
	}
	if cut, ok := markBehind(rest); ok {
		rest, marked = cut, true
	}
	return rest, marked
}

const (
	markOpens  = "([{*【［「/•-–—~_ "
	markCloses = ")]}*】］」/"
	markEnds   = ":：|–—->»" + markCloses
)

func markBefore(s string) (rest string, ok bool) {
	head := beginning(s, markBytes)
	inner := strings.TrimLeft(head, markOpens)
	open := len(head) - len(inner)
	if n := unspacedMark(inner); n > 0 {
		after := strings.TrimLeft(s[open+n:], " ")
		if r, size := utf8.DecodeRuneInString(after); strings.ContainsRune(markEnds, r) && size > 0 && after[size:] != "" {
			return strings.TrimLeft(after[size:], markEnds+" "), true
		}
		return s, false
	}
	for i, r := range inner {
		if !strings.ContainsRune(markEnds, r) {
			continue
		}
		before := inner[:i]
		after := s[open+i+utf8.RuneLen(r):]
		switch {
		case r == ':' && digitBeside(before, after), // 14:05
			r == '-' && digitBeside(before, after),                                                 // 2026-05-12
			r == '-' && !strings.HasPrefix(after, " ") && !endsInDigit(before) && !shouted(before), // Update-free
			strings.ContainsRune(markCloses, r) && open == 0,
			!isMarkWith(before):
			continue
		}
		if rest = strings.TrimLeft(after, markEnds+" "); rest != "" {
			return rest, true
		}
	}
	return s, false
}

func markBehind(s string) (rest string, ok bool) {
	from := max(0, len(s)-markBytes)
	for from > 0 && !utf8.RuneStart(s[from]) {
		from--
	}
	tail := s[from:]
	trimmed := strings.TrimRight(tail, markCloses+" .")
	closed := len(trimmed) < len(tail) && strings.ContainsAny(tail[len(trimmed):], markCloses)
	for _, open := range []string{" (", " [", "（", "［", "【", " – ", " — ", " - ", " | ", " / ", " *", ": ", "("} {
		i := strings.LastIndex(trimmed, open)
		if i < 0 || from+i == 0 || strings.ContainsAny(open, "([（［【*") && !closed {
			continue
		}
		inside := trimmed[i+len(open):]
		if isMarkWith(inside) || unspacedMark(inside) == len(inside) && inside != "" {
			return strings.TrimRight(s[:from+i], " "), true
		}
	}
	return s, false
}

// isMarkWith says that a run is a mark, with nothing but a number, a date or the like.
func isMarkWith(s string) bool {
	if s = strings.TrimSpace(s); s == "" || len(s) > markBytes {
		return false
	}
	words, plain := foldedWords(s)
	for n := min(markWordsAtMost, len(words)); n > 0; n-- {
		if markPhrases[strings.Join(words[:n], " ")] && allFill(words[n:], plain[n:]) {
			return true
		}
	}
	return false
}

// markAlone says that a line is a mark and nothing else: "Updated on 12 May 2026, 14:05".
func markAlone(line string) bool {
	if len(line) > markLineBytes {
		return false
	}
	if n := unspacedMark(strings.TrimLeft(line, markOpens)); n > 0 && strings.IndexFunc(strings.TrimLeft(line, markOpens)[n:], unicode.IsLetter) < 0 {
		return true
	}
	words, plain := foldedWords(line)
	for i := range words {
		for n := min(markWordsAtMost, len(words)-i); n > 0; n-- {
			if markPhrases[strings.Join(words[i:i+n], " ")] && allFill(words[:i], plain[:i]) && allFill(words[i+n:], plain[i+n:]) {
				return true
			}
		}
	}
	return false
}

func allFill(words []string, digits []bool) bool {
	for i, w := range words {
		if _, month := monthWords[w]; !digits[i] && !month && !fillers[w] && !hourWord(w) {
			return false
		}
	}
	return true
}

// hourWord knows "14h05" and "2nd", whose digits and letters stand together.
func hourWord(w string) bool { return len(w) <= 6 && strings.ContainsAny(w, "0123456789") }

// foldedWords are the folded words of a run, and which of them are figures.
func foldedWords(s string) (words []string, digits []bool) {
	tokens := tokenize(s)
	for i := range tokens {
		words = append(words, string(tokens[i].form))
		digits = append(digits, tokens[i].digits)
	}
	return words, digits
}

func unspacedMark(s string) int {
	for _, m := range unspacedMarks {
		if strings.HasPrefix(s, m) {
			return len(m)
		}
	}
	return 0
}

func endsInDigit(s string) bool { return s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' }

func digitBeside(before, after string) bool {
	return endsInDigit(before) && after != "" && after[0] >= '0' && after[0] <= '9'
}

// shouted says that a run is in capitals: "CORRECTED-Flight leaves Tripoli".
func shouted(s string) bool {
	letters := false
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		letters = letters || unicode.IsLetter(r)
	}
	return letters
}
