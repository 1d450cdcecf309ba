package dedupe

import (
	"math"
	"strconv"
	"strings"
)

// numerals are number words by their folded form: below a hundred their value, above it
// what the words before them are multiplied by. Words up to ten are left out: they are
// too common to tell anything, and some are articles.
var numerals = map[string]uint64{
	// en
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	"hundred": 100, "thousand": 1000, "million": 1e6, "billion": 1e9, "bn": 1e9, "m": 0, "dozen": 12,
	// fr
	"onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40,
	"cinquante": 50, "soixante": 60, "septante": 70, "octante": 80, "nonante": 90, "cent": 100, "cents": 100, "mille": 1000, "millions": 1e6, "milliard": 1e9, "milliards": 1e9,
	// es
	"once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20,
	"veintiuno": 21, "veintiun": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
	"treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90, "cien": 100, "ciento": 100, "doscientos": 200, "doscientas": 200,
	"trescientos": 300, "trescientas": 300, "cuatrocientos": 400, "quinientos": 500, "mil": 1000, "millon": 1e6, "millones": 1e6,
	// pt
	"doze": 12, "treze": 13, "dezasseis": 16, "dezesseis": 16, "dezassete": 17, "dezessete": 17, "dezoito": 18, "dezanove": 19, "dezenove": 19, "vinte": 20, "trinta": 30,
	"quarenta": 40, "cinquenta": 50, "sessenta": 60, "oitenta": 80, "cem": 100, "duzentos": 200, "trezentos": 300, "milhao": 1e6, "milhoes": 1e6, "bilhao": 1e9, "bilhoes": 1e9,
	// it
	"undici": 11, "dodici": 12, "tredici": 13, "quattordici": 14, "quindici": 15, "sedici": 16, "diciassette": 17, "diciotto": 18, "diciannove": 19, "venti": 20, "trenta": 30,
	"quaranta": 40, "cinquanta": 50, "sessanta": 60, "settanta": 70, "ottanta": 80, "novanta": 90, "cento": 100, "duecento": 200, "mila": 1000, "milione": 1e6, "milioni": 1e6, "miliardi": 1e9,
	// de
	"elf": 11, "zwolf": 12, "dreizehn": 13, "vierzehn": 14, "funfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19, "zwanzig": 20, "dreissig": 30,
	"vierzig": 40, "funfzig": 50, "sechzig": 60, "siebzig": 70, "achtzig": 80, "neunzig": 90, "hundert": 100, "tausend": 1000, "millionen": 1e6, "milliarden": 1e9, "mio": 1e6, "mrd": 1e9,
	// ru
	"одиннадцать": 11, "двенадцать": 12, "тринадцать": 13, "четырнадцать": 14, "пятнадцать": 15, "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18, "девятнадцать": 19,
	"двадцать": 20, "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60, "семьдесят": 70, "восемьдесят": 80, "девяносто": 90, "сто": 100, "двести": 200, "триста": 300,
	"тысяча": 1000, "тысячи": 1000, "тысяч": 1000, "тыс": 1000, "миллион": 1e6, "миллиона": 1e6, "миллионов": 1e6, "млн": 1e6, "млрд": 1e9,
	// ar, as stems
	"عشرون": 20, "عشرين": 20, "عشرونا": 20, "ثلاثون": 30, "ثلاثين": 30, "اربعون": 40, "اربعين": 40, "خمسون": 50, "خمسين": 50, "ستون": 60, "ستين": 60, "سبعون": 70, "سبعين": 70,
	"ثمانون": 80, "ثمانين": 80, "تسعون": 90, "تسعين": 90, "ميه": 100, "مايه": 100, "مييه": 100, "ميتين": 200, "ميتان": 200, "الف": 1000, "الاف": 1000, "مليون": 1e6, "ملايين": 1e6, "مليار": 1e9,
}

// units are number words up to ten, which count only as parts of a longer number, with
// the ones German and Italian write in front of a ten.
var units = map[string]uint64{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
	"uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
	"um": 1, "dois": 2, "duas": 2, "quatro": 4, "sete": 7, "oito": 8, "nove": 9, "dez": 10,
	"due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8, "dieci": 10,
	"zwei": 2, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10,
	"один": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8, "девять": 9, "десять": 10,
	"واحد": 1, "اثنان": 2, "اثنين": 2, "ثلاثه": 3, "ثلاث": 3, "اربعه": 4, "اربع": 4, "خمسه": 5, "خمس": 5, "سته": 6, "ست": 6, "سبعه": 7, "سبع": 7, "ثمانيه": 8, "ثماني": 8, "تسعه": 9, "تسع": 9, "عشره": 10, "عشر": 10,
}

// joins stand between the words of one number.
var joins = map[string]bool{"and": true, "et": true, "y": true, "e": true, "und": true, "و": true}

// number is a quantity that a text states, in thousandths, and where.
type number struct {
	milli uint64
	at    int // index of its first token
	n     int // tokens
	word  bool
}

// numbersOf finds the numbers of a text: in digits, in words, and both together ("2.5
// million", "30 mil"). Number words that come to ten or less are no numbers.
func numbersOf(tokens []token, found []number) []number {
	for i := 0; i < len(tokens); {
		value, n, word := readNumber(tokens[i:])
		if n == 0 {
			i++
			continue
		}
		if !word || value > 10_000 {
			found = append(found, number{milli: value, at: i, n: n, word: word})
		}
		i += n
	}
	return found
}

// readNumber reads the number that tokens begin with: its value in thousandths, and how
// many tokens it takes, 0 for none.
func readNumber(tokens []token) (milli uint64, n int, word bool) {
	if len(tokens) == 0 {
		return 0, 0, false
	}
	if tokens[0].digits {
		v, err := strconv.ParseFloat(string(tokens[0].form), 64)
		if err != nil || v > 1e12 {
			return 0, 0, false
		}
		n = 1
		for n < len(tokens) && n < 3 {
			m, ok := numerals[string(tokens[n].form)]
			if !ok || m < 1000 {
				break
			}
			v *= float64(m)
			n++
		}
		if v > 1e15 {
			return 0, 0, false
		}
		return uint64(math.Round(v * 1000)), n, false
	}
	total, part, taken := uint64(0), uint64(0), 0
	big := false
	for taken < len(tokens) && taken < 8 {
		if n := len(tokens[taken].form); n < 2 && taken == 0 || n > 40 {
			break
		}
		if !numeral(tokens[taken].form) {
			break
		}
		form := string(tokens[taken].form)
		if v, ok := compound(form); ok && (part%100 == 0 || v >= 100 || addable(part, v)) {
			switch {
			case v >= 1000:
				total += max(part, 1) * v
				part = 0
			case v == 100:
				part = max(part, 1) * 100
			case v == 20 && part == 4: // quatre-vingts
				part = 80
			default:
				part += v
			}
			big = big || v > 10
			taken++
			n = taken
			continue
		}
		if joins[form] && taken > 0 && n == taken {
			taken++
			continue
		}
		break
	}
	if n == 0 || !big || total+part > 1e12 {
		return 0, 0, false
	}
	return (total + part) * 1000, n, true
}

// addable says whether a number word goes on after part: units after tens, tens after
// units as Arabic and German have it, and the French soixante-dix.
func addable(part, v uint64) bool {
	ones, tens := part%10, part%100
	switch {
	case v <= 19 && ones == 0 && tens >= 20:
		return true
	case v >= 20 && v <= 90 && tens <= 9:
		return true
	}
	return false
}

// compound gives the value of a number word, of one that is written together too
// ("zweiundzwanzig", "ventidue", "وعشرون").
func compound(form string) (uint64, bool) {
	if v, ok := numerals[form]; ok && v > 0 {
		return v, true
	}
	if v, ok := units[form]; ok {
		return v, true
	}
	if len(form) < 8 {
		return 0, false
	}
	if form[0] == 0xD9 && len(form) > 2 { // an Arabic "and" written onto the word
		if v, ok := numerals[form[2:]]; ok {
			return v, true
		}
		return 0, false
	}
	if !strings.Contains(form, "und") && !strings.HasSuffix(form, "cento") && !strings.HasSuffix(form, "mila") && !strings.HasSuffix(form, "tausend") {
		return 0, false
	}
	for i := 3; i+3 <= len(form) && i <= 8; i++ {
		a, ok := units[form[:i]]
		if !ok {
			if form[:i] != "ein" {
				continue
			}
			a = 1
		}
		rest := form[i:]
		if len(rest) > 3 && rest[:3] == "und" {
			if v, ok := numerals[rest[3:]]; ok && v < 100 {
				return a + v, true
			}
		}
		if v, ok := numerals[rest]; ok && (v == 100 || v == 1000) {
			return a * v, true
		}
	}
	return 0, false
}

// numeralStarts has the first two bytes of all words that numbers are made of.
var numeralStarts = startsOf(numerals, units)

func startsOf(words ...map[string]uint64) *[1 << 16]bool {
	out := new([1 << 16]bool)
	mark := func(w string) {
		if len(w) > 1 {
			out[int(w[0])<<8|int(w[1])] = true
		}
	}
	for _, list := range words {
		for w := range list {
			mark(w)
			mark("و" + w) // an Arabic "and" written onto it
		}
	}
	for w := range joins {
		mark(w)
	}
	mark("ein")
	return out
}

// numeral says, at little cost, whether a word may be part of a number.
func numeral(form []byte) bool {
	return len(form) == 1 || len(form) > 1 && numeralStarts[int(form[0])<<8|int(form[1])]
}
