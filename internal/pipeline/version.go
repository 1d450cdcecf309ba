package pipeline

import (
	"slices"

	"tributary/feeds"
	"tributary/internal/dedupe"
	"tributary/internal/publish"
)

// CompareVersions says what a new version of an entry changes, and whether a reader would
// want to know.
func CompareVersions(before, after *feeds.Entry) feeds.Change {
	return dedupe.CompareVersions(dedupe.Version{Title: before.Title, Text: plainText(before)},
		dedupe.Version{Title: after.Title, Text: plainText(after)})
}

// material says whether readers would want to know of a new version of a kept copy;
// reworded, whether it has other letters or digits. Where the kept text is no longer there
// to be compared with, that decides.
func material(c *feeds.Copy, it *item, reworded bool) bool {
	if c == nil || !c.Withdrawn.IsZero() {
		return reworded
	}
	if (c.Entry.Content == "") != (it.entry.Content == "") && !reworded {
		return false
	}
	return CompareVersions(&c.Entry, &it.entry).Material
}

// speaks says whether a copy that does not lead its story stands for it in another
// language, in the feeds that prefer it.
func (s *storyBook) speaks(o *openStory, entryID int64) bool {
	if o.story == nil {
		return false
	}
	languages := make(map[int64]string, len(o.story.Copies))
	for i := range o.story.Copies {
		c := &o.story.Copies[i]
		source := s.run.sources[c.SourceID]
		languages[c.EntryID] = feeds.BaseLanguage(publish.LanguageOf(o.story, c, &source))
	}
	own := languages[entryID]
	if own == "" || own == languages[o.before.EntryID] {
		return false
	}
	of := slices.DeleteFunc(slices.Clone(o.copies), func(c dedupe.Standing) bool { return c.Trial || languages[c.EntryID] != own })
	best, ok := s.run.Order.Lead(of)
	return ok && best.EntryID == entryID
}

// Precedence is the order in which copies lead stories, for choosing among those of one
// language.
func Precedence(order dedupe.Order, headquarters string) publish.Precedence {
	return func(s *feeds.Story, a, b publish.Voice) int {
		primary := ""
		for i := range s.Labels {
			if s.Labels[i].Kind == feeds.LabelCountry && s.Labels[i].Primary {
				primary = s.Labels[i].Value
			}
		}
		x, y := standingOfVoice(a, primary, headquarters), standingOfVoice(b, primary, headquarters)
		switch best, _ := order.Lead([]dedupe.Standing{x, y}); {
		case x.EntryID == y.EntryID:
			return 0
		case best.EntryID == x.EntryID:
			return -1
		default:
			return 1
		}
	}
}

func standingOfVoice(v publish.Voice, primary, headquarters string) dedupe.Standing {
	return standingAs(v.Source, headquarters, v.Copy.EntryID, primary, dedupe.Reprint(&v.Copy.Entry), v.Copy.Entry.Content == "",
		standingDate(v.Copy.Entry.Published, v.Copy.Entry.Updated, v.Copy.FirstSeen), v.Copy.FirstSeen)
}
