package gazetteer

// Languages is a set of languages, a bit each in the order of languageCodes; the
// last stands for all others. Zero: not known.
type Languages uint32

// Languages by their ISO 639 code.
const languageCodes = "en fr es ar pt ru de it zh fa tr uk sw am so ps bn my ja th km lo ur ckb ha ti ku he ko hi nl "

// OtherLanguages is the set of the languages that have no bit of their own.
const OtherLanguages Languages = 1 << 31

// LanguageOf returns the set of one language, given its code; a code that has no
// place of its own gives OtherLanguages.
func LanguageOf(code string) Languages {
	bit, from := 0, 0
	for i := range len(languageCodes) {
		if languageCodes[i] != ' ' {
			continue
		}
		if languageCodes[from:i] == code {
			return 1 << bit
		}
		bit, from = bit+1, i+1
	}
	return OtherLanguages
}

// Has reports whether all of other are in the set.
func (l Languages) Has(other Languages) bool { return l&other == other }

// Codes returns the codes of the set's languages; "other" for the rest.
func (l Languages) Codes() []string {
	var codes []string
	bit, from := 0, 0
	for i := range len(languageCodes) {
		if languageCodes[i] != ' ' {
			continue
		}
		if l&(1<<bit) != 0 {
			codes = append(codes, languageCodes[from:i])
		}
		bit, from = bit+1, i+1
	}
	if l&OtherLanguages != 0 {
		codes = append(codes, "other")
	}
	return codes
}
