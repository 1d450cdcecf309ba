package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"tributary/feeds"
	"tributary/internal/publish"
)

// versionsAtMost bounds the languages that a reader may ask a story in.
const versionsAtMost = 8

// askedLanguages reads ?language=fr,en of a story's page: base languages, the first choice
// first. Spelling and doubles do not matter.
func askedLanguages(query url.Values) ([]string, error) {
	var out []string
	for _, list := range query["language"] {
		for tag := range strings.SplitSeq(list, ",") {
			if tag = strings.TrimSpace(tag); tag == "" {
				continue
			}
			base := feeds.BaseLanguage(tag)
			if !languageTag(base) || len(out) == versionsAtMost {
				return nil, &publish.Invalid{Parameter: "language", Value: list, Status: http.StatusBadRequest, Valid: []string{"en", "fr", "es", "ar"}}
			}
			if !slices.Contains(out, base) {
				out = append(out, base)
			}
		}
	}
	return out, nil
}

// spoken are the copies of a story that may be shown, the lead first.
type spoken struct {
	voices []publish.Voice
	places []int // of each among the story's copies
}

func (v *viewer) spoken(s *feeds.Story, sources map[string]SourceStatus) spoken {
	var out spoken
	for i := range s.Copies {
		c := &s.Copies[i]
		source := sources[c.SourceID].Source
		if c.Withdrawn.IsZero() && !source.Trial {
			out.voices = append(out.voices, publish.Voice{Copy: c, Source: &source, Language: publish.LanguageOf(s, c, &source)})
			out.places = append(out.places, i)
		}
	}
	return out
}

// turn gives a story whose first copy is the one that speaks to readers of these languages.
// The story it is given stays as it is.
func (v *viewer) turn(s *feeds.Story, sources map[string]SourceStatus, prefer []string) (turned feeds.Story, isLead bool) {
	turned = *s
	if len(prefer) == 0 || len(s.Copies) < 2 {
		return turned, true
	}
	all := v.spoken(s, sources)
	if len(all.voices) == 0 {
		return turned, true
	}
	at := all.places[v.h.o.Precedence.Choose(s, all.voices, prefer)]
	if at == 0 {
		return turned, true
	}
	turned.Copies = slices.Concat(s.Copies[at:at+1], s.Copies[:at], s.Copies[at+1:])
	return turned, false
}

// readers are the languages in which stories are shown on a page: as a feed or a reader
// asks, then the page's own where the reader chose it.
func (v *viewer) readers(asked []string) []string {
	if v.l.lang != "" && !slices.Contains(asked, v.l.lang) {
		return append(slices.Clip(asked), v.l.lang)
	}
	return asked
}

// versions are the languages that a story exists in, for the switch on its page, in the
// order of their copies; nil when there is one alone or nothing to switch with.
func (v *viewer) versions(s *feeds.Story, sources map[string]SourceStatus, shown string) []anchor {
	if v.l.shelf {
		return nil
	}
	var out []anchor
	var seen []string
	for _, voice := range v.spoken(s, sources).voices {
		base := feeds.BaseLanguage(voice.Language)
		if !languageTag(base) || base == "und" || slices.Contains(seen, base) {
			continue
		}
		seen = append(seen, base)
		name := base
		if tag, err := language.Parse(base); err == nil {
			if self := display.Self.Name(tag); self != "" {
				name = selfName(tag)
			}
		}
		out = append(out, anchor{Href: v.l.version(s.ID, base), Text: name, Lang: base, Current: base == feeds.BaseLanguage(shown)})
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// versionLinks are the links of a story's page to itself in other languages: one for each
// language of the story, with the page's own texts in it where we write in it, and one for
// each further language that we write in.
func (v *viewer) versionLinks(s *feeds.Story, versions []anchor) []alternate {
	var out []alternate
	for _, version := range versions {
		l := v.l
		if l.lang = ""; slices.ContainsFunc(uiLanguages, func(t language.Tag) bool { return t.String() == version.Lang }) {
			l.lang = version.Lang
		}
		out = append(out, alternate{Hreflang: version.Lang, Href: l.absolute(strings.TrimPrefix(l.version(s.ID, version.Lang), l.prefix))})
	}
	for _, tag := range uiLanguages {
		if slices.ContainsFunc(versions, func(a anchor) bool { return a.Lang == tag.String() }) {
			continue
		}
		l := v.l
		l.lang = tag.String()
		out = append(out, alternate{Hreflang: tag.String(), Href: l.absolute(strings.TrimPrefix(l.story(s.ID), l.prefix))})
	}
	return out
}

// version is the address of a story's page with the version in a language first.
func (l links) version(id, language string) string {
	if l.shelf || language == "" {
		return l.story(id)
	}
	return l.page("/stories/"+url.PathEscape(id), url.Values{"language": {language}})
}
