package fetch

// Canonical is a URL in the form in which it is asked: two URLs with one form are one
// request. A URL that cannot be fetched stays as it is.
func Canonical(rawURL string) string {
	u, err := parseAddress(rawURL)
	if err != nil {
		return rawURL
	}
	return u.String()
}
