package config

import (
	"fmt"
	"strings"
)

// desk judges who may correct labels: each editor complete, of a known office, with a
// name and a token that nobody else has.
func (j *judge) desk(d *Desk) {
	if d.Headquarters == "" {
		j.report.at(j.at(place{}, "desk.headquarters"), "desk.headquarters", "is empty", "write the code of an office, such as hq")
	} else {
		d.Headquarters = j.officeCode(d.Headquarters, j.at(place{}, "desk.headquarters"), "desk.headquarters")
	}
	names, tokens := map[string]bool{}, map[string]bool{}
	for i := range d.Editors {
		e := &d.Editors[i]
		path := fmt.Sprintf("desk.editors[%d]", i)
		at := j.at(place{}, "desk.editors")
		for _, key := range []string{".token", ".office", ".name"} {
			at = j.at(at, path+key)
		}
		if j.refusedAt(path) {
			continue
		}
		switch {
		case strings.TrimSpace(e.Name) == "" && !j.refusedAt(path+".name"):
			j.report.at(at, path, "has no name", "write name: and how corrections shall remember this person")
		case names[e.Name] && e.Name != "":
			j.report.at(at, path+".name", quote(e.Name)+" stands twice", "give each person a name of their own")
		case len(e.Name) > maxEditorName:
			j.report.at(at, path+".name", fmt.Sprintf("has more than %d bytes", maxEditorName), "write a shorter name")
		}
		names[e.Name] = true
		switch {
		case e.Office != "":
			e.Office = j.officeCode(e.Office, at, path+".office")
		case !j.refusedAt(path + ".office"):
			j.report.at(at, path, "has no office", "write office: and the code of the office for which this person speaks")
		}
		switch {
		case e.Token == "" && !j.refusedBelow(path+".token"):
			j.report.at(at, path, "has no token", "run tributary token, give the person the token, and write its hash under token:")
		case tokens[e.Token] && e.Token != "":
			j.report.at(at, path+".token", "stands twice", "give each person a token of their own: run tributary token")
		}
		tokens[e.Token] = true
	}
}

// maxEditorName is how long, in bytes, a name is that corrections can keep.
const maxEditorName = 100

// judgeTokenHash never shows the value: it may be the token itself.
func judgeTokenHash(s string) (string, string) {
	const instead = "write the hash that tributary token prints, 64 digits 0 to 9 and a to f, never the token itself"
	if len(s) != 64 || strings.Trim(s, "0123456789abcdef") != "" {
		return "is no SHA-256 in hexadecimal", instead
	}
	return "", ""
}
