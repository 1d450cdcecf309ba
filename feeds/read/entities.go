package read

import (
	"bytes"
	"strings"
)

// declaredEntities reads the entities that a document type declares itself. Those that
// stand for a short plain text are given, as XML text; the others, which are read from
// elsewhere, hold markup or refer to further entities, are never expanded, and rest
// says that there are some.
func declaredEntities(prolog []byte) (plain map[string]string, rest bool) {
	for {
		i := bytes.Index(prolog, []byte("<!ENTITY"))
		if i < 0 {
			return plain, rest
		}
		prolog = bytes.TrimLeft(prolog[i+len("<!ENTITY"):], " \t\r\n")
		end := 0
		for end < len(prolog) && end <= maxName && isNameByte(prolog[end]) {
			end++
		}
		name := string(prolog[:end])
		value := bytes.TrimLeft(prolog[end:], " \t\r\n")
		if name == "" || len(value) == 0 || value[0] != '"' && value[0] != '\'' {
			rest = true
			continue
		}
		end = bytes.IndexByte(value[1:min(len(value), maxEntity+2)], value[0])
		if end < 0 {
			rest = true
			continue
		}
		text, ok := plainEntity(string(value[1 : 1+end]))
		prolog = value[end+2:]
		switch {
		case isPredefined(name):
		case !ok || len(plain) == maxEntities:
			rest = true
		default:
			if plain == nil {
				plain = map[string]string{}
			}
			if _, twice := plain[name]; !twice { // the first declaration counts
				plain[name] = text
			}
		}
	}
}

// plainEntity gives an entity's value as XML text; false when it is none.
func plainEntity(value string) (string, bool) {
	if strings.ContainsAny(value, "<%") {
		return "", false
	}
	for s := value; ; {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			break
		}
		s = s[i+1:]
		end := strings.IndexByte(s, ';')
		if end < 0 || s[0] != '#' && !isPredefined(s[:end]) {
			return "", false
		}
	}
	return string(escapeXML([]byte(decodeEntities(value)))), true
}

func isPredefined(name string) bool {
	switch name {
	case "amp", "lt", "gt", "quot", "apos":
		return true
	}
	return false
}

func escapeXML(b []byte) []byte {
	if !bytes.ContainsAny(b, `&<>"`) {
		return b
	}
	out := make([]byte, 0, len(b)+16)
	for _, c := range b {
		switch c {
		case '&':
			out = append(out, "&amp;"...)
		case '<':
			out = append(out, "&lt;"...)
		case '>':
			out = append(out, "&gt;"...)
		case '"':
			out = append(out, "&quot;"...)
		default:
			out = append(out, c)
		}
	}
	return out
}

// expand puts the texts of declared entities in, once, outside CDATA; all is false
// when that would have made the document too long.
func expand(doc []byte, plain map[string]string) (out []byte, all bool) {
	budget := maxExpansion
	out = make([]byte, 0, len(doc)+len(doc)/16)
	for len(doc) > 0 {
		text, section := doc, []byte(nil)
		if i := bytes.Index(doc, []byte("<![CDATA[")); i >= 0 {
			text, section = doc[:i], doc[i:]
			if end := bytes.Index(section, []byte("]]>")); end >= 0 {
				section = section[:end]
			}
		}
		doc = doc[len(text)+len(section):]
		for {
			i := bytes.IndexByte(text, '&')
			if i < 0 {
				break
			}
			out = append(out, text[:i+1]...)
			text = text[i+1:]
			end := max(0, bytes.IndexByte(text[:min(len(text), maxName)], ';'))
			value, ok := plain[string(text[:end])]
			if !ok {
				continue
			}
			if budget -= len(value); budget < 0 {
				return append(append(append(out, text...), section...), doc...), false
			}
			out = append(out[:len(out)-1], value...)
			text = text[end+1:]
		}
		out = append(append(out, text...), section...)
	}
	return out, true
}
