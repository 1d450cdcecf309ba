package read

import (
	"maps"
	"strings"
	"sync"
)

// monthLanguages holds the months of the Gregorian calendar, January first, one
// language or custom a line; a slash parts what is written for the same month. Any
// beginning of three characters or more stands for the month unless it could be
// another, also in another language; what is ambiguous so and yet in use is listed.
// From the Unicode CLDR and, where the day follows in another case, from grammars.
var monthLanguages = []string{
	"january february march april may june july august september october november december", // English
	"janvier février mars avril mai juin/jui juillet août septembre octobre novembre décembre",
	"enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre",
	"janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
	"januar/jänner februar/feber märz/mrz april mai juni juli august september oktober november dezember",
	"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
	"januari februari maart april mei juni/jun juli/jul augustus september oktober november december",
	"января/январь февраля/февраль марта/март апреля/апрель мая/май июня/июнь июля/июль августа/август сентября/сентябрь октября/октябрь ноября/ноябрь декабря/декабрь",
	"січня/січень лютого/лютий березня/березень квітня/квітень травня/травень червня/червень липня/липень серпня/серпень вересня/вересень жовтня/жовтень листопада/листопад грудня/грудень",
	"януари февруари март април май юни юли август септември октомври ноември декември", // Bulgarian
	"јануар фебруар март април мај јун јул август септембар октобар новембар децембар",  // Serbian
	"stycznia/styczeń lutego/luty marca/marzec kwietnia/kwiecień maja/maj czerwca/czerwiec lipca/lipiec sierpnia/sierpień września/wrzesień października/październik listopada/listopad grudnia/grudzień",
	"ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",    // Romanian
	"januar februar marts/mars april maj/mai juni juli august/augusti september oktober november december", // Danish, Norwegian, Swedish
	"januari februari maret april mei juni juli agustus september oktober november desember",               // Indonesian
	"januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",                  // Swahili
	"ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
	"január február március április május június július augusztus szeptember október november december",
	"ιανουαρίου/ιανουάριος φεβρουαρίου/φεβρουάριος μαρτίου/μάρτιος/μαρ/μάρ απριλίου/απρίλιος μαΐου/μάιος/μαϊ ιουνίου/ιούνιος/ιον ιουλίου/ιούλιος/ιολ αυγούστου/αύγουστος σεπτεμβρίου/σεπτέμβριος οκτωβρίου/οκτώβριος νοεμβρίου/νοέμβριος δεκεμβρίου/δεκέμβριος",
	"يناير فبراير مارس أبريل/إبريل مايو يونيو/يونيه يوليو/يوليه أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
	"جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",               // Algeria, Tunisia
	"يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",                // Morocco
	"- شباط آذار نيسان أيار/نوار حزيران تموز آب أيلول - - -",                               // the Levant; see levantineMonth
	"ژانویه فوریه مارس آوریل مه/می ژوئن ژوئیه/جولای اوت/آگوست سپتامبر اکتبر نوامبر دسامبر", // Persian
	"جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",                  // Urdu, Dari
}

// weekdayLanguages holds the days of the week, Monday first. Any beginning of two
// characters or more stands for the day.
var weekdayLanguages = []string{
	"monday tuesday wednesday thursday friday saturday sunday",
	"lundi mardi mercredi jeudi vendredi samedi dimanche",
	"lunes martes miércoles jueves viernes sábado domingo",
	"segunda terça quarta quinta sexta sábado domingo",
	"montag dienstag mittwoch donnerstag freitag samstag/sonnabend sonntag",
	"lunedì martedì mercoledì giovedì venerdì sabato domenica",
	"maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
	"понедельник вторник среда/среду четверг пятница/пятницу суббота/субботу воскресенье",
	"понеділок вівторок середа/середу четвер ятниця/ятницю субота/суботу неділя/неділю", // the apostrophe parts П’ятниця
	"пн вт ср чт пт сб вс/нд",
	"понеделник вторник сряда четвъртък петък събота неделя",
	"poniedziałek/pn wtorek środa/środę czwartek/czw piątek/pt sobota/sobotę niedziela/nd",
	"luni marți miercuri joi vineri sâmbătă duminică",
	"måndag/mandag tisdag/tirsdag onsdag torsdag fredag lördag/lørdag söndag/søndag",
	"senin selasa rabu kamis jumat sabtu minggu",
	"jumatatu jumanne jumatano alhamisi ijumaa jumamosi jumapili",
	"pazartesi/pzt salı çarşamba perşembe cuma cumartesi/cmt pazar",
	"hétfő kedd szerda/sze csütörtök péntek szombat vasárnap",
	"δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή",
	"الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
	"اثنين ثلاثاء أربعاء خميس جمعة سبت أحد",
	"دوشنبه سه‌شنبه/سه چهارشنبه پنجشنبه جمعه شنبه یکشنبه",
	"월요일/월 화요일/화 수요일/수 목요일/목 금요일/금 토요일/토 일요일/일",
	"月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
	"星期一/周一 星期二/周二 星期三/周三 星期四/周四 星期五/周五 星期六/周六 星期日/星期天/周日",
}

// dateFillers are words that stand between the parts of a date.
var dateFillers = sync.OnceValue(func() map[string]bool {
	return set("feira at on of the le la de del da di du à a às as al alle ore um den der am dem el las los en kl klo om vom il lo y e et " +
		"st nd rd th er º ª ἡ г год года року р в о u i o uhr time local hours posted updated published publié date " +
		"στις την του الساعة الساعه في من يوم عام سنة الموافق ساعت در مورخ yang pada pukul saa tarihinde günü saat szept بتاريخ م هـ")
})

// dayHalves are the halves of the day, 'a' and 'p'; of those that are abbreviated to
// two letters with points, both together.
var dayHalves = sync.OnceValue(func() map[string]byte {
	out := map[string]byte{}
	for half, words := range map[byte]string{
		'a': "am ص صباحا صباحًا πμ قظ 오전 午前 上午 öö fm",
		'p': "pm م مساء مساءً μμ بظ 오후 午後 下午 ös em",
	} {
		for w := range strings.FieldsSeq(words) {
			out[fold(w)] = half
		}
	}
	return out
})

// dateUnit tells what the East Asian word behind a number makes of it, 0 when it is
// none; and whether the word is Korean, which is written in one zone only.
func dateUnit(word string) (part byte, eastern bool) {
	switch word {
	case "年":
		return 'y', false
	case "月":
		return 'm', false
	case "日", "号":
		return 'd', false
	case "時", "时", "点":
		return 'H', false
	case "分":
		return 'M', false
	case "秒":
		return 'S', false
	}
	return koreanUnits()[word], koreanUnits()[word] != 0
}

var koreanUnits = sync.OnceValue(func() map[string]byte {
	return map[string]byte{fold("년"): 'y', fold("월"): 'm', fold("일"): 'd', fold("시"): 'H', fold("분"): 'M', fold("초"): 'S'}
})

// isEastern tells the words of Korean and Japanese, whose countries have one zone.
func isEastern(word string) bool {
	return word == "午前" || word == "午後" || strings.HasSuffix(word, "曜日") || word != "" && word[0] == 0xE1 && word[1] >= 0x84 && word[1] <= 0x87
}

// isHourWord tells the words behind an hour.
func isHourWord(word string) bool {
	switch word {
	case "h", "uhr", "ч", "hrs", "hs", "heures", "ore":
		return true
	}
	return false
}

// levantineMonth reads the months that share a word: the first and second Tishrin and
// Kanun. second is the word behind it; n is how many of the two were read.
func levantineMonth(word, second string) (month, n int) {
	first, later := strings.HasSuffix(second, "اول"), strings.HasSuffix(second, "ثاني") || strings.HasSuffix(second, "ثان")
	n = 1
	if first || later {
		n = 2
	}
	switch {
	case word == "تشرين" && later:
		return 11, n
	case word == "تشرين":
		return 10, n
	case word == "كانون" && later:
		return 1, n
	case word == "كانون":
		return 12, n
	}
	return 0, 0
}

var monthIndex = sync.OnceValue(func() map[string]int { return index(monthLanguages, 3) })

var weekdayIndex = sync.OnceValue(func() map[string]int { return index(weekdayLanguages, 2) })

// index maps each name, and each beginning of a name that has at least so many
// characters, to its place from 1 on; -1 when there are several places. A whole name
// wins over the beginnings of others.
func index(languages []string, shortest int) map[string]int {
	whole, out := map[string]int{}, map[string]int{}
	for _, line := range languages {
		for i, names := range strings.Fields(line) {
			for name := range strings.SplitSeq(fold(names), "/") {
				enter(whole, name, i+1)
				runes := []rune(name)
				for n := shortest; n < len(runes); n++ {
					enter(out, string(runes[:n]), i+1)
				}
			}
		}
	}
	maps.Copy(out, whole)
	return out
}

func enter(places map[string]int, name string, place int) {
	if known := places[name]; known != 0 && known != place {
		place = -1
	}
	places[name] = place
}

// monthNamed is the month of a folded word, 0 when it is none.
func monthNamed(word string) int {
	if m := monthIndex()[word]; m > 0 {
		return m
	}
	if strings.ContainsRune(word, '\uFFFD') {
		return monthLike(word)
	}
	return 0
}

// monthLike finds the month of a word in which characters were lost.
func monthLike(word string) int {
	found := 0
	for name, m := range monthIndex() {
		if m > 0 && m != found && likeRunes(word, name) {
			if found != 0 {
				return 0
			}
			found = m
		}
	}
	return found
}

// likeRunes tells whether a word is a name in which U+FFFD stands for one character
// or, in a run, for each of its bytes.
func likeRunes(word, name string) bool {
	before, behind := word[:strings.Index(word, "\uFFFD")], word[strings.LastIndex(word, "\uFFFD")+len("\uFFFD"):]
	lost := len([]rune(name)) - len([]rune(before)) - len([]rune(behind))
	return strings.HasPrefix(name, before) && strings.HasSuffix(name, behind) && lost == 1
}

// weekdayNamed is the weekday of a folded word, 1 for Monday, -1 when it may be
// several.
func weekdayNamed(word string) (int, bool) {
	day, ok := weekdayIndex()[word]
	return day, ok
}

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[fold(w)] = true
	}
	return out
}
