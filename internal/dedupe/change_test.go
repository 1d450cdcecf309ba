package dedupe_test

import (
	"slices"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/dedupe"
)

const (
	release = "Beira, 12 May – IOM helped 6,300 people after the cyclone in Mozambique.\n" +
		"“We lost everything,” said a mother of three. The teams work with the Red Cross.\n" +
		"Families will receive shelter kits until the rains end in June."
	arabicRelease = "وصل إلى طرابلس 94 مهاجراً على متن رحلة عودة طوعية نظمتها المنظمة الدولية للهجرة.\nوتلقوا المساعدة عند وصولهم إلى المطار."
)

func of(text string) dedupe.Version {
	return dedupe.Version{Title: "Aid reaches families in Beira", Text: text}
}

func swap(text string, pairs ...string) dedupe.Version {
	return of(strings.NewReplacer(pairs...).Replace(text))
}

func titled(title string) dedupe.Version { return dedupe.Version{Title: title, Text: release} }

func TestWhatIsNoNews(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after dedupe.Version
		marked        bool
	}{
		{"spaces", of(release), of(strings.ReplaceAll(strings.ReplaceAll(release, " ", "  "), "\n", "\n\n")), false},
		{"a space that does not break, and none", of(release), swap(release, "6,300", "6 300"), false},
		{"groups of a number", of(release), swap(release, "6,300", "6300"), false},
		{"quotes, dashes and dots", of(release), swap(release, "“", `"`, "”", `"`, "–", "—", "three.", "three…"), false},
		{"case", titled("Aid reaches families in Beira"), titled("AID REACHES FAMILIES IN BEIRA"), false},
		{"accents", of("La réponse à Béira"), of("La reponse a Beira"), false},
		{"soft hyphens", of(release), swap(release, "cyclone", "cy\u00adclone"), false},
		{"vowel signs in Arabic", of(arabicRelease), swap(arabicRelease, "مهاجراً", "مهاجرا"), false},
		{"Arabic digits", of(arabicRelease), swap(arabicRelease, "94", "٩٤"), false},
		{"a hyphen", of("Counter-trafficking in Beira"), of("Counter trafficking in Beira"), false},
		{"words run together", of("Counter trafficking in Beira"), of("Countertrafficking in Beira"), false},
		{"words for a number", of("IOM flew ninety-four people home"), of("IOM flew 94 people home"), false},
		{"a share's sign apart", of("Of them 45% are women"), of("Of them 45 % are women"), false},
		{"tracking parameters", of("Read https://iom.int/r?id=5&utm_source=rss now"), of("Read https://www.iom.int/r?id=5 now"), false},
		{"paragraphs in another order", of("First this was said.\nThen that was said."), of("Then that was said.\nFirst this was said."), false},
		{"a paragraph in two", of("First this was said. Then that."), of("First this was said.\nThen that."), false},
		{"a contact block", of(release), of(release + "\nFor more information, please contact: Press Office, press@iom.int, +41 22 717 9111"), false},
		{"another contact", of(release + "\nPress Office, press@iom.int, +41 22 717 9111"), of(release + "\nMedia Unit, media@iom.int, +41 22 717 9222"), false},
		{"a contact block in French", of(release), of(release + "\nPour plus d’informations, veuillez contacter le bureau de presse."), false},
		{"words about the publisher", of(release), of(release + "\nAbout IOM\nThe agency has 175 member states and 600 offices."), false},
		{"a counter", of(release + "\n5 min read"), of(release + "\n6 min read"), false},
		{"a menu", of(release), of("Home | News | Beira\n" + release), false},
		{"an excerpt made shorter", of(release), of(release[:120] + "…"), false},
		{"an excerpt made whole", of(release[:120] + "..."), of(release), false},

		{"Corrected:", titled("Aid reaches families in Beira"), titled("Corrected: Aid reaches families in Beira"), true},
		{"CORRECTED-", titled("Aid reaches families in Beira"), titled("CORRECTED-Aid reaches families in Beira"), true},
		{"UPDATE 2-", titled("UPDATE 1-Aid reaches families in Beira"), titled("UPDATE 2-Aid reaches families in Beira"), false},
		{"UPDATE 2-CORRECTED-", titled("Aid reaches families in Beira"), titled("UPDATE 2-CORRECTED-Aid reaches families in Beira"), true},
		{"[Updated]", titled("Aid reaches families in Beira [Updated]"), titled("Aid reaches families in Beira"), true},
		{"(UPDATED 12 May, 14:05)", titled("Aid reaches families in Beira"), titled("Aid reaches families in Beira (UPDATED 12 May, 14:05)"), true},
		{"rectificatif", titled("L’aide arrive à Beira"), titled("L’aide arrive à Beira (rectificatif)"), true},
		{"Mise à jour", titled("L’aide arrive à Beira"), titled("Mise à jour : L’aide arrive à Beira"), true},
		{"Actualización", titled("La ayuda llega a Beira"), titled("Actualización: La ayuda llega a Beira"), true},
		{"fe de erratas", titled("La ayuda llega a Beira"), titled("La ayuda llega a Beira | Fe de erratas"), true},
		{"tashih", titled("المساعدات تصل إلى بيرا"), titled("تصحيح: المساعدات تصل إلى بيرا"), true},
		{"tahdith 2", titled("المساعدات تصل إلى بيرا"), titled("تحديث 2: المساعدات تصل إلى بيرا"), true},
		{"Исправлено", titled("Помощь пришла в Бейру"), titled("Исправлено: Помощь пришла в Бейру"), true},
		{"Korrektur", titled("Hilfe erreicht Beira"), titled("Hilfe erreicht Beira – Korrektur"), true},
		{"Correção", titled("A ajuda chega à Beira"), titled("Correção: A ajuda chega à Beira"), true},
		{"Rettifica", titled("Gli aiuti a Beira"), titled("RETTIFICA - Gli aiuti a Beira"), true},
		{"更新", titled("援助抵达贝拉"), titled("【更新】援助抵达贝拉"), true},
		{"a mark before the text", of(release), of("UPDATE 2 – " + release), true},
		{"a line that is a mark", of(release), of("Updated on 12 May 2026 at 14:05 GMT\n" + release), true},
		{"another hour in it", of("Last updated: 12 May 2026\n" + release), of("Last updated: 14 May 2026\n" + release), false},
		{"a French line", of(release), of(release + "\nMis à jour le 12 mai 2026 à 14h05"), true},
		{"an Arabic line", of(arabicRelease), of("آخر تحديث: 12 مايو 2026\n" + arabicRelease), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, pair := range [][2]dedupe.Version{{c.before, c.after}, {c.after, c.before}} {
				got := dedupe.CompareVersions(pair[0], pair[1])
				var want []feeds.ChangeKind
				if c.marked {
					want = []feeds.ChangeKind{feeds.ChangeCorrection}
				}
				if got.Material || !slices.Equal(got.Kinds, want) || got.Kinds == nil || got.Reason == "" {
					t.Errorf("%+v, want no news, kinds %v", got, want)
				}
			}
		})
	}
}

func TestWhatIsNews(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after dedupe.Version
		kinds         string
		figures       string
	}{
		{"a figure", of(release), swap(release, "6,300", "6,400"), "figures", "6,300>6,400"},
		{"a decimal point", of("They need 1.2 million dollars"), of("They need 12 million dollars"), "figures", "1.2 million>12 million"},
		{"a currency", of("They need $5 million"), of("They need €5 million"), "figures", "$5 million>€5 million"},
		{"a share", of("Of them 45 are women"), of("Of them 45% are women"), "figures", "45>45%"},
		{"a sign", of("It was 5 degrees"), of("It was -5 degrees"), "figures", "5>-5"},
		{"words for another number", of("IOM flew ninety-four people home"), of("IOM flew ninety-six people home"), "figures", "ninety four>ninety six"},
		{"an Arabic figure", of(arabicRelease), swap(arabicRelease, "94", "٩٦"), "figures", "94>٩٦"},
		{"a date", of(release), swap(release, "12 May", "13 May"), "figures", "12>13"},
		{"a name", of(release), swap(release, "Red Cross", "Red Crescent"), "names", ""},
		{"a place", of(release), swap(release, "in Mozambique", "in Malawi"), "names", ""},
		{"a word", of(release), swap(release, "shelter", "hygiene"), "wording", ""},
		{"a little word", of(release), swap(release, "will receive", "will not receive"), "wording", ""},
		{"an Arabic word", of(arabicRelease), swap(arabicRelease, "المطار", "الميناء"), "wording", ""},
		{"a Chinese character", of("国际移民组织帮助了六千人"), of("国际移民组织救助了六千人"), "wording", ""},
		{"the title", titled("Aid reaches families in Beira"), titled("Aid does not reach families in Beira"), "title", ""},
		{"a figure in the title", titled("300 families flee Beira"), titled("400 families flee Beira"), "title figures", "300>400"},
		{"a paragraph more", of(release), of(release + "\nThe government of the province asked for more trucks and boats on Friday evening."), "added", ""},
		{"a paragraph less", of(release), of(release[:strings.LastIndex(release, "\n")]), "removed", ""},
		{"all of the text", of(release), of(""), "removed", ""},
		{"a correction that says so", of(release), of("Corrected: " + strings.Replace(release, "6,300", "6,400", 1)), "figures correction", "6,300>6,400"},
		{"one that explains itself", of(release), of(release + "\nCorrection: an earlier version of this story misspelt the name of the province in its second paragraph."), "added correction", ""},
		{"a spelling", of(release), swap(release, "receive", "recieve"), "wording", ""},
		{"a note to editors", of(release + "\nNotes to editors\nThe camp holds 900 tents."), of(release + "\nNotes to editors\nThe camp holds 800 tents."), "figures", "900>800"},
		{"far behind", of(strings.Repeat("a ", 200_000) + "end"), of(strings.Repeat("a ", 200_000) + "start"), "wording", ""},
		{"an update of what is no mark", titled("New flights to Beira"), titled("Flights to Beira"), "title", ""},
		{"officers of corrections", titled("Correction officers strike in Beira"), titled("Officers strike in Beira"), "title", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := dedupe.CompareVersions(c.before, c.after)
			var kinds, figures []string
			for _, k := range got.Kinds {
				kinds = append(kinds, string(k))
			}
			for _, f := range got.Figures {
				figures = append(figures, f.Before+">"+f.After)
			}
			if !got.Material || strings.Join(kinds, " ") != c.kinds || strings.Join(figures, ", ") != c.figures || got.Reason == "" {
				t.Errorf("%+v, want %s, %s", got, c.kinds, c.figures)
			}
		})
	}
}

func TestReasonsAreSentences(t *testing.T) {
	c := dedupe.CompareVersions(of(release), of("Corrected: "+strings.Replace(release, "6,300", "6,400", 1)))
	if want := "Figures changed: 6,300 → 6,400; its publisher marks it as corrected or updated."; c.Reason != want {
		t.Errorf("%q, want %q", c.Reason, want)
	}
}

// A version is the same as itself, and what differs one way differs the other way.
func FuzzCompareVersions(f *testing.F) {
	f.Add("Corrected: A title", release, "A title", arabicRelease)
	f.Add("UPDATE 2-", "", "【更新】", "\xff 6 300 ٩٤ %")
	f.Add("(", "-5 –5 1.2.3 https://[::1", ":", "www. @a.b 5 min read…")
	f.Fuzz(func(t *testing.T, titleA, textA, titleB, textB string) {
		a, b := dedupe.Version{Title: titleA, Text: textA}, dedupe.Version{Title: titleB, Text: textB}
		if c := dedupe.CompareVersions(a, a); c.Material || len(c.Kinds) > 0 {
			t.Errorf("of itself %q %q: %+v", titleA, textA, c)
		}
		there, back := dedupe.CompareVersions(a, b), dedupe.CompareVersions(b, a)
		if there.Material != back.Material {
			t.Errorf("%q %q and %q %q: %+v, back %+v", titleA, textA, titleB, textB, there, back)
		}
	})
}

func BenchmarkCompareVersions(b *testing.B) {
	text := strings.Repeat(release+"\n", 10)
	x, y := of(text), swap(text, "6,300", "6,400")
	for b.Loop() {
		dedupe.CompareVersions(x, y)
	}
}
