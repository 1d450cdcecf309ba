package read

// zoneNames are the names of zones, in seconds east of UTC. Where a name has several
// meanings, the one most seen in feeds counts, by this rule: North America's before
// others (AST, CST, EST, PST), then Europe's (BST is Britain's), then the most
// populous country's (IST is India's). A season's name counts as written, also at the
// wrong time of the year. The letters of RFC 822 mean UTC, since RFC 2822 (4.3) found
// their sense reversed too often to be used. From the tz database.
var zoneNames = map[string]int{
	"z": 0, "ut": 0, "utc": 0, "gmt": 0, "zulu": 0, "гринвич": 0, "coordinated universal time": 0, "greenwich mean time": 0,
	"wet": 0, "west": 3600, "bst": 3600, "ist": 19800, "cet": 3600, "met": 3600, "mez": 3600,
	"cest": 7200, "mest": 7200, "mesz": 7200, "cedt": 7200, "eet": 7200, "eest": 10800, "msk": 10800, "мск": 10800, "msd": 14400, "trt": 10800,
	"idt": 10800, "samt": 14400, "yekt": 18000, "omst": 21600, "novt": 25200, "krat": 25200, "irkt": 28800, "yakt": 32400, "vlat": 36000, "magt": 39600, "pett": 43200,
	"ast": -14400, "adt": -10800, "at": -14400, "nst": -12600, "ndt": -9000,
	"est": -18000, "edt": -14400, "cst": -21600, "cdt": -18000, "mst": -25200, "mdt": -21600, "pst": -28800, "pdt": -25200,
	"akst": -32400, "akdt": -28800, "hst": -36000, "hdt": -32400, "et": -18000, "ct": -21600, "mt": -25200, "pt": -28800,
	"brt": -10800, "brst": -7200, "art": -10800, "uyt": -10800, "pyt": -10800, "gft": -10800, "clt": -14400, "clst": -10800, "bot": -14400, "vet": -14400,
	"gyt": -14400, "amt": -14400, "cot": -18000, "pet": -18000, "ect": -18000, "act": -18000, "hnec": -18000,
	"wat": 3600, "cat": 7200, "sast": 7200, "eat": 10800, "cvt": -3600, "azot": -3600, "mut": 14400, "sct": 14400, "ret": 14400,
	"gst": 14400, "azt": 14400, "get": 14400, "irst": 12600, "irdt": 16200, "aft": 16200, "pkt": 18000, "uzt": 18000, "tjt": 18000, "tmt": 18000, "mvt": 18000,
	"slst": 19800, "npt": 20700, "bdt": 21600, "btt": 21600, "almt": 18000, "kgt": 21600, "mmt": 23400,
	"wib": 25200, "ict": 25200, "hovt": 25200, "wita": 28800, "hkt": 28800, "sgt": 28800, "myt": 28800, "pht": 28800, "phst": 28800, "ulat": 28800, "awst": 28800,
	"wit": 32400, "tlt": 32400, "jst": 32400, "kst": 32400, "acst": 34200, "acdt": 37800, "aest": 36000, "aedt": 39600, "chst": 36000, "pgt": 36000,
	"sbt": 39600, "vut": 39600, "nct": 39600, "fjt": 43200, "nzst": 43200, "nzdt": 46800, "tot": 46800,
}
