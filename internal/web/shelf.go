package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"

	"tributary/feeds"
)

// RenderShelf writes the pages of a static host, in the default language: the index,
// the page of each channel, of each story that stands, and what they look like. Links
// stay within the base URL and name files, so that nothing has to answer them.
func (h *Handler) RenderShelf(ctx context.Context, channels []feeds.Channel, stories []string, emit func(name string, body []byte) error) error {
	v := h.viewerIn(uiLanguages[0].String(), h.links, "")
	v.l.shelf = true
	var err error
	if v.sources, err = h.sourceMap(ctx); err != nil {
		return err
	}
	v.shelf = make(map[string]bool, len(channels))
	for _, ch := range channels {
		v.shelf[ch.Path] = true
	}
	write := func(name string, build func() (*page, error)) error {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stop: %w", err)
		}
		v.path = "/" + name
		pg, err := build()
		var moved *errMoved
		if errors.Is(err, feeds.ErrNotFound) || errors.As(err, &moved) || (pg != nil && pg.Status == http.StatusGone) {
			return nil // withdrawn or moved since the feeds were made
		}
		if err != nil {
			return fmt.Errorf("make %s: %w", name, err)
		}
		body, err := h.execute(pg)
		if err != nil {
			return err
		}
		return emit(name, body)
	}
	if err := write("index.html", func() (*page, error) { return v.frontPage(ctx) }); err != nil {
		return err
	}
	for _, ch := range channels {
		if err := write("feeds/"+ch.Path+".html", func() (*page, error) { return v.feedPage(ctx, ch.Path, ch) }); err != nil {
			return err
		}
	}
	for i := range h.o.Saved {
		for _, former := range h.o.Saved[i].Former {
			to := string(savedKind) + "/" + h.o.Saved[i].Slug
			if !v.shelf[to] {
				continue
			}
			body, err := v.movedPage(to)
			if err != nil {
				return err
			}
			if err := emit("feeds/"+string(savedKind)+"/"+former+".html", body); err != nil {
				return err
			}
		}
	}
	for _, ch := range channels {
		if err := v.shelveEmbeds(ctx, ch, emit); err != nil {
			return err
		}
	}
	for _, id := range stories {
		if err := write("stories/"+id+".html", func() (*page, error) { return v.storyPage(ctx, id) }); err != nil {
			return err
		}
	}
	for name, a := range h.assets {
		if err := emit("static/"+name, a.body); err != nil {
			return err
		}
	}
	return nil
}

// shelveEmbeds writes the fragment and the frame of a channel.
func (v *viewer) shelveEmbeds(ctx context.Context, ch feeds.Channel, emit func(name string, body []byte) error) error {
	ch.Limit = embedStories
	ev := v.h.embedViewer(ch, "", v.l)
	ev.sources, ev.shelf = v.sources, v.shelf
	for _, framed := range []bool{false, true} {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stop: %w", err)
		}
		name := "embed/" + ch.Path
		if framed {
			name += frameEnding
		}
		body, err := ev.embedding(ctx, ch, framed)
		if err != nil {
			return fmt.Errorf("make %s: %w", name, err)
		}
		if err := emit(name+".html", body); err != nil {
			return err
		}
	}
	return nil
}

// movedPage leads on from the former address of a channel where no server redirects.
func (v *viewer) movedPage(path string) ([]byte, error) {
	var b bytes.Buffer
	if err := v.h.templates.byName["embed."+v.p.lang].ExecuteTemplate(&b, "moved", v.l.absolute("/feeds/"+path+".html")); err != nil {
		return nil, fmt.Errorf("render page of a former address: %w", err)
	}
	return b.Bytes(), nil
}
