package publish

import (
	"path"
	"slices"
	"strings"

	xhtml "golang.org/x/net/html"

	"tributary/feeds"
)

// Pictures decides which stories are shown with pictures. It looks at a story as it is
// labelled now, so that a label that a person sets or takes away counts at once.
type Pictures struct {
	topics []string
	names  map[string]bool // what publishers' categories call these topics and no others
}

// sensitiveTopics are those of which pictures may show survivors and children.
var sensitiveTopics = []string{"counter-trafficking", "children-on-the-move", "gender-gbv", "immigration-detention"}

// NewPictures keeps pictures away from the stories of these topics; nil stands for
// sensitiveTopics.
func NewPictures(t *feeds.Taxonomy, topics []string) *Pictures {
	if topics == nil {
		topics = sensitiveTopics
	}
	p := &Pictures{topics: topics, names: map[string]bool{}}
	others := map[string]bool{}
	for i := range t.Groups {
		for j := range t.Groups[i].Topics {
			topic := &t.Groups[i].Topics[j]
			names := append([]string{topic.Slug}, topic.IOMThemes...)
			for _, label := range topic.Label {
				names = append(names, label)
			}
			for _, name := range names {
				if name = strings.ToLower(name); slices.Contains(topics, topic.Slug) {
					p.names[name] = true
				} else {
					others[name] = true
				}
			}
		}
	}
	for name := range others {
		delete(p.names, name)
	}
	return p
}

// Show says whether the pictures of a source may stand with a story: not with one of a
// sensitive topic, whichever of its copies says so, unless the source is to keep them.
func (p *Pictures) Show(s *feeds.Story, source *feeds.Source) bool {
	switch source.Images {
	case feeds.ImagesKeep:
		return true
	case feeds.ImagesDrop:
		return false
	case feeds.ImagesAuto:
	}
	for i := range s.Labels {
		if l := &s.Labels[i]; l.Kind == feeds.LabelTopic && slices.Contains(p.topics, l.Value) {
			return false
		}
	}
	// Labels are made of the copy that leads. Another one may say more.
	for i := range s.Copies {
		for _, c := range s.Copies[i].Entry.Categories {
			if p.names[strings.ToLower(c.Term)] || p.names[strings.ToLower(c.Label)] {
				return false
			}
		}
	}
	return true
}

// Words is an entry without the pictures in its texts, and without their captions, where
// they may not stand with the story. The files beside the texts are left to the caller.
func (p *Pictures) Words(s *feeds.Story, source *feeds.Source, e feeds.Entry) feeds.Entry {
	if !p.Show(s, source) {
		e.Summary, e.Content = withoutImages(e.Summary), withoutImages(e.Content)
	}
	return e
}

// IsPicture reports a file that shows people: a picture or a film.
func IsPicture(f feeds.Enclosure) bool {
	kind, _, _ := strings.Cut(strings.ToLower(f.Type), "/")
	if kind == "image" || kind == "video" {
		return true
	}
	address, _, _ := strings.Cut(f.URL, "?")
	switch strings.ToLower(path.Ext(address)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".tif", ".tiff", ".bmp", ".mp4", ".webm", ".mov", ".m4v", ".avi":
		return true
	}
	return false
}

// withoutImages takes the images out of sanitised HTML, and figures with their
// captions. Everything else stays byte for byte.
func withoutImages(fragment string) string {
	if !strings.Contains(fragment, "<img") && !strings.Contains(fragment, "<source") {
		return fragment
	}
	var b strings.Builder
	var figures []figure
	z := xhtml.NewTokenizer(strings.NewReader(fragment))
	for {
		kind := z.Next()
		if kind == xhtml.ErrorToken { // the end: reading from a string fails in no other way
			return b.String()
		}
		raw := string(z.Raw())
		name := ""
		if kind == xhtml.StartTagToken || kind == xhtml.SelfClosingTagToken || kind == xhtml.EndTagToken {
			tag, _ := z.TagName()
			name = string(tag)
		}
		switch {
		case name == "figure" && kind == xhtml.StartTagToken:
			figures = append(figures, figure{at: b.Len()})
			b.WriteString(raw)
		case name == "figure" && kind == xhtml.EndTagToken && len(figures) > 0:
			f := figures[len(figures)-1]
			figures = figures[:len(figures)-1]
			if !f.pictured {
				b.WriteString(raw)
				break
			}
			kept := b.String()[:f.at]
			b.Reset()
			b.WriteString(kept)
		case name == "img" || name == "source":
			for i := range figures {
				figures[i].pictured = true
			}
		default:
			b.WriteString(raw)
		}
	}
}

// figure is one that is being read.
type figure struct {
	at       int // where it begins in what is written
	pictured bool
}
