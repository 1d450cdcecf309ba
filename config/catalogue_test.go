package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tributary/config"
	"tributary/feeds"
)

// What the survey behind the catalogue found: how many sources there are of each
// status, and which of those statuses may be pulled without a probe.
func TestCatalogueKeepsTheSurvey(t *testing.T) {
	c := mustLoad(t, config.Options{})
	want := map[string]int{
		"live": 25, "live (form)": 17,
		"unprobed": 28, "guess": 19, "pattern": 9, "degraded/blocked": 7, "dead (404)": 3, "dead/unknown": 1,
		"blocked (403)": 1, "live but wrong content": 1, "live, needs approval": 1, "archived 2017-2019": 1,
	}
	got := map[string]int{}
	for _, s := range c.Sources {
		got[s.Status]++
		if live := s.Status == "live" || s.Status == "live (form)"; s.Enabled != live {
			t.Errorf("%s: status %q, enabled %v", s.ID, s.Status, s.Enabled)
		}
		if s.Evidence == "" || s.Confidence == "" {
			t.Errorf("%s: no evidence or confidence", s.ID)
		}
		if s.Trial {
			t.Errorf("%s: on trial", s.ID)
		}
		if s.Republish == feeds.RepublishFull && s.Kind != feeds.KindIOM {
			t.Errorf("%s: full text of another publisher", s.ID)
		}
		if s.Zone == "UTC" {
			t.Errorf("%s: its office has no zone", s.ID)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("statuses:\n got %v\nwant %v", got, want)
	}
}

// No minute of the hour may see a burst, least of all the full hour.
func TestCatalogueSpreadsOverTheHour(t *testing.T) {
	c := mustLoad(t, config.Options{})
	starts := map[string]int{}
	for _, s := range c.Sources {
		minutes, rest, _ := strings.Cut(s.Schedule, " ")
		if rest != "* * * *" {
			t.Errorf("%s: schedule %q is not hourly", s.ID, s.Schedule)
		}
		if s.Enabled {
			for m := range strings.SplitSeq(minutes, ",") {
				starts[m]++
			}
		}
	}
	for m, n := range starts {
		if n > 3 {
			t.Errorf("%d enabled sources start at minute %s", n, m)
		}
	}
	if starts["0"] > 1 {
		t.Errorf("%d sources start on the hour", starts["0"])
	}
}

func TestOffices(t *testing.T) {
	c := mustLoad(t, config.Options{})
	codes := map[string]string{}
	for _, o := range c.Offices {
		codes[o.Code] = o.Code
		for _, a := range o.Aliases {
			codes[a] = o.Code
		}
		for _, lang := range []string{"en", "fr", "es"} {
			if o.Name[lang] == "" {
				t.Errorf("%s has no name in %s", o.Code, lang)
			}
		}
		if o.Evidence == "" || o.Confidence == "" {
			t.Errorf("%s: no evidence or confidence", o.Code)
		}
	}
	for code, want := range map[string]string{
		"hq": "hq", "amer": "amer", "eca": "eca", "mena": "mena", "ap": "ap", "wca": "wca", "ehsa": "ehsa",
		"slo-nyc": "slo-nyc", "slo-add": "slo-add",
		"ro-bue": "amer", "ro-sjo": "amer", "ro-vie": "eca", "ro-bru": "eca", "ro-cai": "mena", "ro-bkk": "ap",
		"ro-dkr": "wca", "ro-nbo": "ehsa", "ro-pry": "ehsa",
	} {
		if codes[code] != want {
			t.Errorf("code %s belongs to %q, want %q", code, codes[code], want)
		}
	}
	i := slices.IndexFunc(c.Offices, func(o feeds.Office) bool { return o.Code == "ehsa" })
	if i < 0 || !strings.Contains(c.Offices[i].Confidence, "NOT confirmed") {
		t.Error("the doubt about the EHSA merger is lost")
	}
	// Every regional office serves a region, and every region of IOM has an office.
	served := map[string]bool{}
	for _, o := range c.Offices {
		served[o.Region] = true
	}
	for _, r := range c.Taxonomy.Regions {
		if r.Scheme == "iom" && !served[r.Slug] {
			t.Errorf("no office serves the region %s", r.Slug)
		}
	}
}

func TestTaxonomyIsThere(t *testing.T) {
	c := mustLoad(t, config.Options{})
	if len(c.Taxonomy.Countries) < 249 {
		t.Errorf("%d countries", len(c.Taxonomy.Countries))
	}
	for _, code := range []string{"LY", "XK", "TW", "EH", "PS"} {
		if _, ok := c.Taxonomy.CountryByCode(code); !ok {
			t.Errorf("no country %s", code)
		}
	}
	if _, ok := c.Taxonomy.TopicBySlug("counter-trafficking"); !ok {
		t.Error("no topic counter-trafficking")
	}
	if !slices.Contains(c.DutyStations, "Geneva") {
		t.Errorf("Geneva is no duty station: %v", c.DutyStations)
	}
}
