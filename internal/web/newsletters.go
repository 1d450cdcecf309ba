package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tributary/feeds"
	"tributary/internal/newsletter"
	"tributary/internal/pipeline"
	"tributary/internal/publish"
)

// Newsletters are the digests that offices have made. It is safe for concurrent use.
// *pipeline.Newsletters is one. feeds.ErrNotFound means that there is no such newsletter,
// issue, or token.
type Newsletters interface {
	All() []feeds.Newsletter
	Definition(slug string) (*feeds.Newsletter, error)
	// Edition reads an issue in a language, Editions the latest ones; below bounds their
	// numbers, 0 for none.
	Edition(ctx context.Context, slug string, number int, language string) (newsletter.Edition, error)
	Editions(ctx context.Context, slug, language string, below, limit int) ([]newsletter.Edition, error)
	// Write makes an edition's mail; leave is the address of its way out, or "".
	Write(e *newsletter.Edition, leave string) (newsletter.Mail, error)
	Document(ctx context.Context, slug, language string, f publish.Format) (*publish.Document, error)
	FeedAddress(d *feeds.Newsletter, language string, f publish.Format) string
	// Mailed says whether it is mailed from here to those who subscribe.
	Mailed(d *feeds.Newsletter) bool
	// Pin and Unpin say with which stories the next issue begins. feeds.ErrWithdrawn,
	// feeds.ErrInvalid.
	Pin(ctx context.Context, slug, story, by string) (feeds.Pin, error)
	Unpin(ctx context.Context, slug, story string) error
	Pins(ctx context.Context, slug string) ([]feeds.Pin, error)
	// Subscribe asks by mail whether a subscription is meant; what it returns does not depend
	// on who is subscribed. feeds.ErrInvalid when the address is none.
	Subscribe(ctx context.Context, slug, address, language string) error
	Confirmable(ctx context.Context, token string) (*feeds.Newsletter, error)
	Confirm(ctx context.Context, token string) (*feeds.Newsletter, error)
	Leaving(ctx context.Context, token string) (feeds.Newsletter, error)
	Leave(ctx context.Context, token string) (feeds.Newsletter, error)
}

var _ Newsletters = (*pipeline.Newsletters)(nil)

const (
	newsletterPath = "/newsletters/"
	confirmPath    = newsletterPath + "confirm/"
	leavePath      = newsletterPath + "unsubscribe/"
	maxForm        = 4 << 10 // bytes
	issuesOnPage   = 12
	// Requests to subscribe from one caller: each may send a mail to somebody else.
	// Behind a proxy all callers are one, so there is room for a crowd; what one address is
	// sent is bounded apart.
	subscribeEvery = 3 * time.Second
	subscribeBurst = 20
)

func (h *Handler) routeNewsletters(mux *http.ServeMux) {
	if h.o.Newsletters == nil {
		return
	}
	mux.HandleFunc("/newsletters", h.newsletters)
	mux.HandleFunc(newsletterPath+"{slug}", h.newsletter)
	mux.HandleFunc(newsletterPath+"{slug}/{number}", h.issue)
	mux.HandleFunc(confirmPath+"{token}", h.confirm)
	mux.HandleFunc(leavePath+"{token}", h.leave)
}

// isNewsletterForm tells the addresses that people, and mail programs for them, post to.
func (h *Handler) isNewsletterForm(r *http.Request) bool {
	return h.o.Newsletters != nil && r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, newsletterPath)
}

// secretPath is an address whose end is as secret as a password.
func secretPath(path string) (shown string, secret bool) {
	for _, prefix := range []string{confirmPath, leavePath} {
		if strings.HasPrefix(path, prefix) {
			return prefix + "...", true
		}
	}
	return path, false
}

type newslettersView struct{ List []newsletterItem }

type newsletterItem struct{ Title, Href, Cadence, Office string }

type newsletterView struct {
	Title, Cadence, Office string
	Mailed                 bool
	Action                 string
	Languages              []languageChoice
	Address                string // as it was typed, to be mended
	Wrong                  bool
	Formats                []formatLink
	Issues                 []issueItem
}

type languageChoice struct {
	Tag, Name string
	Chosen    bool
}

type formatLink struct{ Name, Href string }

type issueItem struct {
	Title, Href string
	Made        time.Time
}

// stateView is a page that says how something about a subscription stands, with a button
// where one is to be pressed.
type stateView struct {
	Heading, Text string
	Action        string
	Button        string
	Back          anchor
}

func (h *Handler) newsletters(w http.ResponseWriter, r *http.Request) {
	h.cached(w, r, nil, func(_ context.Context, v *viewer) (*page, error) {
		pg := v.newPage("newsletters", v.p.t("newsletter.all"))
		pg.Summary = v.p.t("newsletter.lead")
		var view newslettersView
		for _, d := range h.o.Newsletters.All() {
			view.List = append(view.List, newsletterItem{Title: feeds.In(d.Title, v.p.lang, d.Slug), Href: v.l.page(newsletterPath+d.Slug, nil),
				Cadence: v.cadence(d.Cadence), Office: h.names.of(v.p, feeds.Term{Kind: feeds.TermOffice, Value: d.Office}, nil)})
		}
		pg.Body = view
		return pg, nil
	})
}

// newsletter is a newsletter's page; posted to, it takes a request to subscribe.
func (h *Handler) newsletter(w http.ResponseWriter, r *http.Request) {
	slug := r.PathValue("slug")
	if r.Method == http.MethodPost {
		h.subscribe(w, r, slug)
		return
	}
	h.cached(w, r, nil, func(ctx context.Context, v *viewer) (*page, error) { return v.newsletterPage(ctx, slug) })
}

func (v *viewer) newsletterPage(ctx context.Context, slug string) (*page, error) {
	n := v.h.o.Newsletters
	d, err := n.Definition(slug)
	if err != nil {
		return nil, err
	}
	language := pipeline.Language(d, v.p.lang)
	editions, err := n.Editions(ctx, slug, language, 0, issuesOnPage)
	if err != nil {
		return nil, err
	}
	title := feeds.In(d.Title, v.p.lang, slug)
	view := newsletterView{Title: title, Cadence: v.cadence(d.Cadence), Office: v.h.names.of(v.p, feeds.Term{Kind: feeds.TermOffice, Value: d.Office}, nil),
		Mailed: n.Mailed(d), Action: v.l.page(newsletterPath+slug, nil)}
	for _, tag := range d.Languages {
		view.Languages = append(view.Languages, languageChoice{tag, capital(v.p.languageName(tag)), tag == language})
	}
	for i := range editions {
		if e := &editions[i]; len(e.Stories) > 0 {
			view.Issues = append(view.Issues, issueItem{e.Subject(), v.l.page(newsletterPath+slug+"/"+strconv.Itoa(e.Number), editionQuery(d, language)), e.Made})
		}
	}
	pg := v.newPage("newsletter", title)
	pg.Summary = title + ". " + view.Cadence
	for _, tag := range d.Languages {
		for _, f := range []publish.Format{publish.FormatAtom, publish.FormatRSS, publish.FormatJSON} {
			href := n.FeedAddress(d, tag, f)
			view.Formats = append(view.Formats, formatLink{formatName(f.MediaType()) + ", " + v.p.languageName(tag), href})
			if tag == language {
				pg.Alternates = append(pg.Alternates, alternate{Type: f.MediaType(), Title: title + " (" + formatName(f.MediaType()) + ")", Href: href})
			}
		}
	}
	pg.Body = view
	return pg, nil
}

func (v *viewer) cadence(c feeds.Cadence) string {
	switch c {
	case feeds.CadenceDaily:
		return v.p.t("newsletter.daily")
	case feeds.CadenceMonthly:
		return v.p.t("newsletter.monthly")
	default:
		return v.p.t("newsletter.weekly")
	}
}

func editionQuery(d *feeds.Newsletter, language string) url.Values {
	if language == d.Languages[0] {
		return nil
	}
	return url.Values{"language": {language}}
}

// subscribe takes the form. Whether the address is known changes nothing of the answer.
func (h *Handler) subscribe(w http.ResponseWriter, r *http.Request, slug string) {
	v := h.viewer(r, nil)
	ctx, cancel := context.WithTimeout(r.Context(), renderWithin)
	defer cancel()
	if !h.ownForm(w, r) {
		return
	}
	if !h.gate.allow("subscribe "+caller(r), subscribeEvery, subscribeBurst) {
		w.Header().Set("Retry-After", "60")
		h.state(w, v, http.StatusTooManyRequests, stateView{Heading: v.p.t("newsletter.too_many"), Text: v.p.t("newsletter.too_many_text"), Back: v.newsletterLink(slug)})
		return
	}
	err := h.o.Newsletters.Subscribe(ctx, slug, r.PostForm.Get("address"), r.PostForm.Get("language"))
	switch {
	case errors.Is(err, feeds.ErrInvalid):
		pg, err := v.newsletterPage(ctx, slug)
		if err != nil {
			h.fail(w, v, err)
			return
		}
		if view, ok := pg.Body.(newsletterView); ok {
			view.Address, view.Wrong = clip(r.PostForm.Get("address"), 254), true
			for i := range view.Languages {
				view.Languages[i].Chosen = view.Languages[i].Tag == r.PostForm.Get("language")
			}
			pg.Body = view
		}
		pg.Title = v.p.t("newsletter.wrong") + " – " + pg.Title
		h.unkept(w, v, http.StatusUnprocessableEntity, pg)
	case err != nil:
		h.fail(w, v, err)
	default:
		h.state(w, v, http.StatusOK, stateView{Heading: v.p.t("newsletter.asked"), Text: v.p.t("newsletter.asked_text"), Back: v.newsletterLink(slug)})
	}
}

// ownForm reads a form that one of our pages has sent; false when it has answered.
func (h *Handler) ownForm(w http.ResponseWriter, r *http.Request) bool {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		plain(w, http.StatusForbidden, "This form belongs to another site. Open our page and send it from there.")
		return false
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		plain(w, http.StatusBadRequest, "This form cannot be read.")
		return false
	}
	return true
}

func (v *viewer) newsletterLink(slug string) anchor {
	d, err := v.h.o.Newsletters.Definition(slug)
	if err != nil {
		return anchor{Href: v.l.page("/newsletters", nil), Text: v.p.t("newsletter.all")}
	}
	return anchor{Href: v.l.page(newsletterPath+slug, nil), Text: feeds.In(d.Title, v.p.lang, slug)}
}

// confirm asks whoever has opened a confirmation to press a button: programs that look
// through mails open every link, and must not subscribe anybody.
func (h *Handler) confirm(w http.ResponseWriter, r *http.Request) {
	v := h.viewer(r, nil)
	ctx, cancel := context.WithTimeout(r.Context(), renderWithin)
	defer cancel()
	token := r.PathValue("token")
	if r.Method == http.MethodPost {
		if !h.ownForm(w, r) {
			return
		}
		d, err := h.o.Newsletters.Confirm(ctx, token)
		if err != nil {
			h.noToken(w, v, err)
			return
		}
		h.state(w, v, http.StatusOK, stateView{Heading: v.p.t("newsletter.confirmed"), Text: v.p.t("newsletter.confirmed_text", "Title", feeds.In(d.Title, v.p.lang, d.Slug)), Back: v.newsletterLink(d.Slug)})
		return
	}
	d, err := h.o.Newsletters.Confirmable(ctx, token)
	if err != nil {
		h.noToken(w, v, err)
		return
	}
	h.state(w, v, http.StatusOK, stateView{Heading: v.p.t("newsletter.confirm"), Text: v.p.t("newsletter.confirm_text", "Title", feeds.In(d.Title, v.p.lang, d.Slug)),
		Action: v.l.page(confirmPath+token, nil), Button: v.p.t("newsletter.confirm_button"), Back: v.newsletterLink(d.Slug)})
}

// leave ends a subscription by a POST, from the page or from a mail program's button
// (RFC 8058), which comes from anywhere; opening the page ends nothing.
func (h *Handler) leave(w http.ResponseWriter, r *http.Request) {
	v := h.viewer(r, nil)
	ctx, cancel := context.WithTimeout(r.Context(), renderWithin)
	defer cancel()
	token := r.PathValue("token")
	if r.Method == http.MethodPost {
		d, err := h.o.Newsletters.Leave(ctx, token)
		if err != nil {
			h.noToken(w, v, err)
			return
		}
		h.state(w, v, http.StatusOK, stateView{Heading: v.p.t("newsletter.left"), Text: v.p.t("newsletter.left_text", "Title", feeds.In(d.Title, v.p.lang, d.Slug)), Back: v.newsletterLink(d.Slug)})
		return
	}
	d, err := h.o.Newsletters.Leaving(ctx, token)
	if err != nil {
		h.noToken(w, v, err)
		return
	}
	h.state(w, v, http.StatusOK, stateView{Heading: v.p.t("newsletter.leave"), Text: v.p.t("newsletter.leave_text", "Title", feeds.In(d.Title, v.p.lang, d.Slug)),
		Action: v.l.page(leavePath+token, nil), Button: v.p.t("newsletter.leave_button"), Back: v.newsletterLink(d.Slug)})
}

// noToken says that a link has had its time.
func (h *Handler) noToken(w http.ResponseWriter, v *viewer, err error) {
	if !errors.Is(err, feeds.ErrNotFound) {
		h.log.Error("answer for a subscription", "error", err)
		plain(w, http.StatusServiceUnavailable, v.p.t("error.unavailable_text"))
		return
	}
	h.state(w, v, http.StatusNotFound, stateView{Heading: v.p.t("newsletter.no_token"), Text: v.p.t("newsletter.no_token_text"),
		Back: anchor{Href: v.l.page("/newsletters", nil), Text: v.p.t("newsletter.all")}})
}

func (h *Handler) state(w http.ResponseWriter, v *viewer, status int, view stateView) {
	pg := v.newPage("subscription", view.Heading)
	pg.Body = view
	h.unkept(w, v, status, pg)
}

// unkept answers with a page that is for one reader and kept nowhere.
func (h *Handler) unkept(w http.ResponseWriter, v *viewer, status int, pg *page) {
	pg.NoIndex, pg.Canonical, pg.Alternates, pg.Status = true, "", nil, status
	body, err := h.execute(pg)
	if err != nil {
		h.fail(w, v, err)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", pg.Lang)
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	writeAll(w, body)
}

// issuePolicy lets an issue look as it does as a mail: styles in its elements, pictures of
// its publishers, and still no script.
const issuePolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// issue is an issue in the browser, just as it is mailed but for the way out.
func (h *Handler) issue(w http.ResponseWriter, r *http.Request) {
	v := h.viewer(r, nil)
	ctx, cancel := context.WithTimeout(r.Context(), renderWithin)
	defer cancel()
	if err := h.gate.anyone(r); err != nil {
		w.Header().Set("Retry-After", "10")
		plain(w, http.StatusTooManyRequests, err.Error())
		return
	}
	number, err := strconv.Atoi(r.PathValue("number"))
	if r.Method == http.MethodPost {
		w.Header().Set("Allow", "GET, HEAD, OPTIONS")
		plain(w, http.StatusMethodNotAllowed, "Only GET and HEAD are answered here.")
		return
	}
	if err != nil || number < 1 || number > 1<<30 {
		h.fail(w, v, feeds.ErrNotFound)
		return
	}
	e, err := h.o.Newsletters.Edition(ctx, r.PathValue("slug"), number, r.URL.Query().Get("language"))
	if err == nil && len(e.Stories) == 0 {
		err = fmt.Errorf("all of it was withdrawn: %w", feeds.ErrNotFound)
	}
	if err != nil {
		h.fail(w, v, err)
		return
	}
	m, err := h.o.Newsletters.Write(&e, "")
	if err != nil {
		h.fail(w, v, err)
		return
	}
	sum := sha256.Sum256([]byte(m.HTML))
	header := w.Header()
	header.Set("Content-Security-Policy", issuePolicy)
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", e.Language)
	header.Set("Cache-Control", "public, max-age=60")
	header.Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	r.Header.Del("Range")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(m.HTML))
}

// newsletterFeed answers below /feeds/newsletter/; path is what follows.
func (h *Handler) newsletterFeed(w http.ResponseWriter, r *http.Request, path string) {
	slug, ext, _ := strings.Cut(path, ".")
	d, err := h.o.Newsletters.Definition(slug)
	query := r.URL.Query()
	language := query.Get("language")
	delete(query, "language")
	f := publish.Format(ext)
	switch {
	case err != nil || f.MediaType() == "":
		valid := make([]string, 0, len(h.o.Newsletters.All()))
		for _, d := range h.o.Newsletters.All() {
			valid = append(valid, d.Slug)
		}
		h.refuse(w, r, path, &publish.Invalid{Parameter: "newsletter", Value: slug, Valid: valid, Status: http.StatusNotFound})
		return
	case f == publish.FormatHTML:
		http.Redirect(w, r, h.links.prefix+newsletterPath+slug, http.StatusMovedPermanently)
		return
	case language != "" && pipeline.Language(d, language) != language:
		h.refuse(w, r, path, &publish.Invalid{Parameter: "language", Value: language, Valid: d.Languages, Status: http.StatusBadRequest})
		return
	case len(query) > 0:
		for key := range query {
			h.refuse(w, r, path, &publish.Invalid{Parameter: key, Valid: []string{"language"}, Status: http.StatusBadRequest})
			return
		}
	}
	doc, err := h.o.Newsletters.Document(r.Context(), slug, language, f)
	if err != nil {
		h.refuse(w, r, path, err)
		return
	}
	publish.Serve(w, r, doc)
}
