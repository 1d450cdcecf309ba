package dedupe

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"tributary/feeds"
)

// Standing is what the choice of a lead looks at.
type Standing struct {
	EntryID   int64
	Kind      feeds.Kind
	HQ        bool // the source belongs to headquarters
	Elsewhere bool // an office whose area the copy's primary country is not in
	Reprint   bool // its publisher says that it is from elsewhere
	Teaser    bool // it has a summary and no text
	Rank      int  // the source's own, lower first
	Published time.Time
	FirstSeen time.Time
	Trial     bool
}

// Tier is a kind of publisher as the order of leads knows it.
type Tier string

// The tiers, in the order they lead in without settings.
const (
	TierOffice    Tier = "office"    // an IOM office that the story concerns
	TierHQ        Tier = "hq"        // IOM headquarters
	TierElsewhere Tier = "elsewhere" // an IOM office that the story does not concern
	TierPartner   Tier = "partner"
	TierMedia     Tier = "media"
)

// Order is the order in which tiers lead; those it does not name come last.
type Order []Tier

// DefaultOrder is the order without settings.
var DefaultOrder = Order{TierOffice, TierHQ, TierElsewhere, TierPartner, TierMedia}

// Lead chooses the copy that speaks for a story: a published source before one on
// trial, by tier, the source's rank, an original before a reprint, a full text before a teaser, then the earliest by its
// own date, by first sight, by id. The order is total, so that the same copies in any
// order give the same lead. ok is false when there is none.
func (o Order) Lead(copies []Standing) (lead Standing, ok bool) {
	if len(copies) == 0 {
		return Standing{}, false
	}
	return slices.MinFunc(copies, o.compare), true
}

func (o Order) compare(a, b Standing) int {
	return cmp.Or(
		cmp.Compare(flag(a.Trial), flag(b.Trial)),
		cmp.Compare(o.place(a), o.place(b)),
		cmp.Compare(a.Rank, b.Rank),
		cmp.Compare(flag(a.Reprint), flag(b.Reprint)),
		cmp.Compare(flag(a.Teaser), flag(b.Teaser)),
		a.Published.Compare(b.Published),
		a.FirstSeen.Compare(b.FirstSeen),
		cmp.Compare(a.EntryID, b.EntryID),
	)
}

func (o Order) place(s Standing) int {
	if i := slices.Index(o, s.tier()); i >= 0 {
		return i
	}
	return len(o)
}

func (s Standing) tier() Tier {
	switch {
	case s.Kind == feeds.KindIOM && s.HQ:
		return TierHQ
	case s.Kind == feeds.KindIOM && s.Elsewhere:
		return TierElsewhere
	case s.Kind == feeds.KindIOM:
		return TierOffice
	case s.Kind == feeds.KindPartner:
		return TierPartner
	default:
		return TierMedia
	}
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Reprint says whether an entry names a feed of another site than its own page's as the
// one that it was first published in (atom:source, RFC 4287, 4.2.11; source of RSS).
func Reprint(e *feeds.Entry) bool {
	if e.Source == nil {
		return false
	}
	own := site(e.Link)
	for _, address := range []string{e.Source.Link, e.Source.Self, e.Source.ID} {
		if origin := site(address); origin != "" {
			return own != "" && origin != own
		}
	}
	return false
}

// site is the domain that an address was registered under, "" for none.
func site(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if registered, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return registered
	}
	return host
}
