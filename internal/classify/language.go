package classify

import (
	"slices"
	"strings"

	"golang.org/x/text/language"

	"tributary/feeds"
	"tributary/internal/langid"
)

// languageTags are the languages that phrases of the taxonomy and cues can be in. A
// phrase in any other is matched in texts of every language.
var languageTags = [...]string{
	"en", "fr", "es", "ar", "pt", "ru", "de", "it", "zh", "fa", "tr", "uk", "sw", "am", "so", "ps", "bn", "my",
	"ur", "hi", "id", "nl", "pl", "ro", "el", "ja", "ko", "th", "vi", "sr", "hr", "bg", "ku", "ckb", "ht", "ha", "rw", "rn", "mg", "ti", "om", "ne", "si", "ta", "km", "lo", "ka", "hy", "az", "uz", "ky", "kk", "tg", "sq", "mk",
}

const languageCount = len(languageTags)

// languageSet is a set of them, a bit each.
type languageSet uint64

const everyLanguage languageSet = 1<<languageCount - 1

// languageBit finds the bit of a language.
func languageBit(tag string) (languageSet, bool) {
	for i, t := range languageTags {
		if t == tag {
			return 1 << i, true
		}
	}
	return 0, false
}

// How sure the detector must be. Below that an item without a declared language has
// none: a guess that is wrong becomes a category of its own.
const (
	longEnough    = 60 // letters, from which likelyRead is enough
	likelyRead    = 0.55
	surelyRead    = 0.75
	enoughLetters = 12  // below, what is declared holds, whatever a name looks like
	otherScript   = 8   // letters in a script that the declared language is not written in
	clearOdds     = 9   // nats by which the text must speak against what is declared
	kindredOdds   = 16  // the same, between languages that are close to each other
	unknownScore  = 0.9 // for a declared language that the detector does not know
	unknownWords  = 4
)

// kindred are groups of languages that texts of some sentences do not tell apart.
var kindred = [...][]string{{"hr", "bs", "sr", "sh", "cnr"}, {"id", "ms"}, {"no", "nn", "da"}, {"zu", "xh", "ss", "nr"}, {"rw", "rn"}, {"st", "tn", "nso"}}

// covered are tags of languages that the detector knows under a wider one.
var covered = map[string]string{"nb": "no", "prs": "fa", "pes": "fa", "arz": "ar", "ary": "ar", "apc": "ar", "acm": "ar", "cmn": "zh", "yue": "zh", "kmr": "ku",
	"fil": "tl", "sh": "sr", "swh": "sw", "swc": "sw", "pbt": "ps", "azj": "az", "azb": "az", "uzn": "uz", "gaz": "om", "plt": "mg", "als": "sq"}

// Language is the one language of the item as a label: as declared, unless the text
// speaks clearly against it; as detected, when nothing is declared. It reports false
// when neither says enough. Value is a language without script or region.
func (c *Classifier) Language(it Item) (feeds.Label, bool) {
	v := c.judgeLanguage(it)
	return v.label, v.label.Value != ""
}

// languageVerdict is the label, if there is one, and the language that the item is read
// in all the same.
type languageVerdict struct {
	label feeds.Label
	read  string
}

func (c *Classifier) judgeLanguage(it Item) languageVerdict {
	declared := canonical(it.Language)
	g := c.tongues.Detect(it.Title, it.Text)
	detected, script := baseAndScript(g.Language)
	said := feeds.Evidence{Rule: "declared", Text: printable(clip(strings.TrimSpace(it.Language), 60)), Field: "feed"}
	switch {
	case declared == "" && (g.Language == "" || g.Score < likelyRead || g.Letters < longEnough && g.Score < surelyRead):
		return languageVerdict{read: detected}
	case declared == "":
		return languageVerdict{read: detected, label: feeds.Label{Kind: feeds.LabelLanguage, Value: detected, Score: min(g.Score, 0.95), By: feeds.ByModel,
			Evidence: textEvidence(it, g, script)}}
	case wide(declared) == detected:
		return languageVerdict{read: declared, label: feeds.Label{Kind: feeds.LabelLanguage, Value: declared, Score: 1, By: feeds.ByPublisher,
			Evidence: append([]feeds.Evidence{said}, textEvidence(it, g, script)...)}}
	case c.contradicts(g, declared, detected):
		evidence := textEvidence(it, g, script)
		said.Rule = "declared otherwise"
		return languageVerdict{read: detected, label: feeds.Label{Kind: feeds.LabelLanguage, Value: detected, Score: min(g.Score, 0.95), By: feeds.ByModel,
			Evidence: append(evidence, said)}}
	}
	score := 0.5 // the text does not say
	if g.Letters >= enoughLetters && slices.ContainsFunc(kindred[:], func(k []string) bool { return slices.Contains(k, declared) && slices.Contains(k, detected) }) {
		score = 0.9
	}
	return languageVerdict{read: declared, label: feeds.Label{Kind: feeds.LabelLanguage, Value: declared, Score: score, By: feeds.ByPublisher, Evidence: []feeds.Evidence{said}}}
}

// contradicts reports that the text cannot be in the declared language.
func (c *Classifier) contradicts(g langid.Guess, declared, detected string) bool {
	if g.Language == "" {
		return false
	}
	if !langid.Writes(wide(declared), g.Script) && c.tongues.Knows(wide(declared)) {
		// A name in Latin letters says nothing about an Arabic headline. Whole words do.
		return g.Letters >= otherScript && (g.Score >= surelyRead || g.Letters >= 3*otherScript)
	}
	odds, known := g.Odds(wide(declared))
	if !known {
		return g.Score >= unknownScore && len(g.Words) >= unknownWords && g.Letters >= 5*enoughLetters
	}
	needed := float64(clearOdds)
	if slices.ContainsFunc(kindred[:], func(k []string) bool { return slices.Contains(k, declared) && slices.Contains(k, detected) }) {
		needed = kindredOdds
	}
	return g.Letters >= enoughLetters && odds >= needed
}

// textEvidence says by what the detector knew the language.
func textEvidence(it Item, g langid.Guess, script string) []feeds.Evidence {
	field, text := fieldNames[fieldText], strings.TrimSpace(it.Text)
	if text == "" {
		field, text = fieldNames[fieldTitle], strings.TrimSpace(it.Title)
	}
	var out []feeds.Evidence
	if len(g.Words) > 0 {
		out = append(out, feeds.Evidence{Rule: "small words", Text: printable(strings.Join(g.Words, ", ")), Field: field})
	} else if sample := strings.TrimSpace(printable(clip(text, 60))); sample != "" {
		out = append(out, feeds.Evidence{Rule: "letters", Text: sample, Field: field})
	}
	if script != "" {
		out = append(out, feeds.Evidence{Rule: feeds.RuleScript, Text: script, Field: field})
	}
	for _, tag := range g.Also {
		if len(out) < evidenceLimit-1 {
			out = append(out, feeds.Evidence{Rule: "paragraphs also in", Text: tag, Field: field})
		}
	}
	return out
}

// canonical is the language of a declared tag, without script and region and with two
// letters where it has them; empty for what is no tag or says nothing.
func canonical(tag string) string {
	tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
	if tag == "" || len(tag) > 60 {
		return ""
	}
	parsed, err := language.Parse(tag)
	if err != nil && !strings.Contains(tag, "-") {
		return ""
	}
	base, _, _ := parsed.Raw()
	switch s := base.String(); s {
	case "und", "mul", "zxx", "mis":
		return ""
	case "prs": // Dari keeps its name
		return s
	default:
		return wide(s)
	}
}

// wide is the language under which the detector knows another.
func wide(tag string) string {
	if w, ok := covered[tag]; ok {
		return w
	}
	return tag
}

// baseAndScript splits a tag of the detector.
func baseAndScript(tag string) (base, script string) {
	base, script, _ = strings.Cut(tag, "-")
	return base, script
}
