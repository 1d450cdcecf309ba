package dedupe

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// A mark numbers or dates an issue of a series: "No. 20", "week 7", "as of 12 May",
// "Q1 2024". Two issues of one series differ in a mark of one kind.
type mark struct {
	kind  byte
	value uint32
}

// The kinds of marks.
const (
	markIssue   = 'n' // No. 20, round 5, #12
	markWeek    = 'w'
	markDay     = 'd' // month*100 + day, or a day of a month range
	markMonth   = 'm' // 1-12
	markYear    = 'y'
	markTerm    = 'q' // quarter or half of a year
	markRange   = 'r' // the end of a span of days
	markCode    = 'c' // the number of a reference: RFQ-SS-043, VN 2025/17
	marksAtMost = 12
)

// issueWords stand before the number of an issue.
var issueWords = set(`no nos nr num numero number n issue edition ed round rounds vol volume bulletin update sitrep report reports snapshot part episode
	phase wave tranche batch lot appeal flash day newsletter dispatch brief briefing digest profile matrix assessment monitoring dashboard factsheet infosheet map
	ronda edicion boletin informe reporte actualizacion parte jornada entrega
	ronde tour edition rapport bulletin numeros mise actualite jour infolettre
	rodada edicao boletim relatorio atualizacao
	rapporto bollettino aggiornamento numero edizione
	bericht lagebericht ausgabe nummer runde
	номер выпуск отчет доклад сводка раунд бюллетень
	رقم العدد عدد جوله تقرير نشره تحديث`)

var weekWords = set(`week weeks wk semaine semana settimana woche kw неделя неделю недели اسبوع`)

var monthWords = months(
	"january february march april may june july august september october november december",
	"jan feb mar apr may jun jul aug sep oct nov dec",
	"janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
	"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
	"janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
	"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
	"januar februar marz april mai juni juli august september oktober november dezember",
	"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
	"январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
	"يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
)

func set(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[string(stem([]byte(w)))] = true
		out[w] = true
	}
	return out
}

func months(lists ...string) map[string]uint32 {
	out := map[string]uint32{}
	for _, list := range lists {
		for i, w := range strings.Fields(list) {
			out[w] = uint32(i + 1) //nolint:gosec // 1 to 12
		}
	}
	return out
}

// marksOf finds the marks of a text. title says that a number at its very end counts as
// an issue's.
func marksOf(tokens []token, title bool) []mark {
	var out []mark
	add := func(kind byte, v uint32) {
		if m := (mark{kind, v}); len(out) < marksAtMost && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	for i := range tokens {
		t := &tokens[i]
		if m, ok := monthWords[string(t.form)]; ok && (t.letters > 3 || near(tokens, i)) {
			dayOf(tokens, i, m, add)
			continue
		}
		if !t.digits {
			if r, ok := romanIssue(tokens, i); ok {
				add(markIssue, r)
			}
			continue
		}
		if v, ok := versionOf(tokens, i); ok && title {
			add(markIssue, v)
			continue
		}
		if v, ok := ordinalIssue(tokens, i); ok {
			add(markIssue, v)
			continue
		}
		v64, err := strconv.ParseUint(string(t.form), 10, 32)
		if err != nil {
			continue
		}
		v := uint32(v64)
		switch {
		case coded(tokens, i):
			add(markCode, v)
		case t.before == '#' || i > 0 && issueWords[string(tokens[i-1].form)] && v < 2000:
			add(markIssue, v)
		case i > 0 && weekWords[string(tokens[i-1].form)] && v <= 53:
			add(markWeek, v)
		case v >= 1990 && v <= 2100 && t.letters == 4:
			isoDate(tokens, i, v, add)
			add(markYear, v)
		case title && i == len(tokens)-1 && i > 0 && v < 1000:
			add(markIssue, v)
		}
	}
	for i := range tokens {
		if f := tokens[i].form; len(f) == 2 && (f[0] == 'q' || f[0] == 't' || f[0] == 'h' || f[0] == 's') && f[1] >= '1' && f[1] <= '4' {
			add(markTerm, uint32(f[1]-'0'))
		}
	}
	return out
}

// versionOf reads a number with decimals that counts nothing: a version.
func versionOf(tokens []token, i int) (uint32, bool) {
	t := &tokens[i]
	if !bytes.ContainsRune(t.form, '.') || t.letters > 8 || t.after == '%' || t.before == '$' || t.before == '€' {
		return 0, false
	}
	if i+1 < len(tokens) && !tokens[i+1].digits {
		next := tokens[i+1].form
		if m, ok := numerals[string(next)]; ok && m >= 1000 || percentWords[string(next)] {
			return 0, false
		}
	}
	return hashWord(t.form) | 1<<31, true
}

var percentWords = set(`per percent pour cent por ciento cento prozent процент процента процентов bn m k usd eur km`)

// near says whether a number stands beside token i, which a short or ambiguous name of a
// month needs.
func near(tokens []token, i int) bool {
	return i > 0 && tokens[i-1].digits || i+1 < len(tokens) && tokens[i+1].digits
}

// dayOf adds the days that stand with a month's name: "12 May", "May 12", "5-12 May".
func dayOf(tokens []token, i int, month uint32, add func(byte, uint32)) {
	day := func(k int) (uint32, bool) {
		if k < 0 || k >= len(tokens) || !tokens[k].digits || tokens[k].letters > 2 {
			return 0, false
		}
		v, err := strconv.ParseUint(string(tokens[k].form), 10, 32)
		return uint32(v), err == nil && v >= 1 && v <= 31
	}
	k := i - 1
	if k >= 0 && (string(tokens[k].form) == "de" || string(tokens[k].form) == "of") {
		k--
	}
	if d, ok := day(k); ok {
		if from, ok := day(k - 1); ok && tokens[k-1].after != '.' {
			add(markRange, month*100+from)
		}
		add(markDay, month*100+d)
		return
	}
	if d, ok := day(i + 1); ok {
		add(markDay, month*100+d)
		return
	}
	add(markMonth, month)
}

// isoDate adds the day of "2024-05-12" and of "12/05/2024".
func isoDate(tokens []token, i int, _ uint32, add func(byte, uint32)) {
	two := func(k int) (uint32, bool) {
		if k < 0 || k >= len(tokens) || !tokens[k].digits || tokens[k].letters > 2 {
			return 0, false
		}
		v, err := strconv.ParseUint(string(tokens[k].form), 10, 32)
		return uint32(v), err == nil
	}
	if m, ok := two(i + 1); ok && m >= 1 && m <= 12 && sign(tokens[i].after) {
		if d, ok := two(i + 2); ok && d >= 1 && d <= 31 {
			add(markDay, m*100+d)
			return
		}
	}
	if m, ok := two(i - 1); ok && m >= 1 && m <= 31 && sign(tokens[i].before) {
		if d, ok := two(i - 2); ok && d >= 1 && d <= 31 {
			if m > 12 {
				m, d = d, m
			}
			add(markDay, m*100+d)
		}
	}
}

func sign(r rune) bool { return r == '-' || r == '/' || r == '.' || r == '–' }

// ordinalIssue reads "8th round", "9.ª ronda" and "3e édition".
func ordinalIssue(tokens []token, i int) (uint32, bool) {
	if i+2 >= len(tokens) || tokens[i].letters > 3 || !ordinalEnds[string(tokens[i+1].form)] || !issueWords[string(tokens[i+2].form)] {
		return 0, false
	}
	v, err := strconv.ParseUint(string(tokens[i].form), 10, 32)
	return uint32(v), err == nil
}

var ordinalEnds = set(`th st nd rd e er ere eme o a й я`)

// coded says that number i ends a reference, behind capitals and a dash or a year and a stroke.
func coded(tokens []token, i int) bool {
	if i == 0 || tokens[i].letters < 2 {
		return false
	}
	t, prev := &tokens[i], &tokens[i-1]
	switch {
	case t.before == '/' && prev.digits && prev.letters == 4 && t.after != '/':
		return i > 1 && !tokens[i-2].digits && tokens[i-2].capital
	case t.before == '-' && !prev.digits && prev.capital && prev.letters <= 4:
		return prev.before == '-' && i > 1 && tokens[i-2].capital
	}
	return false
}

// romanIssue reads a Roman number behind a word for an issue.
func romanIssue(tokens []token, i int) (uint32, bool) {
	if i == 0 || !tokens[i].capital || !issueWords[string(tokens[i-1].form)] || tokens[i].letters > 6 {
		return 0, false
	}
	total, last := uint32(0), uint32(0)
	for _, c := range tokens[i].form {
		var v uint32
		switch c {
		case 'i':
			v = 1
		case 'v':
			v = 5
		case 'x':
			v = 10
		case 'l':
			v = 50
		default:
			return 0, false
		}
		if v > last && last > 0 {
			total -= 2 * last
		}
		total += v
		last = v
	}
	return total, total > 0 && total < 90
}
