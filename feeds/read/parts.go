package read

import "time"

// Date reads a date in any of the forms that feeds and pages hold, in the
// languages of datewords.go; numeric ones with the day first unless that cannot be. The result is in
// UTC; false when the text is no date.
func Date(text string) (time.Time, bool) {
	t, _, ok := parseDate(text, func() dateOrder { return orderUnknown })
	return t, ok
}

// Address resolves a reference against base, which may be empty, and repairs what
// browsers would. It gives an absolute http or https address without a user name, or
// nothing.
func Address(base, ref string) string { return absolute(resolveBase(nil, base), ref) }

// Line makes one line of plain text: white space collapsed, control and
// direction-override characters dropped, at most limit bytes.
func Line(s string, limit int) string { return cut(oneLine(validText(cut(s, 8*limit))), limit) }
