package sites

// Bounds on one document, in bytes unless they say otherwise.
const (
	maxPage     = 4 << 20  // of HTML; the rest is left out
	maxXML      = 32 << 20 // of a sitemap, decompressed
	maxNodes    = 100_000  // of a page's tree
	maxArticle  = 40_000   // nodes of an article's page
	maxItem     = 3_000    // elements looked at of one item
	maxJSONLD   = 256 << 10
	maxJSONDeep = 12
	maxJSONKeys = 20_000 // values visited in one page's JSON-LD

	maxEntries     = 500
	maxSitemapURLs = 50_000 // the standard's own bound
	maxPlainURLs   = 100    // kept of a sitemap that is no news sitemap, the newest
	maxParts       = 200    // of a sitemap index

	maxTitle   = 512
	maxName    = 256
	maxSummary = 4 << 10
	maxContent = 1 << 20
	maxTags    = 20 // categories of one entry

	maxCandidates = 60
	maxLooks      = 12

	maxRobots      = 500 << 10 // RFC 9309, 2.5
	maxRobotsRules = 5000
)
