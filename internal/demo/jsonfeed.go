package demo

import (
	"encoding/json"
	"fmt"
	"time"
)

// jsonFeed and jsonItem are the documents of JSON Feed 1.1.
type jsonFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	HomePageURL string       `json:"home_page_url"`
	FeedURL     string       `json:"feed_url"`
	Description string       `json:"description"`
	Language    string       `json:"language"`
	Authors     []jsonAuthor `json:"authors"`
	Items       []jsonItem   `json:"items"`
}

type jsonAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonItem struct {
	ID            string       `json:"id"`
	URL           string       `json:"url"`
	Title         string       `json:"title"`
	ContentHTML   string       `json:"content_html,omitempty"`
	ContentText   string       `json:"content_text,omitempty"`
	Summary       string       `json:"summary,omitempty"`
	Image         string       `json:"image,omitempty"`
	DatePublished string       `json:"date_published"`
	DateModified  string       `json:"date_modified,omitempty"`
	Authors       []jsonAuthor `json:"authors,omitempty"`
	Tags          []string     `json:"tags,omitempty"`
	Language      string       `json:"language,omitempty"`
}

// writeJSON renders JSON Feed 1.1. A feed of teasers has plain text only.
func writeJSON(p *publisher, st state) ([]byte, error) {
	doc := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: p.Title, HomePageURL: p.url(p.Home),
		FeedURL: p.url(p.Feed), Description: p.About, Language: p.Language,
		Authors: []jsonAuthor{{Name: p.Publisher, URL: p.url(p.Home)}}, Items: []jsonItem{},
	}
	for _, e := range st.entries {
		it := jsonItem{
			ID: e.guid, URL: e.link, Title: e.title, Tags: e.tags, Language: e.language,
			DatePublished: e.published.In(p.zone).Format(time.RFC3339),
		}
		if e.since.After(e.published) {
			it.DateModified = e.since.In(p.zone).Format(time.RFC3339)
		}
		if p.Teaser {
			it.ContentText = e.teaser
		} else {
			it.ContentHTML, it.Summary = e.html, e.teaser
		}
		if p.Images {
			it.Image = e.image()
		}
		doc.Items = append(doc.Items, it)
	}
	body, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("marshal JSON Feed: %w", err)
	}
	return append(body, '\n'), nil
}
