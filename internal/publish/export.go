package publish

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"tributary/feeds"
)

// PageRenderer makes the HTML of a static shelf.
type PageRenderer interface {
	// RenderShelf calls emit once for every file of the pages: the index, the page of
	// each channel at feeds/PATH.html, the page of each story at stories/ID.html,
	// style sheets. Names are relative, with slashes. It stops at emit's first error
	// and returns it.
	RenderShelf(ctx context.Context, channels []feeds.Channel, stories []string, emit func(name string, body []byte) error) error
}

// Place is where a static shelf is put: a directory (NewDirectory) or a bucket.
type Place interface {
	fmt.Stringer // its name, for errors
	// Put takes the bytes of a file, relative, with slashes; header says how a server that
	// cannot know shall send it: Content-Type, Content-Encoding, Cache-Control. Readers
	// see it after Finish alone. The same name twice is an error, and so is a file that
	// stands there and is not ours.
	Put(ctx context.Context, name string, header http.Header, body []byte) error
	// Finish shows what was put, each file whole at any moment, and removes our files that
	// were not put again. Files whose bytes are the same stay as they are.
	Finish(ctx context.Context) error
	// Close lets go, and takes back what is not shown; err is what went wrong before.
	Close(err error) error
}

// Gone is the form in which a web server is told which addresses answer 410.
type Gone string

// The forms of Gone; the zero one is none.
const (
	GoneApache Gone = "apache" // .htaccess, mod_alias
	GoneNginx  Gone = "nginx"  // gone.map, to be included in a map of $uri
)

// ShelfOptions say what stands on a shelf beside the channels.
type ShelfOptions struct {
	Pages    PageRenderer // nil: none
	Compress bool         // .gz and .br files beside what they make smaller
	Gone     Gone
	// More writes further documents, such as archives; each is called once, after the
	// channels, and stops at emit's first error.
	More []Further
}

// Further writes documents beside the channels.
type Further func(ctx context.Context, channels []feeds.Channel, emit func(name string, body []byte) error) error

// Export writes the static shelf to a directory, as ExportTo does.
func (p *Publisher) Export(ctx context.Context, dir string, pages PageRenderer) error {
	place, err := NewDirectory(dir)
	if err != nil {
		return err
	}
	return p.ExportTo(ctx, place, ShelfOptions{Pages: pages})
}

// ExportTo writes the static shelf: every channel of Channels in three formats, the list
// feeds.opml and what the options add. Files are replaced one by one, each whole at any
// moment; for the moment of that, a list may name a feed that is not there yet, or a page
// of before. Those whose bytes did not change keep their times, those of channels that
// are gone are removed. Files that are not ours are never touched: one that stands where
// ours would be is an error, before anything is written over it. The place is closed.
func (p *Publisher) ExportTo(ctx context.Context, place Place, o ShelfOptions) (err error) {
	defer func() {
		if err = place.Close(err); err != nil {
			err = fmt.Errorf("export to %s: %w", place, err)
		}
	}()
	if err := p.fill(ctx, place, o); err != nil {
		return err
	}
	return place.Finish(ctx)
}

// Revision names what a shelf would be made of: as long as it is the same, an export
// would change nothing.
func (p *Publisher) Revision(ctx context.Context) (string, error) {
	s, err := p.current(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(s.generation.version, s.generation.catalogue), nil
}

func (p *Publisher) fill(ctx context.Context, place Place, o ShelfOptions) error {
	channels, err := p.Channels(ctx)
	if err != nil {
		return err
	}
	emit := p.emitter(ctx, place, o.Compress)
	stories, err := p.fillFeeds(ctx, channels, emit)
	if err != nil {
		return err
	}
	for _, more := range o.More {
		if err := more(ctx, channels, emit); err != nil {
			return fmt.Errorf("write further documents: %w", err)
		}
	}
	if err := p.shelveFormer(ctx, emit); err != nil {
		return err
	}
	list, err := p.OPML(ctx, url.Values{})
	if err != nil {
		return err
	}
	if err := emit("feeds.opml", list.Body); err != nil {
		return err
	}
	if err := p.fillGone(ctx, o.Gone, emit); err != nil {
		return err
	}
	if o.Pages == nil {
		return nil
	}
	slices.Sort(stories)
	if err := o.Pages.RenderShelf(ctx, channels, slices.Compact(stories), emit); err != nil {
		return fmt.Errorf("render pages: %w", err)
	}
	return nil
}

// fillFeeds writes the channels and returns the ids of their stories.
func (p *Publisher) fillFeeds(ctx context.Context, channels []feeds.Channel, emit func(string, []byte) error) ([]string, error) {
	var stories []string
	for _, ch := range channels {
		for _, f := range documentFormats {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("stop: %w", err)
			}
			doc, err := p.Document(ctx, ch, f)
			if err != nil {
				return nil, err
			}
			if doc.Stale {
				return nil, fmt.Errorf("make %s.%s: the store cannot be read", ch.Path, f)
			}
			if err := emit("feeds/"+ch.Path+"."+string(f), doc.Body); err != nil {
				return nil, err
			}
			if f == FormatAtom {
				stories = append(stories, doc.Stories...)
			}
		}
	}
	return stories, nil
}

// emitter puts files with what a server has to know of them, and their compressed forms.
func (p *Publisher) emitter(ctx context.Context, place Place, compressed bool) func(name string, body []byte) error {
	return func(name string, body []byte) error {
		header := http.Header{"Content-Type": {fileType(name)}, "Cache-Control": p.caching.control}
		if err := place.Put(ctx, name, header, body); err != nil || !compressed || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		for _, form := range []struct {
			suffix, coding string
			compress       func([]byte) ([]byte, error)
		}{{".gz", "gzip", compressGzip}, {".br", "br", compressBrotli}} {
			small, err := form.compress(body)
			if err != nil {
				return fmt.Errorf("compress %s: %w", name, err)
			}
			if len(small) >= len(body) {
				continue
			}
			coded := header.Clone()
			coded.Set("Content-Encoding", form.coding)
			if err := place.Put(ctx, name+form.suffix, coded, small); err != nil {
				return err
			}
		}
		return nil
	}
}

// fileType is a file's Content-Type by its name.
func fileType(name string) string {
	ext := strings.TrimPrefix(path.Ext(name), ".")
	switch {
	case slices.Contains(documentFormats, Format(ext)):
		return Format(ext).contentType()
	case ext == "opml":
		return contentTypeOPML
	case ext == "map" || ext == "" || ext == "htaccess":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension("." + ext); t != "" {
		return t
	}
	return "application/octet-stream"
}

// goneAtMost bounds the withdrawn stories that a server is told of.
const goneAtMost = 1000

// fillGone says which addresses of withdrawn stories answer 410. Their pages are no files
// any more, and to caches and search engines a 404 would say too little.
func (p *Publisher) fillGone(ctx context.Context, form Gone, emit func(string, []byte) error) error {
	var name, before, after string
	switch form {
	case GoneApache:
		name, before, after = ".htaccess", "Redirect gone ", "\n"
	case GoneNginx:
		name, before, after = "gone.map", "", " 1;\n"
	default:
		return nil
	}
	withdrawn, err := p.o.Store.Tombstones(ctx, feeds.Selector{}, goneAtMost)
	if err != nil {
		return fmt.Errorf("list withdrawn stories: %w", err)
	}
	base, err := url.Parse(p.base)
	if err != nil {
		return fmt.Errorf("read base URL: %w", err)
	}
	paths := make([]string, len(withdrawn))
	for i, t := range withdrawn {
		paths[i] = base.EscapedPath() + "/stories/" + url.PathEscape(t.Ref) + ".html"
	}
	slices.Sort(paths)
	var b strings.Builder
	b.WriteString("# Stories that were withdrawn: their addresses answer 410 Gone.\n")
	for _, at := range slices.Compact(paths) {
		b.WriteString(before + `"` + at + `"` + after)
	}
	return emit(name, []byte(b.String()))
}
