package classify

import (
	"strings"
	"unicode"

	"github.com/abadojack/whatlanggo"

	"tributary/feeds"
)

// languageCount is the number of languages with terms of their own.
const languageCount = 8

// languageSet is a set of them, a bit each.
type languageSet uint16

const everyLanguage languageSet = 1<<languageCount - 1

var languageTags = [languageCount]string{"en", "fr", "es", "ar", "pt", "ru", "de", "it"}

// languageBit finds the bit of a language.
func languageBit(tag string) (languageSet, bool) {
	for i, t := range languageTags {
		if t == tag {
			return 1 << i, true
		}
	}
	return 0, false
}

// Scripts that decide which languages are possible.
const (
	scriptLatin = iota
	scriptCyrillic
	scriptArabic
	scriptOther
	scriptCount
)

func scriptOf(r rune) int {
	switch {
	case r < 0x250 || r >= 0x1E00 && r < 0x1F00:
		return scriptLatin
	case r >= 0x400 && r < 0x530:
		return scriptCyrillic
	case r >= 0x600 && r < 0x780 || r >= 0xFB50 && r < 0xFE00 || r >= 0xFE70 && r < 0xFF00:
		return scriptArabic
	case unicode.Is(unicode.Latin, r):
		return scriptLatin
	}
	return scriptOther
}

// scriptOfLanguage gives the script of languages that are not written in Latin letters.
var scriptOfLanguage = map[string]int{
	"ar": scriptArabic, "fa": scriptArabic, "ur": scriptArabic, "ps": scriptArabic, "ckb": scriptArabic, "sd": scriptArabic, "ug": scriptArabic,
	"ru": scriptCyrillic, "uk": scriptCyrillic, "bg": scriptCyrillic, "be": scriptCyrillic, "mk": scriptCyrillic, "ky": scriptCyrillic,
	"tg": scriptCyrillic, "kk": scriptCyrillic, "mn": scriptCyrillic,
	"zh": scriptOther, "ja": scriptOther, "ko": scriptOther, "el": scriptOther, "he": scriptOther, "hi": scriptOther, "bn": scriptOther,
	"ne": scriptOther, "my": scriptOther, "th": scriptOther, "km": scriptOther, "lo": scriptOther, "am": scriptOther, "ti": scriptOther,
	"ka": scriptOther, "hy": scriptOther, "ta": scriptOther, "si": scriptOther, "te": scriptOther, "mr": scriptOther, "pa": scriptOther, "gu": scriptOther, "ml": scriptOther,
}

// eitherScript are languages written in more than one script.
var eitherScript = map[string]bool{"sr": true, "uz": true, "az": true, "kk": true, "ku": true, "bs": true, "sh": true, "tk": true, "ha": true, "ms": true}

// detected maps what the detector may answer, by script, to tags. Everything else it
// knows is left out: languages that no source has would only be mistakes.
var detected = map[whatlanggo.Lang]string{
	whatlanggo.Eng: "en", whatlanggo.Fra: "fr", whatlanggo.Spa: "es", whatlanggo.Arb: "ar", whatlanggo.Por: "pt", whatlanggo.Rus: "ru",
	whatlanggo.Deu: "de", whatlanggo.Ita: "it", whatlanggo.Nld: "nl", whatlanggo.Tur: "tr", whatlanggo.Pol: "pl", whatlanggo.Ron: "ro",
	whatlanggo.Ukr: "uk", whatlanggo.Pes: "fa", whatlanggo.Urd: "ur", whatlanggo.Som: "so", whatlanggo.Ind: "id", whatlanggo.Vie: "vi",
	whatlanggo.Hun: "hu", whatlanggo.Swe: "sv", whatlanggo.Srp: "sr", whatlanggo.Bul: "bg",
}

var detectable = func() map[whatlanggo.Lang]bool {
	set := map[whatlanggo.Lang]bool{}
	for l := range detected {
		set[l] = true
	}
	return set
}()

// detectBytes is how much of a text the detector reads.
const detectBytes = 600

// Function words tell the languages apart that are written in Latin letters: these
// many must be found, and this many times as often as those of the next language.
const (
	enoughWords = 4
	clearMargin = 1.5
)

// language decides on the one language of the item: as declared, unless the script or
// the function words say otherwise.
func (c *Classifier) language(d *document, it Item) feeds.Label {
	c.lexicon.look(d)
	declared, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(strings.TrimSpace(it.Language), "_", "-")), "-")
	script := d.mainScript()
	if plausible(declared, script) && !d.contradicts(declared) {
		return languageLabel(declared, 1, feeds.ByPublisher, feeds.Evidence{Rule: "declared", Text: printable(clip(it.Language, 60)), Field: "feed"})
	}
	field, text := d.sample()
	evidence := feeds.Evidence{Text: printable(clip(text, 60)), Field: fieldNames[field]}
	if best, count, next := d.mostWords(); wordsDecide(script, best) && count >= enoughWords && float64(count) >= clearMargin*float64(next) {
		evidence.Rule = "function words"
		return languageLabel(best, 0.95, feeds.ByRule, evidence)
	}
	if text != "" {
		info := whatlanggo.DetectWithOptions(text, whatlanggo.Options{Whitelist: detectable})
		tag := detected[info.Lang]
		if tag == "" {
			tag = tagOfScript(info.Lang)
		}
		if tag != "" && (info.Confidence > 0.3 || !plausible(declared, script)) {
			evidence.Rule = "detected"
			return languageLabel(tag, max(0.3, min(0.9, info.Confidence)), feeds.ByModel, evidence)
		}
	}
	if declared != "" && (script < 0 || plausible(declared, script)) {
		return languageLabel(declared, 0.5, feeds.ByPublisher, feeds.Evidence{Rule: "declared", Text: printable(clip(it.Language, 60)), Field: "feed"})
	}
	evidence.Rule = "undetermined"
	return languageLabel("und", 0.1, feeds.ByRule, evidence)
}

// wordsDecide reports that function words can tell: in Cyrillic letters Russian shares
// too many of them with its neighbours.
func wordsDecide(script int, best string) bool {
	return script == scriptLatin && plausible(best, scriptLatin) || script == scriptArabic && best == "ar"
}

func languageLabel(tag string, score float64, by feeds.By, e feeds.Evidence) feeds.Label {
	return feeds.Label{Kind: feeds.LabelLanguage, Value: tag, Score: score, By: by, Evidence: []feeds.Evidence{e}}
}

// tagOfScript names languages that are known by their script alone.
func tagOfScript(l whatlanggo.Lang) string {
	if scriptOfTag := l.Iso6391(); scriptOfLanguage[scriptOfTag] == scriptOther {
		return scriptOfTag
	}
	return ""
}

// mainScript is the script of most words, -1 when there are none.
func (d *document) mainScript() int {
	best := -1
	for s, n := range d.scripts {
		if n > 0 && (best < 0 || n > d.scripts[best]) {
			best = s
		}
	}
	return best
}

// plausible reports whether a declared language can be written in the script found.
func plausible(tag string, script int) bool {
	if len(tag) < 2 || len(tag) > 3 {
		return false
	}
	for _, r := range tag {
		if r < 'a' || r > 'z' {
			return false
		}
	}
	return script < 0 || eitherScript[tag] || scriptOfLanguage[tag] == script
}

// contradicts reports that the function words of another language are far more frequent
// than those of the declared one.
func (d *document) contradicts(declared string) bool {
	best, count, _ := d.mostWords()
	if best == declared || count < enoughWords+2 {
		return false
	}
	own := 0
	for i, tag := range languageTags {
		if tag == declared {
			own = d.counts[i]
		}
	}
	if _, known := languageBit(declared); !known {
		// No function words are known for it. Half of all words is more than a
		// neighbouring language shares with any of ours.
		return count*3 > len(d.words)
	}
	return count > 2*own+enoughWords
}

// mostWords is the language with most function words, and the count of the next.
func (d *document) mostWords() (tag string, count, next int) {
	for i, n := range d.counts {
		if n > count {
			tag, count, next = languageTags[i], n, count
		} else if n > next {
			next = n
		}
	}
	return tag, count, next
}

// sample is the text that the language is detected in: the body without its dateline,
// the title when there is none.
func (d *document) sample() (field uint8, text string) {
	if s := strings.TrimSpace(d.source[fieldText]); s != "" {
		return fieldText, clip(s, detectBytes)
	}
	return fieldTitle, clip(strings.TrimSpace(d.source[fieldTitle]), detectBytes)
}

// functionWords are frequent words by language. Those shared by several of the
// languages are listed with each.
var functionWords = [languageCount]string{
	"the of and to in for with that is are was were has have by from on at as their this which will who been its it be an or they",
	"le la les des du de et en un une pour dans par sur qui que est sont aux au avec ont a ce cette leur leurs plus ainsi été il elle ces se ou",
	"el la los las de del y en un una para por con que es son se al su sus más como entre fue han ha lo este esta o no",
	"في من على إلى أن التي الذي هذا هذه مع عن كما بعد قال بين خلال كان ما لا أو التى",
	"o a os as de do da dos das e em um uma para por com que é são no na nos nas ao à mais como foi pelo pela se não seu sua",
	"и в на с по для что из к от о за не это как их при также до его был были или более он",
	"der die das und in den von zu mit für auf ist sind im des dem ein eine einen sich als auch nach bei wurde werden aus an am nicht zum zur",
	"il lo la i gli le di del della dei delle e in un una per con che è sono da al alla nel nella più come si anche sul ha hanno non",
}

// addFunctionWords puts them into the trie of words.
func (b *builder) addFunctionWords() {
	for i, list := range functionWords {
		for w := range strings.FieldsSeq(list) {
			id := b.wordID(phraseWord{text: w}, languageTags[i], kindName)
			b.stops[id] |= 1 << i
		}
	}
}
