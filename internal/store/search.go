package store

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/feeds"
)

// IndexPending brings the search index and the archives up to date for stories that changed since they
// were indexed, at most limit of them, those that changed first before the others. It
// returns how many it was; 0 says that nothing is left. Any number of processes may
// call it at once: at worst they do the same work.
func (db *DB) IndexPending(ctx context.Context, limit int) (n int, err error) {
	var pending []string
	versions := map[string]int64{}
	var stories []feeds.Story
	err = db.view(ctx, func(r runner) error {
		err := r.query(ctx, func(scan func(...any) error) error {
			var id string
			var version int64
			err := scan(&id, &version)
			pending = append(pending, id)
			versions[id] = version
			return err
		}, `SELECT id, version FROM story WHERE indexed < version ORDER BY version, id LIMIT $1`, limit)
		if err != nil {
			return err
		}
		stories, err = load(ctx, r, pending, publishedCopies)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("index stories: %w", err)
	}
	if len(pending) == 0 {
		return 0, nil
	}
	// Reading and folding is the work, and happens without holding anybody up.
	// Stories of which nothing is published any more are found by no word.
	content := make([]storyWords, 0, len(pending))
	shown := make(map[string]bool, len(stories))
	for i := range stories {
		shown[stories[i].ID] = true
		content = append(content, storyWords{id: stories[i].ID, words: indexWords(searchText(&stories[i]))})
	}
	for _, id := range pending {
		if !shown[id] {
			content = append(content, storyWords{id: id})
		}
	}
	err = db.transact(ctx, false, func(r runner) error {
		if err := db.dialect.index(ctx, r, content); err != nil {
			return err
		}
		// The version before the stories, as a commit does it: on PostgreSQL each would
		// wait for the other's rows otherwise. It counts because searches may find
		// something else now.
		version, err := bump(ctx, r)
		if err != nil {
			return err
		}
		if err := db.archive(ctx, r, version, pending, stories); err != nil {
			return err
		}
		for _, id := range pending {
			// A story that changed meanwhile has a higher version and stays pending.
			if _, err := r.exec(ctx, `UPDATE story SET indexed = $1 WHERE id = $2 AND indexed < $3`,
				versions[id], id, versions[id]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("index stories: %w", err)
	}
	return len(pending), nil
}

// searchText is what a story is found by: titles and texts of its copies.
func searchText(s *feeds.Story) string {
	var b strings.Builder
	for i := range s.Copies {
		e := &s.Copies[i].Entry
		b.WriteString(e.Title)
		b.WriteByte('\n')
		writeText(&b, e.Summary)
		writeText(&b, e.Content)
		if b.Len() > indexedBytes {
			break
		}
	}
	return b.String()
}

// writeText writes the words of a sanitised fragment of HTML; tags part words.
func writeText(b *strings.Builder, fragment string) {
	if !strings.ContainsAny(fragment, "<&") {
		b.WriteString(fragment)
		b.WriteByte('\n')
		return
	}
	z := html.NewTokenizer(strings.NewReader(fragment))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end: nothing else can be wrong with text in memory
			b.WriteByte('\n')
			return
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if !withinWords(atom.Lookup(name)) {
				b.WriteByte('\n')
			}
		}
	}
}

// withinWords says whether an element may stand in the middle of a word.
func withinWords(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Abbr, atom.B, atom.Em, atom.I, atom.Mark, atom.S, atom.Small, atom.Span, atom.Strong,
		atom.U, atom.Wbr:
		return true
	}
	return false
}
