package read

// elementKind says what reading does with an HTML element.
type elementKind uint8

const (
	elementUnknown elementKind = 0
	elementKept    elementKind = 1 << iota // stands in sanitised markup
	elementBlock                           // begins a line of its own in plain text
	elementVoid                            // has no content
	elementSkipped                         // goes with its content
	elementOpened                          // its tags go, its content stays
)

// elements is the policy for elements. What is not listed is treated as opened in
// markup and as text in titles.
var elements = map[string]elementKind{
	"p": elementKept | elementBlock, "div": elementKept | elementBlock, "blockquote": elementKept | elementBlock,
	"h1": elementKept | elementBlock, "h2": elementKept | elementBlock, "h3": elementKept | elementBlock,
	"h4": elementKept | elementBlock, "h5": elementKept | elementBlock, "h6": elementKept | elementBlock,
	"ul": elementKept | elementBlock, "ol": elementKept | elementBlock, "li": elementKept | elementBlock,
	"dl": elementKept | elementBlock, "dt": elementKept | elementBlock, "dd": elementKept | elementBlock,
	"pre": elementKept | elementBlock, "figure": elementKept | elementBlock, "figcaption": elementKept | elementBlock,
	"table": elementKept | elementBlock, "caption": elementKept | elementBlock, "thead": elementKept | elementBlock,
	"tbody": elementKept | elementBlock, "tfoot": elementKept | elementBlock, "tr": elementKept | elementBlock,
	"th": elementKept | elementBlock, "td": elementKept | elementBlock,
	"br": elementKept | elementBlock | elementVoid, "hr": elementKept | elementBlock | elementVoid,

	"a": elementKept, "abbr": elementKept, "b": elementKept, "bdi": elementKept, "cite": elementKept,
	"code": elementKept, "del": elementKept, "dfn": elementKept, "em": elementKept, "i": elementKept,
	"img": elementKept | elementVoid, "ins": elementKept, "kbd": elementKept, "mark": elementKept,
	"q": elementKept, "s": elementKept, "samp": elementKept, "small": elementKept, "span": elementKept,
	"strong": elementKept, "sub": elementKept, "sup": elementKept, "time": elementKept, "u": elementKept,
	"var": elementKept, "wbr": elementKept | elementVoid,

	"acronym": elementOpened, "bdo": elementKept, "big": elementOpened, "center": elementOpened | elementBlock,
	"font": elementOpened, "nobr": elementOpened, "strike": elementOpened, "tt": elementOpened,
	"address": elementOpened | elementBlock, "article": elementOpened | elementBlock, "aside": elementOpened | elementBlock,
	"body": elementOpened | elementBlock, "details": elementOpened | elementBlock, "fieldset": elementOpened | elementBlock,
	"footer": elementOpened | elementBlock, "form": elementOpened | elementBlock, "header": elementOpened | elementBlock,
	"hgroup": elementOpened | elementBlock, "html": elementOpened | elementBlock, "label": elementOpened,
	"legend": elementOpened | elementBlock, "main": elementOpened | elementBlock, "nav": elementOpened | elementBlock,
	"picture": elementOpened, "section": elementOpened | elementBlock, "summary": elementOpened | elementBlock,
	"head": elementOpened | elementBlock, "map": elementOpened, "optgroup": elementOpened, "option": elementOpened | elementBlock,
	"ruby": elementOpened, "rp": elementOpened, "rt": elementOpened, "colgroup": elementOpened,
	"col": elementOpened | elementVoid, "link": elementOpened | elementVoid, "meta": elementOpened | elementVoid,
	"input": elementOpened | elementVoid, "source": elementOpened | elementVoid, "track": elementOpened | elementVoid,
	"area": elementOpened | elementVoid, "base": elementOpened | elementVoid, "param": elementOpened | elementVoid,

	"applet": elementSkipped, "audio": elementKept | elementSkipped, "button": elementSkipped, "canvas": elementSkipped,
	"datalist": elementSkipped, "dialog": elementSkipped, "embed": elementSkipped | elementVoid, "frame": elementSkipped | elementVoid,
	"frameset": elementSkipped, "iframe": elementSkipped,
	"math": elementSkipped, "meter": elementSkipped, "noembed": elementSkipped, "noframes": elementSkipped,
	"noscript": elementSkipped, "object": elementSkipped,
	"output": elementSkipped, "plaintext": elementSkipped, "progress": elementSkipped, "script": elementSkipped,
	"select": elementSkipped, "style": elementSkipped, "svg": elementSkipped, "template": elementSkipped,
	"textarea": elementSkipped, "title": elementSkipped, "video": elementKept | elementSkipped, "xmp": elementSkipped,
}
