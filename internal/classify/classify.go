package classify

import (
	"errors"
	"fmt"
	"sync"

	"tributary/config/gazetteer"
	"tributary/feeds"
	"tributary/internal/classify/topicmodel"
	"tributary/internal/langid"
)

// maxText bounds, in bytes, how much of a text is looked at: what stands after that
// does not change what an item is about.
const maxText = 64 << 10

// maxTitle bounds, in bytes, how much of a title or dateline is looked at.
const maxTitle = 2 << 10

// Options completes the taxonomy.
type Options struct {
	// DutyStations are cities, in all languages, in which a dateline says where an
	// office sits and nothing about the story.
	DutyStations []string
	// WithoutGazetteer leaves the taxonomy's own places alone: a measure of what the
	// gazetteer is worth.
	WithoutGazetteer bool
	// Model weighs what the terms of topics find; nil for the terms alone.
	Model *topicmodel.Model
}

// Item is what is to be labelled. Title and Text are plain text, Text with paragraphs
// on lines of their own.
type Item struct {
	Title      string
	Text       string
	Language   string // BCP 47 as declared by the feed; may be empty or wrong
	Dateline   string // when known; otherwise found at the start of the text
	URL        string
	Categories []feeds.Category
	Trust      feeds.CategoryTrust // how far they are believed; empty: as feeds.Taxonomy.TrustOf says
	Kind       feeds.Kind          // of publisher, for that
	Feed       string              // address of the source, by which its vocabulary is found; URL where empty
	Source     string              // the source's title: categories that repeat it say little
	Area       []string            // ISO 3166-1 alpha-2 codes of the source's own area: settles doubts, adds nothing
}

// Classifier labels items. It is safe for concurrent use and never changes.
type Classifier struct {
	taxonomy *feeds.Taxonomy
	lexicon  *lexicon
	topics   []*feeds.Topic
	country  map[string]int // ISO 3166-1 alpha-2 -> place in taxonomy.Countries
	trusted  *categoryIndex
	places   *gazetteer.Index // nil: without
	tongues  *langid.Detector
	model    *topicmodel.Model // its topics are c.topics, in their order; nil without
	scratch  sync.Pool         // *document
}

// New prepares a taxonomy for matching. It keeps the taxonomy, which must not be
// changed afterwards.
func New(t *feeds.Taxonomy, o Options) (*Classifier, error) {
	if t == nil || len(t.Countries) == 0 {
		return nil, errors.New("prepare classifier: the taxonomy has no countries")
	}
	c := &Classifier{taxonomy: t, country: map[string]int{}}
	for i := range t.Countries {
		c.country[t.Countries[i].ISO2] = i
	}
	for i := range t.Groups {
		for j := range t.Groups[i].Topics {
			c.topics = append(c.topics, &t.Groups[i].Topics[j])
		}
	}
	c.lexicon = compile(t, c.topics, c.country, o.DutyStations)
	if !o.WithoutGazetteer {
		places, err := gazetteer.Open()
		if err != nil {
			return nil, fmt.Errorf("prepare classifier: %w", err)
		}
		c.places = places
	}
	c.trusted = indexCategories(t, c.topics, c.country)
	tongues, err := langid.New()
	if err != nil {
		return nil, fmt.Errorf("prepare classifier: %w", err)
	}
	c.tongues = tongues
	if o.Model != nil && c.fits(o.Model) {
		c.model = o.Model
	}
	c.scratch.New = func() any { return &document{} }
	return c, nil
}

// Classify labels an item: countries, best first, then regions, topics and the
// language, if it can be told. Every label has at least one piece of evidence.
func (c *Classifier) Classify(it Item) []feeds.Label {
	d, ok := c.scratch.Get().(*document)
	if !ok {
		d = &document{}
	}
	defer c.scratch.Put(d)
	d.trace = nil
	return c.label(d, it)
}

// label labels an item with a document to work in.
func (c *Classifier) label(d *document, it Item) []feeds.Label {
	language := c.read(d, it)
	publisher := c.readCategories(it)
	countries := c.countries(d, it, publisher)
	labels := countries
	labels = append(labels, c.regions(d, publisher)...)
	labels = append(labels, c.rankTopics(d, publisher)...)
	if language.label.Value != "" {
		labels = append(labels, language.label)
	}
	return labels
}

// read finds in an item all that its labels are drawn from.
func (c *Classifier) read(d *document, it Item) languageVerdict {
	d.read(it)
	c.lexicon.look(d)
	language := c.judgeLanguage(it)
	c.lexicon.match(d, language.read, it.Language)
	d.language = language.read
	d.adjectivesFirst = language.read == "en" || language.read == "de" || language.read == "ru"
	c.markContext(d)
	return language
}
