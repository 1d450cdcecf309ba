package redact_test

import (
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/redact"
)

// holds what is true of every text: going through once is enough, nothing is added, and
// the markup is what Sanitise would give.
func holds(t *testing.T, s string) {
	t.Helper()
	once, cut := content(s)
	if twice, again := content(once); twice != once || again.Any() {
		t.Errorf("%q\nonce  %q\ntwice %q (%+v)", s, once, twice, again)
	}
	if !cut.Any() && once != s {
		t.Errorf("%q became %q and nothing was counted", s, once)
	}
	if clean := read.Sanitise(once, ""); clean != once {
		t.Errorf("%q\nis no sanitised markup: %q", once, clean)
	}
	if !within(read.PlainText(once), read.PlainText(s)) {
		t.Errorf("%q\nhas what is not in %q", once, s)
	}
}

// within says whether the letters of a text stand in another one, in their order.
func within(a, b string) bool {
	rest := []rune(b)
	for _, r := range a {
		if r == ' ' || r == '\n' {
			continue
		}
		i := 0
		for i < len(rest) && rest[i] != r {
			i++
		}
		if i == len(rest) {
			return false
		}
		rest = rest[i+1:]
	}
	return true
}

func TestTableHoldsWhatIsTrueOfEveryText(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) { holds(t, s.text) })
	}
}

func FuzzContent(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(s.text)
	}
	f.Add(dump)
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 4<<10 {
			return
		}
		holds(t, read.Sanitise(s, "https://example.org/"))
	})
}

// TestEveryFieldOfAnEntry: nothing personal is left anywhere, the one who asked is not
// changed, and what the source keeps stays.
func TestEveryFieldOfAnEntry(t *testing.T) {
	const mail, phone = "j.doe@ngo.example", "+41 22 555 01 99"
	e := feeds.Entry{
		ID: "1", Title: "Call " + phone + " now", Link: "https://ngo.example/a?from=" + mail, Summary: "<p>Mail " + mail + " today.</p>",
		Content:    `<p>Prose here.</p><p><img src="https://ngo.example/a.jpg" alt="Photo: ` + mail + `"></p>`,
		Authors:    []feeds.Person{{Name: "Jane Doe", Email: mail}, {Name: mail}, {Name: "The Press", Email: "press@ngo.example"}, {Name: "Al", URI: "mailto:" + mail}},
		Links:      []feeds.Link{{Rel: "related", Href: "mailto:" + mail}, {Rel: "related", Href: "tel:+41225550199"}, {Rel: "related", Href: "https://ngo.example/b", Title: mail}},
		Categories: []feeds.Category{{Term: mail}, {Term: "Health", Label: "Health " + phone}},
		Enclosures: []feeds.Enclosure{{URL: "https://ngo.example/" + mail + ".pdf"}, {URL: "https://ngo.example/x.pdf"}},
		Image:      &feeds.Image{URL: "https://ngo.example/i.jpg", Alt: "by " + mail, Credit: mail},
		Rights:     "© Jane Doe " + mail, Source: &feeds.Origin{Title: "Feed of " + mail, Authors: []feeds.Person{{Name: "X", Email: mail}}},
	}
	r := redact.New(redact.Options{Mailboxes: keep})
	got, cut := r.Entry(&feeds.Source{}, e)
	all := flat(got)
	for _, x := range []string{"j.doe", "555 01 99", "5550199"} {
		if strings.Contains(all, x) {
			t.Errorf("%q is left in %s", x, all)
		}
	}
	for _, x := range []string{"Jane Doe", "press@ngo.example", "https://ngo.example/b", "Health", "x.pdf", "i.jpg", "a.jpg", "Prose here."} {
		if !strings.Contains(all, x) {
			t.Errorf("%q is gone from %s", x, all)
		}
	}
	if cut.Mails == 0 || cut.Phones == 0 || cut.Identifiers == 0 {
		t.Errorf("counted %+v", cut)
	}
	if e.Authors[0].Email != mail || e.Image.Credit != mail || e.Categories[0].Term != mail {
		t.Error("the entry that was given is changed")
	}
	if kept, cut := r.Entry(&feeds.Source{Contacts: feeds.ContactsKeep}, e); flat(kept) != flat(e) || cut.Any() {
		t.Errorf("a source that keeps its contacts lost some: %+v", cut)
	}
	if own, _ := r.Entry(&feeds.Source{Mailboxes: []string{mail}}, e); !strings.Contains(own.Summary, mail) {
		t.Errorf("the source's own mailbox is gone: %q", own.Summary)
	}
	phones := redact.New(redact.Options{Cut: []redact.Kind{redact.Phones}})
	if only, cut := phones.Entry(&feeds.Source{}, e); !strings.Contains(only.Summary, mail) || strings.Contains(only.Title, phone) || cut.Mails != 0 {
		t.Errorf("phones alone: %q, %q, %+v", only.Title, only.Summary, cut)
	}
	var none *redact.Redactor
	if bare, _ := none.Entry(&feeds.Source{}, e); strings.Contains(flat(bare), "press@") {
		t.Error("without settings a mailbox stays")
	}
}

func flat(e feeds.Entry) string {
	parts := []string{e.Title, e.Link, e.Summary, e.Content, e.Rights}
	for _, a := range e.Authors {
		parts = append(parts, a.Name, a.Email, a.URI)
	}
	for _, l := range e.Links {
		parts = append(parts, l.Href, l.Title)
	}
	for _, c := range e.Categories {
		parts = append(parts, c.Term, c.Label)
	}
	for _, n := range e.Enclosures {
		parts = append(parts, n.URL)
	}
	if e.Image != nil {
		parts = append(parts, e.Image.URL, e.Image.Alt, e.Image.Credit)
	}
	if e.Source != nil {
		parts = append(parts, e.Source.Title)
		for _, a := range e.Source.Authors {
			parts = append(parts, a.Name, a.Email)
		}
	}
	return strings.Join(parts, "\n")
}

const dump = `Geneva – Ninety-four people were helped, she said. Language English Posted: Thursday, March 7, 2019 - 11:05Image: Region-Country: LibyaThemes: Shelter, HealthDefault: Multimedia: A boat at seaPress Release Type: Global Categories: PBN`

func TestFieldDumps(t *testing.T) {
	for name, c := range map[string]struct{ text, want, categories, language string }{
		"glued at the end":   {dump, "Geneva – Ninety-four people were helped, she said.", "region-country=Libya themes=Shelter themes=Health type=Global categories=PBN", "en"},
		"language before":    {"Language English Tripoli – A boat sank.", "Tripoli – A boat sank.", "", "en"},
		"language in prose":  {"Language English courses began.", "Language English courses began.", "", ""},
		"French, on lines":   {"<div><div>Langue:</div><div>Français</div><div>Région-Pays:</div><div>Niger</div></div><p>Niamey – Un centre.</p>", "Niamey – Un centre.", "region-country=Niger", "fr"},
		"Spanish at the end": {"<p>Lima – Un centro.</p><p>Región-País: Perú</p><p>Temas: Salud</p><p>Tipo de comunicado: Local</p>", "Lima – Un centro.", "region-country=Perú themes=Salud type=Local", ""},
		"prose with names":   {"<p>Themes: health and shelter. Categories: two. Image: none.</p>", "Themes: health and shelter. Categories: two. Image: none.", "", ""},
		"text after it":      {"<p>One.</p><p>Region-Country: Libya</p><p>Themes: Health</p><p>Default: none</p><p>About IOM</p>", "One.\nAbout IOM", "region-country=Libya themes=Health", ""},
		"webdav":             {`<p>See /jahia/webdav/site/iom/shared/x.pdf for it. onclick="openNewWindow('a')" More.</p>`, "See for it. More.", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, cut := redact.New(redact.Options{}).Entry(&feeds.Source{Contacts: feeds.ContactsKeep}, feeds.Entry{Content: read.Sanitise(c.text, "")})
			var categories []string
			for _, k := range got.Categories {
				categories = append(categories, strings.TrimPrefix(k.Scheme, redact.FieldScheme)+"="+k.Term)
			}
			if text := read.PlainText(got.Content); text != c.want || strings.Join(categories, " ") != c.categories || got.Language != c.language {
				t.Errorf("got %q, %q, %q", text, categories, got.Language)
			}
			if (cut.Fields > 0) != (read.PlainText(got.Content) != read.PlainText(c.text)) {
				t.Errorf("counted %+v", cut)
			}
		})
	}
}

// TestBlocksTakeNoMoreThanTheirShare: a release of contacts alone, longer than a short
// text, loses addresses and numbers and keeps its lines.
func TestBlocksTakeNoMoreThanTheirShare(t *testing.T) {
	var b strings.Builder
	b.WriteString("<p>The list of our offices.</p><p>Media contacts</p>")
	for range 30 {
		b.WriteString("<p>Jane Doe, Geneva, Tel: +41 22 555 01 99, j.doe@ngo.example</p>")
	}
	got, _ := content(b.String())
	if !strings.Contains(got, "Media contacts") || strings.Contains(got, "j.doe") || strings.Contains(got, "555 01 99") {
		t.Errorf("got %.300q", got)
	}
}

func BenchmarkEntry(b *testing.B) {
	prose := strings.Repeat("<p>Some 1,234 people came back from the south on Tuesday with a flight that the mission arranged, and 35 of them asked for more information about training in their towns, she said.</p>", 16)
	for name, text := range map[string]string{
		"without": prose,
		"with":    prose + "<p>For further information, please contact Janet Okoro, IOM Libya, Tel: +218 21 555 0143, E-mail: jokoro@iom.example</p>",
	} {
		e := feeds.Entry{Title: "Ninety-four people go home", Summary: text[:600], Content: text}
		b.Run(name, func(b *testing.B) {
			r := redact.New(redact.Options{Mailboxes: keep})
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				r.Entry(&feeds.Source{}, e)
			}
		})
	}
}
