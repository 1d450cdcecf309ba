package publish

import "tributary/feeds"

// Voice is a copy that may speak for its story.
type Voice struct {
	Copy     *feeds.Copy
	Source   *feeds.Source
	Language string // BCP 47, empty when unknown
}

// Precedence says which of two copies of a story speaks for it rather: below zero when a
// does. It is the order in which copies lead stories, and total.
type Precedence func(s *feeds.Story, a, b Voice) int

// Choose gives the place of the copy that a story is shown by to readers of these base
// languages, the first choice first: of the first language that it has, the lead where
// that is in it, else the copy that speaks rather than the others. A story in none of them
// is shown by its lead. The copies are those that may be shown, the lead first, as stories
// have them; there must be one.
func (p Precedence) Choose(s *feeds.Story, copies []Voice, prefer []string) int {
	for _, language := range prefer {
		if i := p.best(s, copies, language); i >= 0 {
			return i
		}
	}
	return 0
}

// best is the place of the copy that speaks for a story in a base language; -1 without one.
// Without a precedence the first seen does.
func (p Precedence) best(s *feeds.Story, copies []Voice, language string) int {
	found := -1
	for i := range copies {
		if language == "" || feeds.BaseLanguage(copies[i].Language) != language {
			continue
		}
		if i == 0 {
			return 0
		}
		if found < 0 || p != nil && p(s, copies[i], copies[found]) < 0 {
			found = i
		}
	}
	return found
}

// LanguageOf is the language of a copy, that of its source when nothing else is known.
func LanguageOf(s *feeds.Story, c *feeds.Copy, source *feeds.Source) string {
	if language := s.LanguageOf(c); language != "" || len(s.Values(feeds.LabelLanguage)) > 0 {
		return language
	}
	return source.Language
}
