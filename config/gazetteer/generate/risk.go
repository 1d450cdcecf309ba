package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tributary/config/gazetteer"
)

// commonLists are the lists of frequent words, by the name of their file.
var commonLists = map[string]string{"english": "en", "french": "fr", "spanish": "es", "arabic": "ar", "portuguese": "pt", "russian": "ru",
	"german": "de", "italian": "it", "chinese": "zh", "farsi": "fa", "turkish": "tr", "ukrainian": "uk", "bengali": "bn", "japanese": "ja",
	"thai": "th", "hindi": "hi", "hebrew": "he", "korean": "ko", "dutch": "nl"}

var notLatin = map[string]bool{"arabic": true, "russian": true, "chinese": true, "farsi": true, "ukrainian": true, "bengali": true,
	"japanese": true, "thai": true, "hindi": true, "hebrew": true, "korean": true}

// The lists do not tell words from names: "paris" is frequent in all languages. A word
// that many lists have is a name that travels; an ordinary word is in the list of its
// language and perhaps of a neighbour, or far in front.
func isOrdinary(rank, lists int) bool {
	return lists < 7 || rank <= 600 || lists < 12 && rank <= 2500
}

// A great place's name is frequent because of the place: only one of the first
// famousRank words of a language is a word in spite of it.
const (
	famousPopulation = 500_000
	famousRank       = 1500
	commonRanks      = 10_000
)

// readRisks reads what else a form may be: frequent words by language, English words
// from SCOWL, given names and surnames.
func (g *gathering) readRisks(inputs, data string) error {
	if err := g.readCommon(inputs); err != nil {
		return err
	}
	err := readRows(filepath.Join(data, "words.csv"), 2, func(f []string) error {
		for _, code := range strings.Fields(f[1]) {
			g.words[key(f[0])] |= gazetteer.LanguageOf(code)
			g.certain[key(f[0])] |= gazetteer.LanguageOf(code)
		}
		return nil
	})
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(inputs, dirDebian, "usr", "share", "dict", "american-english"))
	if err != nil {
		return fmt.Errorf("read English words: %w", err)
	}
	for word := range strings.Lines(string(text)) {
		word = strings.TrimSpace(word)
		if first, _ := utf8.DecodeRuneInString(word); unicode.IsLower(first) && !strings.Contains(word, "'") {
			g.words[key(word)] |= gazetteer.LanguageOf("en")
			g.certain[key(word)] |= gazetteer.LanguageOf("en")
		}
	}
	return g.readPersons(inputs)
}

func (g *gathering) readCommon(inputs string) error {
	files, err := filepath.Glob(filepath.Join(inputs, dirCommon, "build", "resources", "*.txt"))
	if err != nil || len(files) < len(commonLists) {
		return fmt.Errorf("list frequent words: %d files: %w", len(files), err)
	}
	lists := map[string]int{}
	ranks := map[string]map[gazetteer.Languages]int{}
	nouns := map[string]bool{} // of German, which writes them like names
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read frequent words: %w", err)
		}
		rank := 0
		seen := map[string]bool{}
		for word := range strings.Lines(string(text)) {
			word = strings.TrimSpace(word)
			form := key(word)
			rank++
			if first, _ := utf8.DecodeRuneInString(word); unicode.IsUpper(first) {
				if name != "german" {
					continue // a name: most lists are in lower case, the French one is mixed
				}
				nouns[form] = true
			} else if first < utf8.RuneSelf && notLatin[name] {
				continue // an English word in subtitles
			}
			if form == "" || seen[form] || rank > commonRanks {
				continue
			}
			seen[form] = true
			lists[form]++
			if code := commonLists[name]; code != "" && code != "en" {
				if ranks[form] == nil {
					ranks[form] = map[gazetteer.Languages]int{}
				}
				ranks[form][gazetteer.LanguageOf(code)] = rank
			}
		}
	}
	for form, by := range ranks {
		for language, rank := range by {
			if nouns[form] && language == gazetteer.LanguageOf("de") && lists[form] > 3 && rank > 300 {
				continue // known abroad as well: a name
			}
			if isOrdinary(rank, lists[form]) {
				g.words[form] |= language
			}
			if rank <= famousRank && isOrdinary(rank, lists[form]) {
				g.certain[form] |= language
			}
		}
	}
	return nil
}

var (
	firstNames = regexp.MustCompile(`first_name:\{`)
	lastNames  = regexp.MustCompile(`last_name:\{`)
	quoted     = regexp.MustCompile("`([^`]*)`")
)

// readPersons reads the names of persons from the locales of faker: lists written
// in JavaScript, each string one name or many with dots between.
func (g *gathering) readPersons(inputs string) error {
	files, err := filepath.Glob(filepath.Join(inputs, dirFaker, "dist", "*.js"))
	if err != nil {
		return fmt.Errorf("list names of persons: %w", err)
	}
	slices.Sort(files)
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read names of persons: %w", err)
		}
		addPersons(g.given, text, firstNames)
		addPersons(g.surnames, text, lastNames)
	}
	if len(g.given) < 5000 || len(g.surnames) < 5000 {
		return fmt.Errorf("read names of persons: only %d given names and %d surnames found", len(g.given), len(g.surnames))
	}
	return nil
}

// addPersons keeps the strings of each object that begins where start matches.
func addPersons(into map[string]bool, text []byte, start *regexp.Regexp) {
	for _, at := range start.FindAllIndex(text, -1) {
		depth, end := 1, at[1]
		for ; end < len(text) && depth > 0; end++ {
			switch text[end] {
			case '{':
				depth++
			case '}':
				depth--
			}
		}
		for _, m := range quoted.FindAllSubmatch(text[at[1]:end], -1) {
			for _, name := range strings.Split(string(m[1]), ".") {
				if form := key(name); form != "" && !strings.Contains(form, " ") {
					into[form] = true
				}
			}
		}
	}
}
