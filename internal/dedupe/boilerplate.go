package dedupe

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// own leaves of a text what is its own: paragraphs that its source has under many entries
// are taken out, and those that by their words are contact blocks, descriptions of the
// organisation, credits or navigation. Where hardly anything would be left, the
// latter alone are.
func own(text string, known []uint64) string {
	lines := strings.Split(text, "\n")
	kept, learnt := lines[:0:0], lines[:0:0]
	size, left, all, rest := 0, 0, 0, 0
	for _, line := range lines {
		rest += len(line)
	}
	for _, line := range lines {
		rest -= len(line)
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		all += len(line)
		o := opening(line)
		if size > 80 && cutsOff(line, o) && 3*size >= (all+rest)/2 {
			break
		}
		if boilerplate(line, o) || navigation(line) {
			continue
		}
		kept = append(kept, line)
		size += len(line)
		if len(known) == 0 || !slices.Contains(known, paragraph(line)) {
			learnt = append(learnt, line)
			left += len(line)
		}
	}
	if left < 40 && left < size/2 {
		return strings.Join(kept, "\n")
	}
	return strings.Join(learnt, "\n")
}

// openings begin paragraphs that are no part of what a text tells, folded to letters.
var openings = byBeginning(phrases(`
	country:; countries:; please refer to the attached; pays:; pays :; paises:; pais:;
	for more information; for further information; for media enquiries; for media inquiries; media contact; media contacts; press contact; press contacts; contact:; contacts:;
	for interviews; notes to editors; note to editors; about iom; about the; source:; via:; photo:; photo credit; credit:; read more; read also; see also; related; share this; share on; follow us; sign up;
	subscribe; copyright; all rights reserved; the post; this article was originally; originally published; this article first appeared; continue reading; click here; download; tags:; filed under; advertisement; print this; email this;
	published by; reporting by; editing by; our standards; iom was established; established in 1951; with 174 member; the international organization for migration is;
	pour plus d'information; pour plus d’information; pour de plus amples; contact presse; contacts presse; note aux redactions; notes aux redactions; a propos de l; source :; lire aussi; lire la suite; partager; tous droits; abonnez;
	para mas informacion; para obtener mas; contacto de prensa; contacto para; contactos; notas para editores; acerca de la oim; sobre la oim; fuente:; leer mas; lea tambien; compartir; todos los derechos; suscrib;
	para mais informac; contato para; contacto para; sobre a oim; fonte:; leia mais; leia tambem; partilhar; compartilh; todos os direitos;
	per maggiori informazioni; per ulteriori informazioni; contatti; fonte:; leggi anche; condividi; tutti i diritti;
	fur weitere informationen; weitere informationen; pressekontakt; kontakt:; quelle:; lesen sie auch; mehr lesen; teilen; alle rechte;
	за дополнительной информацией; дополнительная информация; контакт; источник:; читайте также; подел; все права;
	للمزيد من المعلومات; لمزيد من المعلومات; للاتصال; المصدر:; اقرا ايضا; جميع الحقوق; شارك;
`))

// endings begin what stands after the end of a release.
var endings = phrases(`
	notes to editors; note to editors; about iom; about the international organization; about us; related articles; related stories; more stories; most read; you may also like; recommended;
	note aux redactions; a propos de l'oim; articles similaires; notas para editores; acerca de la oim; sobre la oim; articulos relacionados; noticias relacionadas; artigos relacionados;
	###; *** end; -30-; ends; fin; fine; ende
`)

// byBeginning files phrases under their first three bytes.
func byBeginning(list []string) map[string][]string {
	out := map[string][]string{}
	for _, p := range list {
		out[p[:3]] = append(out[p[:3]], p)
	}
	return out
}

func phrases(list string) []string {
	var out []string
	for _, p := range strings.Split(list, ";") {
		if p = strings.Join(strings.Fields(foldSpaced(p)), " "); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// foldSpaced folds letters as tokens are and keeps everything else.
func foldSpaced(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		folded, n, next := appendWord(b, s, i)
		if next > i {
			b, i = folded, next
			if n > 0 {
				continue
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		b = utf8.AppendRune(b, r)
		i += size
	}
	return string(b)
}

// openingBytes is how much of a paragraph's beginning is looked at.
const openingBytes = 64

func opening(line string) string {
	if len(line) > openingBytes {
		line = line[:openingBytes]
	}
	return foldSpaced(decompose(line))
}

// boilerplate takes a line and its folded opening.
func boilerplate(line, o string) bool {
	o = strings.TrimLeft(o, " *_-–—•>[(")
	if len(o) < 3 || len(line) >= 700 { // a long paragraph that begins like one is the story's own
		return false
	}
	for _, p := range openings[o[:3]] {
		if strings.HasPrefix(o, p) {
			return p != "about the" && p != "the post" && p != "related" && p != "download" && p != "contact:" || len(line) < 160
		}
	}
	return false
}

func cutsOff(line, o string) bool {
	if len(line) > 200 {
		return false
	}
	o = strings.TrimRight(strings.TrimLeft(o, " *_"), " *_:.")
	for _, p := range endings {
		if o == p || strings.HasPrefix(o, p) && len(p) > 8 && len(line) < 60 {
			return true
		}
	}
	return false
}

// navigation says that a line is a menu or a row of buttons: few words and signs that
// part them, with no sentence in it.
func navigation(line string) bool {
	if len(line) > 120 {
		return false
	}
	bars, words, inWord := 0, 0, false
	for _, r := range line {
		switch {
		case r == '|' || r == '»' || r == '›' || r == '·' || r == '•' || r == '>':
			bars++
			inWord = false
		case r == '.' || r == '!' || r == '?' || r == '؟':
			return false
		case unicode.IsLetter(r):
			if !inWord {
				words++
			}
			inWord = true
		case unicode.IsSpace(r):
			inWord = false
		}
	}
	return bars > 0 && words <= 12
}
