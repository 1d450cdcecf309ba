package read

import "strings"

// Vocabularies by the names that this package gives them. The core vocabulary is RSS
// in all its namespaces, or none; Atom stays apart, since both have a <link> and a
// <source>, but a name is looked for in either.
const (
	coreSpace = ""
	atomSpace = "atom"
)

// vocabularies maps namespaces, in the form of bareNamespace, to our names. Several
// publishers of one vocabulary were never of one mind about its namespace.
var vocabularies = map[string]string{
	"":                                    coreSpace,
	"backend.userland.com/rss":            coreSpace,
	"backend.userland.com/rss2":           coreSpace,
	"backend.userland.com/rss091":         coreSpace,
	"backend.userland.com/rss092":         coreSpace,
	"blogs.law.harvard.edu/tech/rss":      coreSpace,
	"cyber.law.harvard.edu/rss":           coreSpace,
	"cyber.harvard.edu/rss":               coreSpace,
	"purl.org/rss/1.0":                    coreSpace,
	"purl.org/net/rss1.1":                 coreSpace,
	"my.netscape.com/rdf/simple/0.9":      coreSpace,
	"channel.netscape.com/rdf/simple/0.9": coreSpace,
	"my.netscape.com/publish/formats/rss": coreSpace,
	"purl.org/rss/1.0/modules/rss091":     coreSpace,
	"rssboard.org/rss-specification":      coreSpace,

	"w3.org/2005/atom":            atomSpace,
	"purl.org/atom/ns":            atomSpace,
	"purl.org/echo":               atomSpace,
	"purl.org/pie":                atomSpace,
	"example.com/newformat":       atomSpace,
	"example.com/necho":           atomSpace,
	"uri/of/echo/namespace":       atomSpace,
	"purl.org/atompub/tombstones": "at", "purl.org/atompub/tombstones/1.0": "at",

	"purl.org/dc/elements/1.1": "dc", "purl.org/dc/elements/1.0": "dc", "purl.org/dc": "dc",
	"purl.org/dc/terms":                                             "dcterms",
	"purl.org/rss/1.0/modules/content":                              "content",
	"purl.org/rss/1.0/modules/syndication":                          "sy",
	"purl.org/rss/1.0/modules/slash":                                "slash",
	"purl.org/rss/1.0/modules/link":                                 "l",
	"purl.org/rss/1.0/modules/image":                                "image",
	"purl.org/syndication/thread/1.0":                               "thr",
	"search.yahoo.com/mrss":                                         "media",
	"tools.search.yahoo.com/mrss":                                   "media",
	"video.search.yahoo.com/mrss":                                   "media",
	"itunes.com/dtds/podcast-1.0.dtd":                               "itunes",
	"example.com/dtds/podcast-1.0.dtd":                              "itunes",
	"itunes.apple.com/dtds/podcast-1.0.dtd":                         "itunes",
	"itunes.com/dtds/podcast-1.0":                                   "itunes",
	"google.com/schemas/play-podcasts/1.0":                          "googleplay",
	"google.com/schemas/play-podcasts/1.0/play-podcasts.xsd":        "googleplay",
	"creativecommons.org/ns":                                        "cc",
	"creativecommons.org/ns#license":                                "cc",
	"web.resource.org/cc":                                           "cc",
	"cyber.law.harvard.edu/rss/creativecommonsrssmodule.html":       "creativecommons",
	"backend.userland.com/creativecommonsrssmodule":                 "creativecommons",
	"rssnamespace.org/feedburner/ext/1.0":                           "feedburner",
	"wellformedweb.org/commentapi":                                  "wfw",
	"w3.org/1999/xhtml":                                             "xhtml",
	"w3.org/1999/02/22-rdf-syntax-ns":                               "rdf",
	"georss.org/georss":                                             "georss",
	"w3.org/2003/01/geo/wgs84_pos":                                  "geo",
	"opengis.net/gml":                                               "gml",
	"podlove.org/simple-chapters":                                   "psc",
	"webns.net/mvcb":                                                "admin",
	"w3.org/xml/1998/namespace":                                     "xml",
	"madskills.com/public/xml/rss/module/pingback":                  "pingback",
	"backend.userland.com/blogchannelmodule":                        "blogchannel",
	"prismstandard.org/namespaces/1.2/basic":                        "prism",
	"prismstandard.org/namespaces/basic/2.0":                        "prism",
	"xmlns.com/foaf/0.1":                                            "foaf",
	"my.theinfo.org/changed/1.0/rss":                                "cp",
	"purl.org/rss/1.0/modules/taxonomy":                             "taxo",
	"news.google.com/newssitemap":                                   "news",
	"purl.org/syndication/history/1.0":                              "fh",
	"purl.org/rss/1.0/modules/company":                              "co",
	"purl.org/rss/1.0/modules/event":                                "ev",
	"purl.org/rss/1.0/modules/aggregation":                          "ag",
	"purl.org/rss/1.0/modules/annotate":                             "annotate",
	"purl.org/rss/1.0/modules/threading":                            "threading",
	"microsoft.com/schemas/rss/core/2005":                           "cf",
	"webfeeds.org/rss/1.0":                                          "webfeeds",
	"schemas.google.com/g/2005":                                     "gd",
	"a9.com/-/spec/opensearch/1.1":                                  "opensearch",
	"a9.com/-/spec/opensearchrss/1.0":                               "opensearch",
	"podcastindex.org/namespace/1.0":                                "podcast",
	"github.com/podcastindex-org/podcast-namespace/blob/main/docs/": "podcast",
}

// bareNamespace is a namespace without what publishers vary by mistake: case, scheme,
// www, and a final slash or hash.
func bareNamespace(uri string) string {
	uri = strings.ToLower(strings.TrimSpace(uri))
	if i := strings.Index(uri, "://"); i > 0 && i <= len("https") {
		uri = strings.TrimPrefix(uri[i+len("://"):], "www.")
	}
	return strings.TrimRight(uri, "/#")
}

// knownPrefixes are the prefixes that mean their vocabulary also where nobody
// declared them: what the publisher's software forgot, readers guess.
var knownPrefixes = map[string]string{
	"atom": atomSpace, "atom10": atomSpace, "atom03": atomSpace, "a10": atomSpace, "rss": coreSpace,
	"dc": "dc", "dcterms": "dcterms", "content": "content", "media": "media", "itunes": "itunes", "sy": "sy",
	"georss": "georss", "slash": "slash", "thr": "thr", "feedburner": "feedburner", "wfw": "wfw", "xhtml": "xhtml",
	"rdf": "rdf", "xml": "xml", "cc": "cc", "creativecommons": "creativecommons", "at": "at", "googleplay": "googleplay",
}

// vocabulary names the vocabulary of a declared namespace: ours when it is known, else
// the namespace itself, which is nobody else's.
func vocabulary(uri string) string {
	bare := bareNamespace(uri)
	if name, ok := vocabularies[bare]; ok {
		return name
	}
	return bare
}
