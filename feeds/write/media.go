package write

import "tributary/feeds"

// mediaContent is an image in Media RSS, with the text that stands for it.
type mediaContent struct {
	URL         string     `xml:"url,attr"`
	FileSize    int64      `xml:"fileSize,attr,omitempty"`
	Type        string     `xml:"type,attr,omitempty"`
	Medium      string     `xml:"medium,attr"`
	Width       int        `xml:"width,attr,omitempty"`
	Height      int        `xml:"height,attr,omitempty"`
	Description *mediaText `xml:"media:description"`
	Credit      string     `xml:"media:credit,omitempty"`
}

type mediaText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

func newMediaContent(image *feeds.Image) *mediaContent {
	if image == nil {
		return nil
	}
	m := &mediaContent{URL: image.URL, FileSize: image.Length, Type: image.Type, Medium: "image",
		Width: image.Width, Height: image.Height, Credit: image.Credit}
	if image.Alt != "" {
		m.Description = &mediaText{Type: "plain", Text: image.Alt}
	}
	return m
}
