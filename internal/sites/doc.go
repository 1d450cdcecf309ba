// Package sites reads what publishers without a usable feed have instead:
//
//	a site's page   -> where its feeds may be         Discover
//	a page          -> entries, by selectors or by
//	                   the page's own markup          ReadPage
//	a news sitemap  -> entries                        ReadSitemap
//	ReliefWeb's API -> entries                        ReadReliefWeb
//	an article      -> its main text                  ReadArticle
//	robots.txt      -> what we may ask for            ParseRobots
//
// It owns the rules by which entries are found and the bounds of limits.go. Whatever
// the document was, the result is a feeds.Feed with sanitised texts and absolute
// addresses, whose Problems say by which rule it was made.
//
// The package must not fetch, store, log or know the time: equal bytes give equal
// results. What else has to be fetched, such as the parts of a sitemap, it names; the
// pipeline decides and asks.
package sites
