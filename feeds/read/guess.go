package read

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
)

// guess decodes bytes that no claim explains.
func guess(body []byte, invalid, wide int, unclaimed bool, p *problems) []byte {
	if invalid > 0 && wide >= invalid {
		return mixedUTF8(body, invalid, wide, p)
	}
	is := guessEncoding(body)
	if unclaimed {
		p.add("No encoding is declared; the document was read as %s.", is.name)
	} else {
		p.add("The document was read as %s.", is.name)
	}
	if is.name == "windows-1252" && wide > 0 {
		return mixedText(body) // some of it is UTF-8
	}
	text := convertAs(is, body)
	p.replaced(text, is.name)
	return text
}

// guessEncoding looks at the words with bytes above ASCII. First come the escapes of
// ISO 2022, which nothing else has, then the single-byte encodings in which nearly
// every such byte is a letter of one language, then chardet, which knows the Asian
// ones, and then the most common.
func guessEncoding(body []byte) codec {
	switch {
	case bytes.Contains(body, []byte("\x1b$)C")):
		return byName("iso-2022-kr")
	case bytes.Contains(body, []byte("\x1b$")):
		return byName("iso-2022-jp")
	}
	words := foreignWords(body, maxSample)
	if name := bestAlphabet(words); name != "" {
		return byName(name)
	}
	sample := foreignTexts(body, 4*maxSample)
	if r := chardet.Detect(sample); r.Confidence >= 0.5 {
		if is := lookup(r.Encoding); is.decoder != nil && !isEBCDIC(is.name) && !escapes(is.name) && plausible(convert(is.decoder, sample), sample) {
			return is
		}
	}
	return byName("windows-1252")
}

// foreignWords collects the words of a text that hold bytes above ASCII, a space
// between them.
func foreignWords(body []byte, limit int) []byte {
	out := make([]byte, 0, min(len(body), limit))
	for i := 0; i < len(body) && len(out) < limit; {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		from := i
		for from > 0 && i-from < 32 && isLetter(body[from-1]) {
			from--
		}
		for i < len(body) && i-from < 256 && (body[i] >= utf8.RuneSelf || isLetter(body[i])) {
			i++
		}
		out = append(append(out, body[from:i]...), ' ')
	}
	return out
}

// foreignTexts collects the texts between tags that hold bytes above ASCII: a
// character of several bytes may have any of them in ASCII.
func foreignTexts(body []byte, limit int) []byte {
	out := make([]byte, 0, min(len(body), limit))
	for len(body) > 0 && len(out) < limit {
		end := bytes.IndexAny(body, "<>\n")
		if end < 0 {
			end = len(body)
		}
		text := body[:min(end, limit-len(out))]
		if bytes.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
			out = append(append(out, text...), '\n')
		}
		body = body[min(end+1, len(body)):]
	}
	return out
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// alphabet is the letters above ASCII that a language writes, in lower case, in an
// encoding that its texts come in. The common ones of a script count more.
type alphabet struct{ encoding, letters, common string }

// alphabets in the order in which they are preferred when they explain a text
// equally well. The sets are facts of the languages' orthographies.
func alphabets() []alphabet {
	const (
		cyrillic = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
		russian  = "оеаинтср"
		ukraine  = "оаинтіервслкдпуямзьбгчйхжцшюїєщфґ"
		kyiv     = "оаинтіер"
		greek    = "αοιετσνηυρπκμλςωάέήίόύώγδβθφχξζψϊϋ"
		athens   = "αοιετσνη"
		hebrew   = "יוהלארתשבמנםדעקחפטצכזגסןףךץ"
		zion     = "יוהלארתמ"
		arabic   = "اليمنورتبةهدسعفكقحأجشطصخذضزئءإآؤغظىثگپچ،"
		arab     = "اليمنورت"
		polish   = "ąćęłńóśźż"
		czech    = "áčďéěíňóřšťúůýžľĺŕôä"
		magyar   = "áéíóöőúüű"
		romanian = "ăâîşţ"
		slavic   = "čćđšž"
		turkish  = "çğıöşüâî"
		balts    = "ąčęėįšųūž"
		latvian  = "āčēģīķļņšūž"
	)
	list := make([]alphabet, 0, 64)
	for _, west := range []string{"éèàêçôîûùâëïœæ", "áéíóúñü", "áâãàçéêíóôõú", "äöüß", "àèéìòù", "åäöøæé", "áéíóúýþðöæ"} {
		list = append(list, alphabet{"windows-1252", west, west})
	}
	return append(list, []alphabet{
		{"windows-1250", polish, polish}, {"windows-1250", czech, czech}, {"windows-1250", magyar, magyar}, {"windows-1250", romanian, romanian}, {"windows-1250", slavic, slavic},
		{"iso-8859-2", polish, polish}, {"iso-8859-2", czech, czech}, {"iso-8859-2", magyar, magyar}, {"iso-8859-2", romanian, romanian}, {"iso-8859-2", slavic, slavic},
		{"windows-1254", turkish, turkish}, {"windows-1257", balts, balts}, {"windows-1257", latvian, latvian},
		{"windows-1251", cyrillic, russian}, {"windows-1251", ukraine, kyiv}, {"koi8-r", cyrillic, russian}, {"koi8-u", ukraine, kyiv}, {"iso-8859-5", cyrillic, russian}, {"iso-8859-5", ukraine, kyiv},
		{"cp866", cyrillic, russian}, {"x-mac-cyrillic", cyrillic, russian}, {"x-mac-cyrillic", ukraine, kyiv},
		{"windows-1256", arabic, arab}, {"iso-8859-6", arabic, arab}, {"windows-1253", greek, athens}, {"iso-8859-7", greek, athens}, {"windows-1255", hebrew, zion}, {"iso-8859-8", hebrew, zion},
		{"macintosh", "éèàêçôîûùâëïœæ", "éèàêçôîûùâëïœæ"}, {"macintosh", "áéíóúñü", "áéíóúñü"}, {"macintosh", "äöüß", "äöüß"},
		{"cp850", "éèàêçôîûùâëïæ", "éèàêçôîûùâëïæ"}, {"cp850", "áéíóúñü", "áéíóúñü"}, {"cp850", "äöüß", "äöüß"},
	}...)
}

// bestAlphabet finds the encoding in which the words read best; empty when none
// explains nearly all of them.
func bestAlphabet(words []byte) string {
	high := 0
	for _, c := range words {
		if c >= utf8.RuneSelf {
			high++
		}
	}
	top, best := 0, ""
	decoded := map[string][]rune{}
	for _, a := range alphabets() {
		text, ok := decoded[a.encoding]
		if !ok {
			text = []rune(string(convert(byName(a.encoding).decoder, words)))
			decoded[a.encoding] = text
		}
		if score := explain(text, a); score > top {
			top, best = score, a.encoding
		}
	}
	if top*10 < 2*high*8 { // of two points a letter
		return ""
	}
	return best
}

// explain scores a text: two or three for each letter of the alphabet, less for the
// capital that begins a word, nothing for the marks around words, and a fine for what stands
// in no word of any language.
func explain(text []rune, a alphabet) int {
	score := 0
	before := ' '
	for i, r := range text {
		after := ' '
		if i+1 < len(text) {
			after = text[i+1]
		}
		if r >= utf8.RuneSelf {
			inner := before != ' ' && after != ' '
			switch {
			case strings.ContainsRune(a.common, r):
				score += 3
			case strings.ContainsRune(a.letters, r):
				score += 2
			case unicode.IsUpper(r) && strings.ContainsRune(a.letters, unicode.ToLower(r)):
				if before == ' ' || unicode.IsUpper(before) {
					score++
				} else {
					score -= 3
				}
			case r == '’' || !inner && unicode.In(r, unicode.Pi, unicode.Pf, unicode.Pd, unicode.Po, unicode.Sc):
				score++ // neither for nor against
			case r == '\u00A0' || r == '\u00AD':
			default:
				score -= 4
			}
		}
		before = r
	}
	return score
}
