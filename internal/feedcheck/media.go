package feedcheck

import "strings"

// media looks at Media RSS wherever it stands in a document.
func (c *checker) media(n *node) {
	for _, k := range n.kids {
		if k.space == nsMedia {
			switch k.name {
			case "content", "thumbnail":
				c.mediaContent(k)
			case "description", "title", "text":
				if kind, ok := k.attr("type"); ok && kind != "plain" && kind != "html" {
					c.attr(InvalidMediaText, k, "type", "%s", quote(kind))
				} else if kind != "html" {
					c.plain(k.path(), k.line, k.text)
				}
			}
		}
		c.media(k)
	}
}

func (c *checker) mediaContent(n *node) {
	if url, ok := n.attr("url"); ok {
		c.address(n.path()+"/@url", n.line, url)
	} else if n.name == "thumbnail" || n.first(nsMedia, "player") == nil {
		c.at(MissingAttribute, n, "no url")
	}
	if kind, ok := n.attr("type"); ok {
		c.mediaType(n.path()+"/@type", n.line, kind)
	}
	for _, name := range []string{"fileSize", "width", "height"} {
		if v, ok := n.attr(name); ok {
			c.integer(n.path()+"/@"+name, n.line, v, true)
		}
	}
	medium, ok := n.attr("medium")
	switch medium {
	case "image", "audio", "video", "document", "executable":
	default:
		if ok {
			c.attr(InvalidMediaMedium, n, "medium", "%s", quote(medium))
		}
	}
	kind, _ := n.attr("type")
	if n.name != "content" || medium != "image" && !strings.HasPrefix(kind, "image/") {
		return
	}
	if kind == "" && c.Merged {
		c.at(MissingAttribute, n, "an image without its type")
	}
	if n.value(nsMedia, "description") == "" && n.value(nsMedia, "title") == "" && (n.parent == nil || n.parent.value(nsMedia, "description") == "") {
		c.at(MissingImageText, n, "an image without media:description")
	}
}
