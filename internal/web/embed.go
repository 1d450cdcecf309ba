package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tributary/feeds"
	"tributary/internal/publish"
)

// An embed is the newest stories of a feed as HTML for other sites: a fragment that their
// server includes (/embed/PATH.html), or a document for a frame (/embed/PATH.frame.html).
// Neither holds a script or asks anybody for anything, and both say nothing of what they
// should look like: the fragment takes the site's own style.

// Stories in an embed when the address does not say, and at most.
const (
	embedStories = 10
	embedMost    = 50
)

// frameEnding is how the address of a document for a frame ends.
const frameEnding = ".frame"

// frameStyle is all that a frame's document looks by; its policy allows this text alone.
const frameStyle = `:root{color-scheme:light dark}body{margin:.5rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}` +
	`h1{font-size:1.1rem;margin:0 0 .5rem}ul{list-style:none;margin:0;padding:0}li{margin:0 0 .75rem}` +
	`small{display:block;font-size:.875rem}a{display:inline-block;min-height:1.5rem}p{margin:0 0 .5rem}`

// embedView is what an embed shows.
type embedView struct {
	Lang    string
	Title   string
	Page    string // the feed's page
	Feed    string // its Atom feed
	Stories []embedItem
	Ended   string // of a retired channel
	Next    anchor
	Framed  bool // a document of its own
	Style   template.CSS
}

type embedItem struct {
	storyItem
	Link    string // absolute
	Foreign bool   // not IOM's: the kind of publisher is named
}

// embedPolicy allows every site to frame the answer, and the answer nothing but its own
// style.
func embedPolicy() []string {
	sum := sha256.Sum256([]byte(frameStyle))
	return []string{"default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors *"}
}

// embed answers with an embed. Its words are in the language that ?lang= names, else in
// that of the feed: what a site includes must not change with who visits it first.
func (h *Handler) embed(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header["Content-Security-Policy"] = h.embedPolicy
	header.Del("X-Frame-Options")
	header.Del("Cross-Origin-Opener-Policy")
	header["Access-Control-Allow-Origin"] = headerAny
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	header.Set("X-Robots-Tag", "noindex")
	path, ok := strings.CutSuffix(r.PathValue("path"), ".html")
	if !ok {
		plain(w, http.StatusNotFound, "The address of an embed is that of a feed's page, with embed in place of feeds: it ends in .html.")
		return
	}
	path, framed := strings.CutSuffix(path, frameEnding)
	query, _ := tidyFilters(r.URL.Query())
	asked := r.URL.Query().Get("lang")
	if asked != "" && h.printers[asked] == nil {
		plain(w, http.StatusBadRequest, "The words of an embed are to be had in these languages (lang): "+strings.Join(h.languages(), ", "))
		return
	}
	ch, _, err := h.o.Publisher.Parse(path+"."+string(publish.FormatHTML), query)
	if moved := new(publish.Moved); errors.As(err, &moved) {
		h.movedEmbed(w, r, moved.Path, framed)
		return
	}
	if err != nil {
		h.refuse(w, r, path+".html", err)
		return
	}
	if query.Get("limit") == "" {
		ch.Limit = embedStories
	}
	ch.Limit = min(ch.Limit, embedMost)
	v := h.embedViewer(ch, asked, links{base: h.links.base, prefix: h.links.prefix})
	ctx, cancel := context.WithTimeout(r.Context(), renderWithin)
	defer cancel()
	key := fmt.Sprintf("embed %s %t %s", v.p.lang, framed, h.o.Publisher.Address(ch, publish.FormatHTML))
	out, err := h.kept(ctx, key, func(ctx context.Context, version int64) (*rendered, error) {
		body, err := v.embedding(ctx, ch, framed)
		if err != nil {
			return nil, err
		}
		made, err := h.pack(body, http.StatusOK, v.p.lang, version)
		if made != nil {
			made.vary = "Accept-Encoding"
		}
		return made, err
	})
	if err != nil {
		h.refuse(w, r, path+".html", err)
		return
	}
	h.write(w, r, out)
}

func (h *Handler) movedEmbed(w http.ResponseWriter, r *http.Request, path string, framed bool) {
	to := h.links.prefix + "/embed/" + escapePath(path)
	if framed {
		to += frameEnding
	}
	w.Header().Set("Cache-Control", "public, max-age=86400")
	http.Redirect(w, r, to+".html"+mark(r.URL.RawQuery), http.StatusMovedPermanently)
}

// languages are those of our own words.
func (h *Handler) languages() []string {
	out := make([]string, 0, len(h.printers))
	for lang := range h.printers {
		out = append(out, lang)
	}
	slices.Sort(out)
	return out
}

// embedViewer reads in the language that was asked for, else in the feed's, English when
// we have no words in it.
func (h *Handler) embedViewer(ch feeds.Channel, asked string, l links) *viewer {
	lang := "en"
	for _, candidate := range []string{asked, ch.Language} {
		if candidate != "" && h.printers[candidate] != nil {
			lang = candidate
			break
		}
	}
	return h.viewerIn(lang, l, "")
}

// embedding makes a fragment, or the document for a frame.
func (v *viewer) embedding(ctx context.Context, ch feeds.Channel, framed bool) ([]byte, error) {
	sources, err := v.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	stories, err := v.storyList(ctx, ch.Selector, pageLimit(ch.Limit), sources, v.readers(publish.Preference(&ch)))
	if err != nil {
		return nil, err
	}
	saved := v.h.savedBy(ch.Saved)
	if saved != nil {
		stories = before(stories, saved, v.h.now())
	}
	feed := ch
	if feed.Limit = 0; saved != nil { // the links lead to the whole feed
		feed.Limit = saved.Limit
	}
	view := embedView{Lang: v.p.lang, Title: v.embedTitle(ch, sources), Framed: framed, Style: frameStyle,
		Page: v.h.o.Publisher.Address(feed, publish.FormatHTML), Feed: v.h.o.Publisher.Address(feed, publish.FormatAtom)}
	for _, s := range stories {
		item := embedItem{storyItem: s, Link: s.Original, Foreign: s.Kind != feeds.KindIOM}
		if item.Link == "" {
			item.Link = v.l.absolute(strings.TrimPrefix(s.Href, v.l.prefix))
		}
		view.Stories = append(view.Stories, item)
	}
	if saved != nil {
		if said := v.saved(saved, sources); said.Ended != "" {
			view.Ended, view.Next = said.Ended, said.Next
			if strings.HasPrefix(view.Next.Href, "/") {
				view.Next.Href = v.l.absolute(strings.TrimPrefix(view.Next.Href, v.l.prefix))
			}
		}
	}
	name := "fragment"
	if framed {
		name = "frame"
	}
	t := v.h.templates.byName["embed."+v.p.lang]
	if t == nil {
		return nil, fmt.Errorf("render embed: no template in %s", v.p.lang)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, view); err != nil {
		return nil, fmt.Errorf("render embed: %w", err)
	}
	return b.Bytes(), nil
}

// embedTitle names the feed as its page does, filters included.
func (v *viewer) embedTitle(ch feeds.Channel, sources map[string]SourceStatus) string {
	address, err := url.Parse(v.h.o.Publisher.Address(ch, publish.FormatHTML))
	if err != nil {
		return ch.Title
	}
	path := strings.TrimSuffix(strings.TrimPrefix(address.Path, v.l.prefix+"/feeds/"), ".html")
	title := v.channelName(path, ch, sources)
	v.query = address.Query()
	for _, f := range v.filters(path, sources) {
		title += ", " + f.Name
	}
	return capital(title)
}
