package publish

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"tributary/feeds"
)

// Archives is what archive documents (RFC 5005, 4) and pages of searches are made from.
// All methods are safe for concurrent use and give the same answers to every process on
// one database.
type Archives interface {
	// ClosedMonth is the last month whose archives do not change any more but for a
	// withdrawal, a merge or a split; zero for none. It grows with Store.Version alone.
	// Those up to since closed together, the later ones one by one.
	ClosedMonth(ctx context.Context) (closed, since feeds.Month, err error)
	// ArchiveMonths lists the months after a given one that hold stories of a selector,
	// the oldest first, withdrawn stories counted. Those up to ClosedMonth never change.
	ArchiveMonths(ctx context.Context, sel feeds.Selector, after feeds.Month) ([]feeds.ArchiveMonth, error)
	// ArchiveIDs lists the ids of a month's stories in an order of which a closed month's
	// never changes.
	ArchiveIDs(ctx context.Context, sel feeds.Selector, month feeds.Month, skip, limit int) ([]string, error)
	// Archived reads the stories that ArchiveIDs lists, those of a closed month as they stood
	// when it closed, and tombstones of those that are withdrawn; Ref is the story's id.
	Archived(ctx context.Context, sel feeds.Selector, month feeds.Month, skip, limit int) ([]feeds.Story, []feeds.Tombstone, error)
	// Found lists a page of what Store.Stories lists, and how many there are in all, at most
	// most.
	Found(ctx context.Context, sel feeds.Selector, skip, limit, most int) (stories []feeds.Story, total int, err error)
}

// archivePart is how many stories stand in one archive document. Changing it moves the
// stories of closed months between documents.
const archivePart = 200

// archiveTTL is what the ttl of RSS says in archives, open or closed alike.
const archiveTTL = 24 * time.Hour

// spot says which document of a channel is meant: the feed itself when zero, a part of a
// month's archive, or a page of a search beyond the first.
type spot struct {
	month feeds.Month
	part  int // from 1 on; of an archive
	page  int // from 2 on; of a search
}

// follow puts a spot into the address of its channel.
func (a address) follow(s spot) address {
	if s.month != 0 {
		a.path += "/" + s.month.String()
		if s.part > 1 {
			a.path += "-" + strconv.Itoa(s.part)
		}
	}
	if s.page > 1 {
		if a.query != "" {
			a.query += "&"
		}
		a.query += "page=" + strconv.Itoa(s.page)
	}
	return a
}

// addressAt is the address of a document of a channel. Archives know no limit.
func (p *Publisher) addressAt(ch feeds.Channel, s spot) address {
	if s.month != 0 {
		ch.Limit = p.o.Limit
	}
	return p.canonicalAddress(ch).follow(s)
}

// cutSpot takes the month off a path such as "country/ly/2026/11-2". ok is false when
// there is none.
func cutSpot(path string) (rest string, s spot, ok bool) {
	before, last, found := cutLast(path, '/')
	if !found {
		return path, spot{}, false
	}
	rest, year, found := cutLast(before, '/')
	month, part, parted := strings.Cut(last, "-")
	if !found || len(year) != 4 || len(month) != 2 {
		return path, spot{}, false
	}
	y, err := strconv.ParseUint(year, 10, 16)
	m, merr := strconv.ParseUint(month, 10, 8)
	s = spot{month: feeds.Month(y*100 + m), part: 1}
	if err != nil || merr != nil || m == 0 || !s.month.Valid() {
		return path, spot{}, false
	}
	if parted {
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil || n < 2 || part[0] == '0' { // one document has one address
			return path, spot{}, false
		}
		s.part = int(n)
	}
	return rest, s, true
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// monthList is the months of a selector as they were last read.
type monthList struct {
	through feeds.Month // up to here they are closed
	closed  []feeds.ArchiveMonth
	at      generation
	open    []feeds.ArchiveMonth
}

// months lists the months of a channel, the oldest first. Those that are closed are read
// once.
func (p *Publisher) months(ctx context.Context, s *state, sel feeds.Selector) ([]feeds.ArchiveMonth, error) {
	key := sel.String()
	kept, _ := p.archives.Get(key)
	if kept == nil || kept.through != s.closed {
		kept = &monthList{through: s.closed}
		all, err := p.o.Archives.ArchiveMonths(ctx, sel, 0)
		if err != nil {
			return nil, fmt.Errorf("look up archives: %w", err)
		}
		open := slices.IndexFunc(all, func(m feeds.ArchiveMonth) bool { return m.Month > s.closed })
		if open < 0 {
			open = len(all)
		}
		kept.closed, kept.open, kept.at = all[:open:open], all[open:], s.generation
		p.archives.Add(key, kept)
	}
	if kept.at != s.generation {
		next := &monthList{through: kept.through, closed: kept.closed, at: s.generation}
		var err error
		if next.open, err = p.o.Archives.ArchiveMonths(ctx, sel, s.closed); err != nil {
			return nil, fmt.Errorf("look up archives: %w", err)
		}
		kept = next
		p.archives.Add(key, kept)
	}
	return slices.Concat(kept.closed, kept.open), nil
}

// parts is how many documents a month's archive has, at least one.
func parts(m feeds.ArchiveMonth) int { return max(1, (m.Stories+archivePart-1)/archivePart) }

// underWay is the month whose archive is there whether or not anything stands in it: the
// last closed one leads to it before it has a story, and never changes for that.
func (p *Publisher) underWay(s *state) feeds.Month {
	if s.closed != 0 {
		return s.closed.Next()
	}
	return feeds.MonthOf(p.o.Now())
}

// neighbours are the documents before and after one of an archive, the zero spot for none.
func (p *Publisher) neighbours(s *state, months []feeds.ArchiveMonth, at spot) (before, after spot, err error) {
	i, there := slices.BinarySearchFunc(months, at.month, func(m feeds.ArchiveMonth, month feeds.Month) int { return int(m.Month - month) })
	own := feeds.ArchiveMonth{Month: at.month}
	next := i
	if there {
		own, next = months[i], i+1
	}
	if !there && !p.mayBeEmpty(s, at.month) || at.part > parts(own) {
		return spot{}, spot{}, p.noArchive(months, at)
	}
	switch {
	case at.part > 1:
		before = spot{month: at.month, part: at.part - 1}
	case i > 0:
		before = spot{month: months[i-1].Month, part: parts(months[i-1])}
	}
	switch {
	case at.part < parts(own):
		after = spot{month: at.month, part: at.part + 1}
	case next < len(months) && (at.month > s.closed || months[next].Month <= s.together):
		after = spot{month: months[next].Month, part: 1}
	case at.month > s.closed:
	case at.month < s.together: // it closed together with that one
		after = spot{month: s.together.Next(), part: 1}
	default: // whatever will be in it
		after = spot{month: at.month.Next(), part: 1}
	}
	return before, after, nil
}

// mayBeEmpty says whether a month has archives though nothing is in them: one under way,
// and one that the archive before it leads to since it closed.
func (p *Publisher) mayBeEmpty(s *state, m feeds.Month) bool {
	last := max(p.underWay(s), feeds.MonthOf(p.o.Now()))
	return m == last || m == p.underWay(s) || s.closed != 0 && m > s.together && m <= last
}

// noArchive names the months that there are, the latest first.
func (p *Publisher) noArchive(months []feeds.ArchiveMonth, at spot) error {
	e := &Invalid{Parameter: "archive", Value: at.month.String(), Status: http.StatusNotFound, Total: len(months),
		sentence: fmt.Sprintf("No story of this feed is archived under %s.", at.month)}
	const most = 12
	for i := len(months) - 1; i >= 0 && len(e.Valid) < most; i-- {
		if months[i].Month == at.month {
			e.sentence = fmt.Sprintf("The archive of %s has no part %d.", at.month, at.part)
		}
		e.Valid = append(e.Valid, months[i].Month.String())
	}
	return e
}

// Months lists the months under which a channel's stories are archived, the oldest first.
// A search has none.
func (p *Publisher) Months(ctx context.Context, ch feeds.Channel) ([]feeds.ArchiveMonth, error) {
	s, err := p.current(ctx)
	if err != nil || p.o.Archives == nil || ch.Selector.Query != "" {
		return nil, err
	}
	return p.months(ctx, s, ch.Selector)
}

// ArchiveAddress is the absolute address of the first document of a month's archive.
func (p *Publisher) ArchiveAddress(ch feeds.Channel, month feeds.Month, f Format) string {
	return p.addressAt(ch, spot{month: month, part: 1}).in(p.base, f)
}

// Archive gives a part of a month's archive, from 1 on, as Document gives a feed. An
// *Invalid says that there is none.
func (p *Publisher) Archive(ctx context.Context, ch feeds.Channel, month feeds.Month, part int, f Format) (*Document, error) {
	return p.documentAt(ctx, ch, spot{month: month, part: part}, f)
}

// renderArchive makes an archive document (RFC 5005, 4). It has the id and title of its
// feed, of which it is a part, and no version of ours: that would change its bytes.
func (p *Publisher) renderArchive(ctx context.Context, s *state, last *slot, ch feeds.Channel, at spot, f Format) (*slot, error) {
	leave, err := p.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	months, err := p.months(ctx, s, ch.Selector)
	if err != nil {
		return nil, err
	}
	before, after, err := p.neighbours(s, months, at)
	if err != nil {
		return nil, err
	}
	var sel selection
	if sel.stories, sel.tombstones, err = p.o.Archives.Archived(ctx, ch.Selector, at.month, (at.part-1)*archivePart, archivePart); err != nil {
		return nil, fmt.Errorf("select archive of %s: %w", ch.Path, err)
	}
	sel.relations = []relation{{rel: "current"}}
	if before.month != 0 {
		sel.relations = append(sel.relations, relation{"prev-archive", before})
	}
	if after.month != 0 {
		sel.relations = append(sel.relations, relation{"next-archive", after})
	}
	maxAge, control := p.o.MaxAge, &p.caching
	if at.month <= s.closed {
		maxAge, control = max(maxAge, p.o.ArchiveMaxAge), &p.lasting
	}
	fingerprint := sel.archiveFingerprint(s.catalogue)
	if last != nil && last.fingerprint == fingerprint && last.doc.MaxAge == maxAge {
		return last.at(s.generation), nil
	}
	ch.Limit = p.o.Limit
	made := p.compose(ch, s.catalogue, sel)
	made.at, made.writer.Archive = at, true
	made.feed.Generator, made.feed.TTL = generatorName, archiveTTL
	var b bytes.Buffer
	if err := made.write(&b, p, ch, f); err != nil {
		return nil, fmt.Errorf("render archive of %s %s.%s: %w", ch.Path, at.month, f, err)
	}
	if last != nil && last.doc.MaxAge != maxAge {
		last = nil // the same bytes may stay in caches for longer now
	}
	return p.newSlot(ctx, s, last, p.documentKey(ch, at, f), fingerprint, &Document{Body: b.Bytes(), ContentType: f.contentType(),
		MaxAge: maxAge, Stories: made.stories, caching: control, keys: p.purgeKeys(ch, sel)})
}

// archiveFingerprint also sees what retention took out of versions that stay the same.
func (s selection) archiveFingerprint(c *catalogue) uint64 {
	h := xxhash.New()
	hashInt(h, int64(s.fingerprint(c)))
	for i := range s.stories {
		for _, kept := range s.stories[i].Copies {
			hashInt(h, kept.Expired.UnixMilli())
		}
	}
	return h.Sum64()
}

// beyond is the latest archive document that holds a story which a feed does not, the zero
// spot for none.
func (p *Publisher) beyond(ctx context.Context, s *state, ch feeds.Channel, shown []feeds.Story) (spot, error) {
	months, err := p.months(ctx, s, ch.Selector)
	if err != nil {
		return spot{}, err
	}
	ids := make(map[string]bool, len(shown))
	for i := range shown {
		ids[shown[i].ID] = true
	}
	for i := len(months) - 1; i >= 0; i-- {
		m := months[i]
		for part := parts(m); part > 0; part-- {
			at := spot{month: m.Month, part: part}
			if min(m.Stories-(part-1)*archivePart, archivePart) > len(shown) {
				return at, nil // more than could be in it
			}
			held, err := p.o.Archives.ArchiveIDs(ctx, ch.Selector, m.Month, (part-1)*archivePart, archivePart)
			if err != nil {
				return spot{}, fmt.Errorf("look up archive: %w", err)
			}
			if slices.ContainsFunc(held, func(id string) bool { return !ids[id] }) {
				return at, nil
			}
		}
	}
	return spot{}, nil
}

// shelved are the months of a channel, and the one under way if the last closed archive
// leads to it.
func (p *Publisher) shelved(ctx context.Context, ch feeds.Channel) ([]feeds.ArchiveMonth, error) {
	months, err := p.Months(ctx, ch)
	if err != nil || len(months) == 0 {
		return nil, err
	}
	s, err := p.current(ctx)
	if err != nil {
		return nil, err
	}
	out := months
	if first := months[0].Month; s.closed != 0 {
		for m := s.together.Next(); m <= p.underWay(s); m = m.Next() {
			if m > first && !slices.ContainsFunc(months, func(kept feeds.ArchiveMonth) bool { return kept.Month == m }) {
				out = append(out, feeds.ArchiveMonth{Month: m})
			}
		}
	}
	return out, nil
}

// ShelveArchives writes the archives of channels onto a static shelf: every document of
// every month, in three formats. Those of closed months are the same bytes each time.
func (p *Publisher) ShelveArchives(ctx context.Context, channels []feeds.Channel, emit func(name string, body []byte) error) error {
	for _, ch := range channels {
		months, err := p.shelved(ctx, ch)
		if err != nil {
			return err
		}
		for _, m := range months {
			for part := 1; part <= parts(m); part++ {
				for _, f := range documentFormats {
					if err := ctx.Err(); err != nil {
						return fmt.Errorf("stop: %w", err)
					}
					doc, err := p.Archive(ctx, ch, m.Month, part, f)
					if err != nil {
						return err
					}
					if doc.Stale {
						return fmt.Errorf("make archive %s of %s: the store cannot be read", m.Month, ch.Path)
					}
					if err := emit("feeds/"+p.addressAt(ch, spot{month: m.Month, part: part}).path+"."+string(f), doc.Body); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}
