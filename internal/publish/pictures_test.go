package publish_test

import (
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/publish"
)

func TestPicturesOfSensitiveStories(t *testing.T) {
	taxonomy := &feeds.Taxonomy{Groups: []feeds.TopicGroup{{Topics: []feeds.Topic{
		{Slug: "gender-gbv", Label: map[string]string{"en": "Gender"}, IOMThemes: []string{"Gender and Migration", "Protection"}},
		{Slug: "floods", Label: map[string]string{"en": "Floods"}, IOMThemes: []string{"Protection"}},
	}}}}
	topic := func(slug string, by feeds.By) feeds.Story {
		return feeds.Story{Copies: make([]feeds.Copy, 1), Labels: []feeds.Label{{Kind: feeds.LabelTopic, Value: slug, By: by}}}
	}
	other := feeds.Story{Copies: []feeds.Copy{{}, {Entry: feeds.Entry{Categories: []feeds.Category{{Term: "gender and migration"}}}}}}
	vague := feeds.Story{Copies: []feeds.Copy{{Entry: feeds.Entry{Categories: []feeds.Category{{Term: "Protection"}}}}}}
	p := publish.NewPictures(taxonomy, []string{"gender-gbv"})
	for name, c := range map[string]struct {
		story  feeds.Story
		images feeds.Images
		want   bool
	}{
		"another topic":                    {topic("floods", feeds.ByRule), "", true},
		"sensitive":                        {topic("gender-gbv", feeds.ByRule), feeds.ImagesAuto, false},
		"sensitive by a person":            {topic("gender-gbv", feeds.ByPerson), "", false},
		"sensitive, kept by the source":    {topic("gender-gbv", feeds.ByRule), feeds.ImagesKeep, true},
		"dropped by the source":            {topic("floods", feeds.ByRule), feeds.ImagesDrop, false},
		"another copy's category":          {other, "", false},
		"a category of many topics":        {vague, "", true},
		"a label that is no topic":         {feeds.Story{Labels: []feeds.Label{{Kind: feeds.LabelRegion, Value: "gender-gbv"}}}, "", true},
		"no labels, dropped by the source": {feeds.Story{}, feeds.ImagesDrop, false},
	} {
		t.Run(name, func(t *testing.T) {
			source := &feeds.Source{Images: c.images}
			if got := p.Show(&c.story, source); got != c.want {
				t.Errorf("shown: %v", got)
			}
			e := feeds.Entry{Content: `<p>a</p><figure><img src="https://x.example/i.jpg"><figcaption>She</figcaption></figure><figure><p>quote</p></figure><p>b<img src="https://x.example/j.jpg"></p>`}
			words := p.Words(&c.story, source, e)
			if pictured := strings.Contains(words.Content, "She") || strings.Contains(words.Content, "<img"); pictured != c.want {
				t.Errorf("content %q", words.Content)
			}
			if !c.want && words.Content != "<p>a</p><figure><p>quote</p></figure><p>b</p>" {
				t.Errorf("content %q", words.Content)
			}
		})
	}
	for _, f := range []feeds.Enclosure{{Type: "image/png"}, {Type: "Video/mp4"}, {URL: "https://x.example/a.JPG?x=1"}} {
		if !publish.IsPicture(f) {
			t.Errorf("%+v is no picture", f)
		}
	}
	if publish.IsPicture(feeds.Enclosure{URL: "https://x.example/a.pdf", Type: "application/pdf"}) {
		t.Error("a PDF is a picture")
	}
}
