package read

import "strings"

// PlainText is the text of a fragment of HTML as a person reads it: tags and what is
// no text are dropped, references decoded once, white space collapsed, and each block
// or line break begins a new line. It is made for markup that Sanitise gave, quick on
// it, and safe on any other; the result is text and not fit to be put into markup.
func PlainText(htmlFragment string) string {
	w := textWriter{out: make([]byte, 0, len(htmlFragment))}
	s := htmlFragment
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			w.text(s)
			break
		}
		w.text(s[:i])
		s = s[i:]
		if strings.HasPrefix(s, "<!") || strings.HasPrefix(s, "<?") {
			s = afterDeclaration(s)
			continue
		}
		name, end := tagAt(s)
		if end == 0 {
			if name != "" { // a tag that never ends, nor does the text resume
				break
			}
			w.text("<")
			s = s[1:]
			continue
		}
		kind := elements[name]
		if kind&elementSkipped != 0 && s[1] != '/' {
			s = skipElement(s, name, end)
			continue
		}
		switch {
		case name == "td" || name == "th":
			w.space = true
		case kind&elementBlock != 0:
			w.line = true
		}
		s = s[end:]
	}
	return string(w.out)
}

func afterDeclaration(s string) string {
	mark := ">"
	if strings.HasPrefix(s, "<!--") {
		mark = "-->"
	}
	i := strings.Index(s, mark)
	if i < 0 {
		return ""
	}
	return s[i+len(mark):]
}

// textWriter collapses white space while it writes.
type textWriter struct {
	out         []byte
	space, line bool // owed before the next word
}

func (w *textWriter) text(s string) {
	from := 0 // of the word that is being read
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f':
			w.word(s[from:i])
			w.space = true
			i++
			from = i
		case c == '&':
			n, text := reference(s[i:])
			if n > 1 {
				w.word(s[from:i])
				w.decoded(text)
				i += n
				from = i
				continue
			}
			i++
		case c == 0xC2 && i+1 < len(s) && s[i+1] == 0xA0: // no-break space
			w.word(s[from:i])
			w.space = true
			i += 2
			from = i
		default:
			i++
		}
	}
	w.word(s[from:])
}

// decoded writes what a reference stands for.
func (w *textWriter) decoded(text string) {
	if text == "\u00A0" || text == " " || text == "\n" || text == "\t" {
		w.space = true
		return
	}
	w.word(tidy(text))
}

func (w *textWriter) word(s string) {
	if s == "" {
		return
	}
	if len(w.out) > 0 {
		if w.line {
			w.out = append(w.out, '\n')
		} else if w.space {
			w.out = append(w.out, ' ')
		}
	}
	w.line, w.space = false, false
	w.out = append(w.out, s...)
}
