package pipeline

import (
	"strings"
	"testing"

	"tributary/feeds"
)

// Of two papers the one that does not say that it has it from elsewhere speaks for the
// story, though it came later and has less of it; by an entry of the batch as by kept ones.
func TestAnOriginalLeadsBeforeAReprint(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("copier", "mena", feeds.KindMedia), source("paper", "mena", feeds.KindMedia))
		reprint := strings.Replace(entry("c", "Flight from LY", "https://copier.example/c", text), "<published>",
			`<source><id>https://www.elsewhere.example/feed</id><title>Elsewhere</title><link href="https://elsewhere.example/"/></source><published>`, 1)
		d.prints("copier", "", reprint)
		d.pull()
		d.prints("paper", "", strings.ReplaceAll(entry("p", "Flight from LY", "https://paper.example/p", text), "2026-11-19T08:00:00Z", "2026-11-19T09:00:00Z"))
		d.pull("paper")
		d.tells("paper copier")
		if s := d.carried("paper"); s.Lead().SourceID != "paper" {
			t.Errorf("%s leads", s.Lead().SourceID)
		}
		// Its own feed named as the source is no reprint.
		d.prints("paper", "", entry("q", "Training for officers", "https://paper.example/q", other))
		d.prints("copier", "", reprint, strings.Replace(strings.ReplaceAll(entry("r", "Training for officers", "https://www.copier.example/r", other), "2026-11-19T08:00:00Z", "2026-11-19T07:00:00Z"), "<published>",
			`<source><id>https://copier.example/feed</id><title>Own</title><link href="https://copier.example/"/></source><published>`, 1))
		d.pull()
		d.tells("copier paper", "paper copier")
	})
}
