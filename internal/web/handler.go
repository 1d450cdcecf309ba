package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/singleflight"

	"tributary/feeds"
	"tributary/internal/publish"
)

// Options are what a Handler is made of. Store, Publisher, Counts, Sources,
// Taxonomy and BaseURL are required; the rest has defaults.
type Options struct {
	Store     Store
	Publisher Publisher
	// Counts says how many standing stories each term selects. Terms without any
	// are absent.
	Counts func(ctx context.Context) (map[feeds.Term]int, error)
	// Sources lists the catalogue, sources on trial and retired ones too.
	Sources func(ctx context.Context) ([]SourceStatus, error)
	Ready   []Check
	// Notes are conditions that /readyz tells without being unready for them.
	Notes []Check
	// Hubs hears what WebSub hubs say; nil: there are no callbacks.
	Hubs Hubs
	// TopicHub takes requests of subscribers to our feeds; nil: there is no hub of ours.
	TopicHub TopicHub
	// Desk explains labels and takes corrections of them, Records are what was said
	// before. Both or neither: without them pages explain nothing and there is no API.
	Desk    Desk
	Records Records
	// Newsletters are the digests; nil: there are none.
	Newsletters  Newsletters
	Editors      []Editor // who may correct labels
	Headquarters string   // the office whose editors may correct every story
	Taxonomy     *feeds.Taxonomy
	// Precedence chooses among several copies in the language that a reader prefers; nil:
	// the first seen.
	Precedence publish.Precedence
	Offices    []feeds.Office
	// Saved are the channels that offices keep under names of their own.
	Saved []feeds.SavedChannel

	BaseURL    string            // absolute, as readers reach us; its path prefixes our links
	Title      map[string]string // of the installation, by language
	Disclaimer map[string]string // at the foot of every page, by language
	Contact    string            // e-mail address or URL of those who run the installation
	Fetcher    Fetcher
	// SensitiveTopics are those whose stories are shown without pictures.
	SensitiveTopics []string
	Version         string
	Metrics         *prometheus.Registry
	Log             *slog.Logger
	Now             func() time.Time
}

// Handler is the public door. It is an http.Handler, safe for concurrent use, and
// renders the pages of the static shelf.
type Handler struct {
	o         Options
	links     links
	names     names
	printers  map[string]*printer
	templates *templates
	assets    map[string]asset
	pages     *lru.Cache[string, *rendered]
	flight    singleflight.Group
	counters  *counters
	metrics   http.Handler
	log       *slog.Logger
	now       func() time.Time
	mux       *http.ServeMux
	pictures  *publish.Pictures
	gate      *gate
	// embedPolicy is the Content-Security-Policy of embeds, which other sites may frame.
	embedPolicy []string
}

// cachedPages bounds the rendered pages kept in memory; a page is 5 to 100 KB.
const cachedPages = 256

// New builds the door; nothing is asked of the store before the first request.
func New(o Options) (*Handler, error) {
	if o.Store == nil || o.Publisher == nil || o.Counts == nil || o.Sources == nil || o.Taxonomy == nil || o.BaseURL == "" {
		return nil, errors.New("build web handler: Store, Publisher, Counts, Sources, Taxonomy and BaseURL are required")
	}
	if (o.Desk == nil) != (o.Records == nil) {
		return nil, errors.New("build web handler: Desk and Records belong together")
	}
	if o.Metrics == nil {
		o.Metrics = prometheus.NewRegistry()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	h := &Handler{o: o, names: newNames(o.Taxonomy, o.Offices), log: o.Log, now: o.Now, pictures: publish.NewPictures(o.Taxonomy, o.SensitiveTopics)}
	h.embedPolicy = embedPolicy()
	var err error
	if h.links, err = newLinks(o.BaseURL); err != nil {
		return nil, fmt.Errorf("build web handler: base URL: %w", err)
	}
	if h.printers, err = loadPrinters(); err != nil {
		return nil, fmt.Errorf("build web handler: %w", err)
	}
	if h.assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("build web handler: %w", err)
	}
	if h.templates, err = loadTemplates(h.printers); err != nil {
		return nil, fmt.Errorf("build web handler: %w", err)
	}
	if h.counters, err = newCounters(o.Metrics); err != nil {
		return nil, fmt.Errorf("build web handler: %w", err)
	}
	if h.pages, err = lru.New[string, *rendered](cachedPages); err != nil {
		return nil, fmt.Errorf("build web handler: page cache: %w", err)
	}
	h.metrics = promhttp.HandlerFor(o.Metrics, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelError)})
	if h.gate, err = newGate(o.Editors, o.Now); err != nil {
		return nil, fmt.Errorf("build web handler: %w", err)
	}
	h.mux = h.routes()
	return h, nil
}

func (h *Handler) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", h.front)
	mux.HandleFunc("/feeds", h.index)
	mux.HandleFunc("/feeds.opml", h.opml)
	mux.HandleFunc("/feeds/{path...}", h.feed)
	mux.HandleFunc("/embed/{path...}", h.embed)
	mux.HandleFunc("/stories/{id}", h.story)
	mux.HandleFunc("/sources", h.sources)
	mux.HandleFunc("/about", h.about)
	mux.HandleFunc("/about/fetcher", h.aboutFetcher)
	h.routeNewsletters(mux)
	h.routeAPI(mux)
	mux.HandleFunc("/static/{name}", h.static)
	mux.HandleFunc("/robots.txt", h.robots)
	mux.HandleFunc("/healthz", h.healthz)
	mux.HandleFunc("/readyz", h.readyz)
	mux.HandleFunc("/metrics", h.serveMetrics)
	if h.o.Hubs != nil {
		mux.HandleFunc(callbacks+"{token}", h.hub)
	}
	if h.o.TopicHub != nil {
		mux.HandleFunc(hubPath, h.topicHub)
	}
	mux.HandleFunc("/", h.notFound)
	return mux
}
