package classify

import (
	"cmp"
	"slices"

	"tributary/feeds"
)

// continents are named in passing so often that a region's label asks for more.
var continents = map[string]bool{"africa": true, "asia": true, "europe": true, "americas": true, "oceania": true, "amer": true}

// Scores a region needs.
const (
	leastRegion    = 1.0
	leastContinent = 2.5
)

// regions labels the regions that the item names. A region never stands for its
// countries.
func (c *Classifier) regions(d *document, said publisherSays) []feeds.Label {
	tallies := map[int32]*tally{}
	for i := range d.mentions {
		m := &d.mentions[i]
		if m.kind != kindRegion || m.role != roleAbout && m.role != roleDateline {
			continue
		}
		for _, region := range m.targets[:m.n] {
			t := tallies[region]
			if t == nil {
				t = &tally{}
				tallies[region] = t
			}
			weight := 1.0
			switch first := d.words[m.from]; {
			case first.field == fieldTitle:
				weight = weightTitle
			case first.para == d.openingPara():
				weight = weightOpening
			}
			weight /= 1 + repeated*float64(t.mentions)
			d.trace.meant(region)
			d.trace.counted(m, "region name", weight)
			t.score += weight
			t.mentions++
			if len(t.evidence) < evidenceLimit {
				t.evidence = append(t.evidence, d.evidence("region name", int(m.from), int(m.to)))
			}
		}
	}
	for _, s := range said.regions {
		t := tallies[s.country]
		if s.hint {
			if t != nil {
				t.score += weightHint
				t.evidence = append(t.evidence, s.evidence)
			}
			continue
		}
		if t == nil {
			t = &tally{}
			tallies[s.country] = t
		}
		t.score += weightPublisher
		t.publisher = true
		t.evidence = append(t.evidence, s.evidence)
	}
	var labels []feeds.Label
	for region, t := range tallies {
		r := &c.taxonomy.Regions[region]
		need := leastRegion
		if continents[r.Slug] {
			need = leastContinent
		}
		d.trace.judged(feeds.LabelRegion, region, t.score, need)
		if t.score < need {
			continue
		}
		label := feeds.Label{Kind: feeds.LabelRegion, Value: r.Slug, Score: certainty(t.score), By: feeds.ByRule, Evidence: t.evidence}
		if t.publisher {
			label.By = feeds.ByPublisher
		}
		labels = append(labels, label)
	}
	slices.SortFunc(labels, func(a, b feeds.Label) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Value, b.Value))
	})
	return labels
}
