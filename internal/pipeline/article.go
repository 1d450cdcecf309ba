package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"tributary/feeds/read"
	"tributary/internal/fetch"
	"tributary/internal/sites"
)

const (
	articlesAtOnce = 20   // pages of entries read in one pull of one source
	articleEnough  = 2000 // bytes of text from which on an entry is no teaser
	articleTimes   = 3    // failures in a row after which the rest of the pull goes without
)

// fullText reads the pages of the batch's entries, where the source asks for it, and
// gives the entries their whole text: for labels and grouping, and kept, so that it
// can be republished as far as the source's permission goes. It gives its processor
// slot back while it waits. What cannot be read is a problem and no failure.
func (r *run) fullText(ctx context.Context, b *batch) {
	if len(b.items) == 0 {
		return
	}
	<-r.cpu
	defer func() { r.cpu <- struct{}{} }()
	asked, failed, inARow, left := 0, 0, 0, 0
	var why error
	pages := make(map[string]int, len(b.items)) // how many entries link one page
	for i := range b.items {
		pages[b.items[i].URL]++
	}
	postponed := map[int64]bool{}
	for i := range b.items {
		it := &b.items[i]
		if pages[it.URL] > 1 { // a page about several is the text of none
			continue
		}
		if it.entry.Link == "" || len(it.text) >= articleEnough && it.entry.Title != "" {
			continue
		}
		if asked == articlesAtOnce || inARow == articleTimes || ctx.Err() != nil {
			left++
			continue
		}
		asked++
		article, err := r.article(ctx, b.source.ID, it.entry.Link)
		if err != nil {
			failed++
			inARow++
			why = err
			if !it.fresh && passing(err) {
				postponed[it.ID] = true
			}
			continue
		}
		inARow = 0
		r.fill(b, it, article)
	}
	if failed > 0 {
		b.problems = append(b.problems, fmt.Sprintf("The pages of %d entries could not be read; the last because: %.200s", failed, why))
	}
	if len(postponed) > 0 {
		// What is kept has its article, and a teaser must not replace that.
		b.items = slices.DeleteFunc(b.items, func(it item) bool { return postponed[it.ID] })
		b.again = true
		b.problems = append(b.problems, fmt.Sprintf("New versions of %d entries wait for their pages.", len(postponed)))
	}
	if left > 0 {
		b.problems = append(b.problems, fmt.Sprintf("The pages of %d entries were not read: too many at once, or too many failures.", left))
	}
}

// passing says whether a page may well be there at the next pull.
func passing(err error) bool {
	var fe *fetch.Error
	if !errors.As(err, &fe) {
		return false
	}
	return fe.Status >= 500 || fe.Status == http.StatusTooManyRequests || fe.Reason == fetch.ReasonTimeout || fe.Reason == fetch.ReasonNetwork
}

// fill gives the item its article, without personal data like all that is kept. Hash and
// text hash stay those of what the source itself says: by them the next pull knows
// whether that has changed.
func (r *run) fill(b *batch, it *item, a sites.Article) {
	if it.entry.Title == "" {
		it.entry.Title = a.Title
	}
	if it.entry.Language == "" {
		it.entry.Language = a.Language
	}
	whole := it.entry
	if whole.Summary == "" {
		whole.Summary = whole.Content // what the source published stays its summary
	}
	whole.Content = a.Content
	shown, cut := r.Redact.Entry(&b.source, whole)
	text := read.PlainText(shown.Content)
	if len(text) <= len(it.text) { // the teaser says more: a page that is not the article
		it.entry.Title = shown.Title
		return
	}
	if cut.Any() || it.original != nil {
		said := whole
		if it.original != nil { // its own words as they were, too
			said.Title, said.Summary = first(it.original.Title, whole.Title), first(it.original.Summary, it.original.Content)
		}
		it.original = &said
	}
	it.cut.Add(cut)
	b.cut.Add(cut)
	it.entry, it.text = shown, text
}

// article asks for one page.
func (r *run) article(ctx context.Context, sourceID, address string) (sites.Article, error) {
	if err := r.allowed(ctx, address); err != nil {
		return sites.Article{}, err
	}
	if r.Robots != nil {
		wait, ok := r.Robots.turn(ctx, address)
		if !ok {
			return sites.Article{}, fmt.Errorf("%w asks for longer pauses than a pull can make", errRobots)
		}
		if err := r.pause(ctx, wait); err != nil {
			return sites.Article{}, err
		}
	}
	response, err := r.Fetch.Get(ctx, fetch.Request{URL: address, Source: sourceID})
	if err != nil {
		return sites.Article{}, err
	}
	defer response.Release()
	return sites.ReadArticle(sites.Document{Body: response.Body, ContentType: response.ContentType, URL: response.URL})
}

// pause waits, with the clock of the Puller when it has one to wait by.
func (p *Puller) pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	if p.Pause != nil {
		return p.Pause(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
