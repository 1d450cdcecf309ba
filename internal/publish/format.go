package publish

// Format is a form in which a channel is published; its value is the extension of the
// address.
type Format string

// The formats. HTML is parsed but made elsewhere: pages are no documents of ours.
const (
	FormatAtom Format = "atom"
	FormatRSS  Format = "rss"
	FormatJSON Format = "json"
	FormatHTML Format = "html"
)

// documentFormats are those that Document makes.
var documentFormats = []Format{FormatAtom, FormatRSS, FormatJSON}

const contentTypeOPML = "text/x-opml; charset=utf-8"

// MediaType is the format's media type without parameters.
func (f Format) MediaType() string {
	switch f {
	case FormatAtom:
		return "application/atom+xml"
	case FormatRSS:
		return "application/rss+xml"
	case FormatJSON:
		return "application/feed+json"
	case FormatHTML:
		return "text/html"
	default:
		return ""
	}
}

// contentType is the value of Content-Type; JSON is always UTF-8 and says nothing.
func (f Format) contentType() string {
	if f == FormatJSON {
		return f.MediaType()
	}
	return f.MediaType() + "; charset=utf-8"
}
