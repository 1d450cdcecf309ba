package publish

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tributary/feeds"
)

// Bounds on what an address may ask for.
const (
	maxPath       = 300
	maxTerms      = 50  // as written
	maxExpanded   = 180 // with the countries of regions
	maxQueryBytes = 200
	maxQueryWords = 12
)

// parameters are the known ones, as errors list them.
var parameters = []string{"country", "region", "topic", "language", "office", "source", "kind", "q", "limit", "page"}

// Parse reads an address below /feeds/: a path such as "country/ly.atom" and its
// filters. Filters stand beside the path's own term: a comma is OR, parameters are
// AND, a parameter that is given twice is the same as a comma, and an empty one says
// nothing. The channel's selector names the countries of its regions and can be given
// to the store as it is.
//
// The error is an *Invalid when the address is at fault, and the catalogue's error
// when nothing is known of sources yet.
func (p *Publisher) Parse(path string, query url.Values) (feeds.Channel, Format, error) {
	s, err := p.current(context.Background())
	if s == nil || s.catalogue == nil {
		return feeds.Channel{}, "", err
	}
	ch, at, format, err := p.parse(s.catalogue, path, query)
	if err == nil && at != (spot{}) {
		return feeds.Channel{}, "", errNoArchivePage
	}
	return ch, format, err
}

// Addresses of documents that a channel does not have.
var (
	errNoArchivePage = &Invalid{Parameter: "path", Status: http.StatusNotFound,
		sentence: "Archives and further pages of a search are for programs: their addresses end in .atom, .rss or .json."}
	errSearched = &Invalid{Parameter: "q", Status: http.StatusBadRequest,
		sentence: "A search has pages and no archives: leave the month out, and follow rel=next."}
)

// parse is Parse for every document of a channel.
func (p *Publisher) parse(c *catalogue, path string, query url.Values) (feeds.Channel, spot, Format, error) {
	ch, at, format, err := p.read(c, path, query)
	switch {
	case err != nil:
		return feeds.Channel{}, spot{}, "", err
	case at != (spot{}) && format == FormatHTML:
		return feeds.Channel{}, spot{}, "", errNoArchivePage
	case at.month != 0 && ch.Selector.Query != "":
		return feeds.Channel{}, spot{}, "", errSearched
	}
	return ch, at, format, nil
}

func (p *Publisher) read(c *catalogue, path string, query url.Values) (ch feeds.Channel, at spot, format Format, err error) {
	if len(path) > maxPath {
		return ch, at, "", &Invalid{Parameter: "path", Status: http.StatusNotFound}
	}
	dot := strings.LastIndexByte(path, '.')
	if dot < 0 {
		return ch, at, "", unknownFormat("")
	}
	format = Format(path[dot+1:])
	if format.MediaType() == "" {
		return ch, at, "", unknownFormat(string(format))
	}
	path = path[:dot]
	if p.o.Archives != nil {
		path, at, _ = cutSpot(path)
	}
	ch = feeds.Channel{Path: "all", Limit: p.o.Limit}
	if err := p.path(c, &ch, path); err != nil {
		if moved := (*Moved)(nil); errors.As(err, &moved) { // and its archives with it
			moved.Path = address{path: moved.Path}.follow(at).path
		}
		return ch, at, "", err
	}
	if err := p.filter(c, &ch, query); err != nil {
		return ch, at, "", err
	}
	if at.page, err = p.readPage(&ch, query["page"]); err != nil {
		return ch, at, "", err
	}
	ch.Selector = ch.Selector.Canonical()
	ch.Language = channelLanguage(ch.Selector, ch.Prefer)
	ch.Title = p.title(ch, c)
	return ch, at, format, nil
}

// path makes the channel that a path stands for, before its filters.
func (p *Publisher) path(c *catalogue, ch *feeds.Channel, path string) error {
	if slug, ok := strings.CutPrefix(path, string(channelKind)+"/"); ok && !strings.Contains(slug, "/") {
		return p.savedAt(c, ch, slug)
	}
	term, err := pathTerm(c.vocab, path)
	if err != nil || term.Kind == "" {
		return err
	}
	ch.Path = termPath(term)
	if term.Kind == feeds.TermLanguage {
		ch.Prefer = []string{term.Value}
	}
	ch.Selector.All = append(ch.Selector.All, expand([]feeds.Term{term}, p.o.Taxonomy))
	return nil
}

func unknownFormat(value string) *Invalid {
	e := &Invalid{Parameter: "format", Value: value, Status: http.StatusNotFound,
		Valid: []string{string(FormatAtom), string(FormatRSS), string(FormatJSON), string(FormatHTML)}}
	if value == "" {
		e.sentence = "The address of a feed ends in its format, such as .atom."
	}
	return e
}

// pathTerm is what a path stands for; the zero Term for everything.
func pathTerm(v vocabulary, path string) (feeds.Term, error) {
	if path == "all" {
		return feeds.Term{}, nil
	}
	kind, value, found := strings.Cut(path, "/")
	switch {
	case !found:
		return feeds.Term{}, &Invalid{Parameter: "path", Status: http.StatusNotFound}
	case kind == string(channelKind) && strings.Contains(value, "/"):
		return feeds.Term{}, &Invalid{Parameter: "path", Status: http.StatusNotFound, sentence: "There is no archive at this address."}
	case !slices.Contains(pathKinds, feeds.TermKind(kind)):
		return feeds.Term{}, &Invalid{Parameter: "path", Status: http.StatusNotFound,
			sentence: fmt.Sprintf("There are no feeds by %s. There are by country, region, topic, language, office, source and channel.", strconv.Quote(brief(kind)))}
	case strings.Contains(value, "/"):
		return feeds.Term{}, &Invalid{Parameter: "path", Status: http.StatusNotFound, sentence: "There is no archive at this address."}
	}
	t, ok := v.term(feeds.TermKind(kind), value)
	if !ok {
		return feeds.Term{}, v.unknown(kind, value, http.StatusNotFound)
	}
	return t, nil
}

func (v vocabulary) term(kind feeds.TermKind, value string) (feeds.Term, bool) {
	canonical, ok := v[kind].values[strings.ToLower(value)]
	return feeds.Term{Kind: kind, Value: canonical}, ok
}

func (v vocabulary) unknown(kind, value string, status int) *Invalid {
	f := v[feeds.TermKind(kind)]
	return &Invalid{Parameter: kind, Value: value, Valid: f.suggest(value), Total: len(f.forms), Status: status}
}

// filter adds the parameters to a channel.
func (p *Publisher) filter(c *catalogue, ch *feeds.Channel, query url.Values) error {
	written, expanded := 0, 0
	for _, group := range ch.Selector.All {
		written, expanded = written+1, expanded+len(group)
	}
	for _, key := range slices.Sorted(maps.Keys(query)) {
		switch {
		case !slices.Contains(parameters, key):
			return &Invalid{Parameter: key, Valid: parameters, Status: http.StatusBadRequest}
		case key == "page": // read when the rest is known
		case key == "q":
			words, err := searchWords(query[key])
			if err != nil {
				return err
			}
			ch.Selector.Query = strings.TrimSpace(ch.Own.Query + " " + words)
		case key == "limit":
			if err := p.limit(ch, query[key]); err != nil {
				return err
			}
		default:
			group, err := readGroup(c.vocab, key, query[key])
			if err != nil {
				return err
			}
			if len(group) == 0 {
				continue
			}
			if key == string(feeds.TermLanguage) {
				ch.Prefer = nil // what is asked for in words goes before the path's language
				for _, t := range group {
					ch.Prefer = append(ch.Prefer, t.Value)
				}
			}
			written += len(group)
			group = expand(group, p.o.Taxonomy)
			expanded += len(group)
			ch.Selector.All = append(ch.Selector.All, group)
		}
		if written > maxTerms || expanded > maxExpanded {
			return &Invalid{Parameter: key, Value: strings.Join(query[key], ","), Status: http.StatusBadRequest,
				sentence: fmt.Sprintf("A feed can be selected by %d values at most, and by %d with the countries of its regions.", maxTerms, maxExpanded)}
		}
	}
	return nil
}

// readGroup reads the values of one parameter. It stops early when there are too many,
// which filter then says.
func readGroup(v vocabulary, key string, values []string) ([]feeds.Term, error) {
	var group []feeds.Term
	for _, list := range values {
		for value := range strings.SplitSeq(list, ",") {
			if value = strings.TrimSpace(value); value == "" {
				continue
			}
			t, ok := v.term(feeds.TermKind(key), value)
			if !ok {
				return nil, v.unknown(key, value, http.StatusBadRequest)
			}
			if !slices.Contains(group, t) {
				group = append(group, t)
			}
			if len(group) > maxTerms {
				return group, nil
			}
		}
	}
	return group, nil
}

// searchWords tidies what somebody searches for; case does not matter to a search,
// so it must not make a second document.
func searchWords(values []string) (string, error) {
	text := strings.Join(values, " ")
	words := strings.Fields(strings.ToLower(strings.ToValidUTF8(text, " ")))
	bad := func(sentence string) error {
		return &Invalid{Parameter: "q", Value: text, Status: http.StatusBadRequest, sentence: sentence}
	}
	joined := strings.Join(words, " ")
	switch {
	case len(words) == 0 && utf8.ValidString(text): // an empty field of a form
		return "", nil
	case len(words) > maxQueryWords || len(joined) > maxQueryBytes:
		return "", bad(fmt.Sprintf("A search takes %d words and %d bytes at most.", maxQueryWords, maxQueryBytes))
	case strings.ContainsFunc(joined, unicode.IsControl):
		return "", bad("A search takes words, no control characters.")
	case !strings.ContainsFunc(joined, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
		return "", bad("A search needs a letter or a digit.")
	}
	return joined, nil
}

func (p *Publisher) limit(ch *feeds.Channel, values []string) error {
	given := slices.DeleteFunc(slices.Clone(values), func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(given) == 0 {
		return nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(given[0]))
	if err != nil || n < 1 || n > p.o.MaxLimit || len(given) > 1 {
		return &Invalid{Parameter: "limit", Value: strings.Join(given, ","), Status: http.StatusBadRequest,
			sentence: fmt.Sprintf("The limit is one number from 1 to %d.", p.o.MaxLimit)}
	}
	ch.Limit = n
	return nil
}

// channelLanguage is the language of a feed's own texts: that of its stories when the
// selection has one that we speak or names ours first, English otherwise.
func channelLanguage(sel feeds.Selector, prefer []string) string {
	for _, group := range sel.All {
		if len(group) == 1 && group[0].Kind == feeds.TermLanguage && slices.Contains(spokenLanguages, group[0].Value) {
			return group[0].Value
		}
	}
	if len(prefer) > 0 && slices.Contains(spokenLanguages, prefer[0]) {
		return prefer[0]
	}
	return "en"
}
