package read

import "strings"

// monthPrefixes are the beginnings by which a month is known, in English, French,
// Spanish, Portuguese, German, Italian, Russian and Arabic (both the Levantine and
// the Latin names). The longest that fits counts: "juil" before "jui".
var monthPrefixes = map[string]int{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	"fév": 2, "fev": 2, "mär": 3, "mrz": 3, "avr": 4, "abr": 4, "mai": 5, "juin": 6, "juil": 7, "jui": 6,
	"aoû": 8, "aou": 8, "déc": 12, "dez": 12, "dic": 12, "ene": 1, "ago": 8, "set": 9, "out": 10, "okt": 10,
	"jän": 1, "gen": 1, "mag": 5, "mei": 5, "giu": 6, "lug": 7, "ott": 10,
	"янв": 1, "фев": 2, "мар": 3, "апр": 4, "мая": 5, "май": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9, "окт": 10, "ноя": 11, "дек": 12,
	"يناير": 1, "فبراير": 2, "مارس": 3, "أبريل": 4, "ابريل": 4, "إبريل": 4, "مايو": 5, "يونيو": 6, "يوليو": 7, "يوليوز": 7,
	"أغسطس": 8, "اغسطس": 8, "غشت": 8, "سبتمبر": 9, "شتنبر": 9, "أكتوبر": 10, "اكتوبر": 10, "نوفمبر": 11, "نونبر": 11, "ديسمبر": 12, "دجنبر": 12,
	"جانفي": 1, "فيفري": 2, "أفريل": 4, "ماي": 5, "جوان": 6, "جويلية": 7, "أوت": 8,
	"شباط": 2, "آذار": 3, "اذار": 3, "نيسان": 4, "أيار": 5, "ايار": 5, "حزيران": 6, "تموز": 7, "آب": 8, "اب": 8,
	"أيلول": 9, "ايلول": 9,
}

// levantineMonth reads the months that share a word: the first and second Tishrin and
// Kanun. second is the word behind it.
func levantineMonth(word, second string) int {
	later := strings.HasSuffix(second, "ثاني")
	switch {
	case word == "تشرين" && later:
		return 11
	case word == "تشرين":
		return 10
	case word == "كانون" && later:
		return 1
	case word == "كانون":
		return 12
	}
	return 0
}

// monthNamed is the month of a word, 0 when it is none.
func monthNamed(word string) int {
	if m := monthPrefixes[word]; m > 0 {
		return m
	}
	runes := []rune(word)
	for n := min(len(runes), 4); n >= 3; n-- {
		prefix := string(runes[:n])
		if m, ok := monthPrefixes[prefix]; ok && isMonthTail(prefix, string(runes[n:])) {
			return m
		}
	}
	return 0
}

// isMonthTail tells whether the rest of a word completes a month name; so that
// "mardi", "martes" and "mars" are told apart.
func isMonthTail(prefix, tail string) bool {
	word := prefix + tail
	switch {
	case isWeekday(word):
		return false
	case tail == "" || strings.Contains(monthTails, " "+tail+" "):
		return true
	}
	return false
}

// monthTails are the ends of month names behind three or four characters.
const monthTails = " uary ruary ch il e y ust t tember ember ober vember cember " + // English
	" vier rier s l t r et let bre embre tembre obre ier " + // French
	" ro rero zo iembre tiembre io iero ubre to osto o " + // Spanish
	" eiro ereiro ço co il ho embro tembro ubro " + // Portuguese
	" uar ruar rz z i li ni st tember ober ember zember ner " + // German
	" naio braio ile gio lio gno sto ttembre obre aio braio " + // Italian
	" аря раля та еля я а уста тября бря абря ября ь т ель ст тябрь брь абрь ябрь арь раль уст " // Russian

// isWeekday tells whether a word is a weekday or the beginning of one.
func isWeekday(word string) bool {
	runes := []rune(word)
	if len(runes) < 2 {
		return false
	}
	return weekdays[word] || len(runes) > 3 && weekdays[string(runes[:4])]
}

// weekdays are the abbreviations and the first four characters of the full names.
var weekdays = set("mon tue tues wed thu thur thurs fri sat sun mond tues wedn thur frid satu sund " +
	"lun mar mer jeu ven sam dim lund mard merc jeud vend same dima " +
	"mié mie jue vie sáb sab dom lune mart miér jueves juev vier sába saba domi " +
	"seg ter qua qui sex segu terç quar quin sext " +
	"mo di mi do fr sa so die mit don fre mont dien mitt donn frei sams sonn " +
	"gio giov vene saba dome " +
	"الاثنين الإثنين الثلاثاء الأربعاء الاربعاء الخميس الجمعة السبت الأحد الاحد " +
	"пн вт ср чт пт сб вс пон вто сре чет пят суб вос поне втор сред четв пятн субб воск")

// fillers are words that stand between the parts of a date.
var fillers = set("feira at on of the le la de del da di du à a às as al alle ore um den der am dem el las los en the en " +
	"st nd rd th er º ª г года год в u e i y o uhr hours local time posted updated published publié الساعة في من يوم")

// zones are the names of zones, in seconds east of UTC. Where a name has several
// meanings, the one most seen in feeds counts: American and European. The letters of
// RFC 822 mean UTC, since RFC 2822 found their sense reversed too often to be used.
var zones = map[string]int{
	"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 3600, "bst": 3600, "ist": 19800, "cet": 3600, "met": 3600, "mez": 3600,
	"cest": 7200, "mest": 7200, "mesz": 7200, "eet": 7200, "eest": 10800, "msk": 10800, "мск": 10800, "trt": 10800, "ast": -14400, "adt": -10800,
	"est": -18000, "edt": -14400, "cst": -21600, "cdt": -18000, "mst": -25200, "mdt": -21600, "pst": -28800, "pdt": -25200,
	"akst": -32400, "akdt": -28800, "hst": -36000, "et": -18000, "ct": -21600, "mt": -25200, "pt": -28800,
	"wat": 3600, "cat": 7200, "sast": 7200, "eat": 10800, "brt": -10800, "art": -10800, "pkt": 18000, "npt": 20700, "wib": 25200,
	"ict": 25200, "hkt": 28800, "sgt": 28800, "pht": 28800, "awst": 28800, "jst": 32400, "kst": 32400, "aest": 36000, "aedt": 39600,
	"nzst": 43200, "nzdt": 46800,
}

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}
