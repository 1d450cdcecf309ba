package pipeline

import (
	"testing"
	"time"

	"tributary/feeds"
)

// Copies that come to a merged story follow their links once merge and split are taken
// back: they do not hold together what nobody says is one.
func TestWhatCameSinceHoldsNothingTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		newFlightAndTraining(d)
		flight, training := d.carried("ly"), d.carried("ngo")
		merge := d.decides(feeds.Ruling{Action: feeds.RulingMerge, Story: training.ID, Entries: []int64{copyOf(flight, "ly"), copyOf(training, "ngo")}})
		d.now = d.now.Add(time.Hour)
		d.prints("press", "", entry("p", "Flight from LY", "https://press.example/p", text), entry("q", "Training for officers", "https://press.example/q", other))
		d.pull("press")
		d.tells("ly ngo press press")
		one := d.carried("ly")
		split := feeds.Ruling{Action: feeds.RulingSplit, Story: one.ID}
		for _, c := range one.Copies {
			if c.Entry.Title == "Flight from LY" {
				split.Entries = append(split.Entries, c.EntryID)
			} else {
				split.Others = append(split.Others, c.EntryID)
			}
		}
		split = d.decides(split)
		d.tells("ly press", "ngo press")
		d.undoes(split.ID)
		d.tells("ly ngo press press")
		d.undoes(merge.ID)
		d.tells("ly press", "ngo press")
		if back := d.carried("ly"); back.ID != flight.ID {
			t.Errorf("the flight is %s now, and was %s", back.ID, flight.ID)
		}
	})
}
