package web

import (
	"slices"
	"strings"
	"time"

	"tributary/feeds"
)

// savedKind stands for saved channels where terms have their kinds: in addresses and in
// errors that name what would have worked.
const savedKind feeds.TermKind = "channel"

// savedBy finds a saved channel by its slug; nil when there is none.
func (h *Handler) savedBy(slug string) *feeds.SavedChannel {
	if slug == "" {
		return nil
	}
	i := slices.IndexFunc(h.o.Saved, func(c feeds.SavedChannel) bool { return c.Slug == slug })
	if i < 0 {
		return nil
	}
	return &h.o.Saved[i]
}

// savedChannels lists the saved channels that are active, by the names that they have in
// the page's language.
func (v *viewer) savedChannels() []counted {
	var out []counted
	for i := range v.h.o.Saved {
		c := &v.h.o.Saved[i]
		if c.PhaseAt(v.h.now()) == feeds.PhaseActive {
			out = append(out, counted{Name: feeds.In(c.Title, v.p.lang, c.Slug), Term: feeds.Term{Kind: savedKind, Value: c.Slug}})
		}
	}
	byName(out)
	return out
}

// textIn is a text in the page's language, else in English, which then must be said.
func textIn(texts map[string]string, lang string) (text, in string) {
	if text = texts[lang]; text != "" || lang == "en" {
		return text, ""
	}
	if text = texts["en"]; text != "" {
		return text, "en"
	}
	return "", ""
}

// savedView is what the page of a saved channel says of it.
type savedView struct {
	Office string
	Parts  []savedPart // what it selects by
	Ended  string      // that it is retired; empty while it is active
	Note   anchor
	Next   anchor
}

// savedPart is one thing that its stories must match, in words.
type savedPart struct {
	Label string
	Names string
}

func (v *viewer) saved(c *feeds.SavedChannel, sources map[string]SourceStatus) *savedView {
	out := &savedView{Office: v.h.names.of(v.p, feeds.Term{Kind: feeds.TermOffice, Value: c.Office}, sources)}
	for _, group := range c.Selector.All {
		part := savedPart{Label: kindOfTerm(v.p, group[0].Kind)}
		var names []string
		for _, t := range group {
			if t.Kind != group[0].Kind {
				part.Label = v.p.t("feed.places")
			}
			if v.h.names.shows(t) {
				v.named(t)
				names = append(names, v.h.names.of(v.p, t, sources))
			}
		}
		part.Names = strings.Join(names, ", ")
		out.Parts = append(out.Parts, part)
	}
	if c.Selector.Query != "" {
		out.Parts = append(out.Parts, savedPart{Label: v.p.t("term.words"), Names: v.p.t("feed.quoted", "Words", c.Selector.Query)})
	}
	if len(c.Selector.Without) > 0 {
		names := make([]string, 0, len(c.Selector.Without))
		for _, id := range c.Selector.Without {
			names = append(names, v.h.names.of(v.p, feeds.Term{Kind: feeds.TermSource, Value: id}, sources))
		}
		out.Parts = append(out.Parts, savedPart{Label: v.p.t("feed.without"), Names: strings.Join(names, ", ")})
	}
	if c.PhaseAt(v.h.now()) != feeds.PhaseActive {
		out.Ended = v.p.t("feed.ended", "Date", v.p.date(c.Ends), "Gone", v.p.date(c.Gone.Add(-time.Second)))
		out.Note.Text, out.Note.Lang = textIn(c.Note, v.p.lang)
		out.Next = v.successor(c)
	}
	return out
}

// successor is where the readers of a retired channel may go.
func (v *viewer) successor(c *feeds.SavedChannel) anchor {
	if to := v.h.savedBy(c.To); to != nil {
		return anchor{Href: v.l.feedPage(string(savedKind)+"/"+to.Slug, nil), Text: feeds.In(to.Title, v.p.lang, to.Slug)}
	}
	if webAddress(c.To) != "" {
		return anchor{Href: c.To, Text: c.To}
	}
	if v.l.shelf {
		return anchor{Href: v.l.home(), Text: v.p.t("nav.front")}
	}
	return anchor{Href: v.l.page("/feeds", nil), Text: v.p.t("nav.feeds")}
}

// before leaves out, of a retired channel's stories, those that came after its end, as its
// feeds do.
func before(stories []storyItem, c *feeds.SavedChannel, now time.Time) []storyItem {
	if c.PhaseAt(now) == feeds.PhaseActive {
		return stories
	}
	return slices.DeleteFunc(stories, func(s storyItem) bool { return !s.Published.Before(c.Ends) })
}
