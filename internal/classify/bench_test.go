package classify_test

import (
	"runtime"
	"strings"
	"testing"

	"tributary/internal/classify"
)

// release is an item of about 1.5 KiB, as long as a press release in a feed is.
var release = classify.Item{
	Title: "More Than 12,000 People Displaced by Floods in Central Malawi",
	Text: `Lilongwe – Days of heavy rain have forced more than 12,000 people from their homes in three districts of central Malawi, where rivers burst their banks on Sunday night and washed away two bridges on the road to Zambia.

The International Organization for Migration (IOM) and the Department of Disaster Management counted the displaced in 31 schools, churches and a collective centre near Salima. Most of them are women and children who left with little more than the clothes they wore. Teams handed out blankets, tarpaulins and hygiene kits on Monday; clean water is the most pressing need.

"People are telling us that they lost the maize they had stored for the season," said the head of the IOM office in Malawi. "We can reach them today, but the road is getting worse with every hour and the rain has not stopped."

Health workers in the camps report the first suspected cases of cholera. Mobile clinics from the district hospital visit the sites twice a week, and volunteers explain how to treat water at home. The Ministry of Health has asked for more tents so that patients can be treated apart from the other families.

Malawi is still recovering from the cyclone that struck the south of the country and neighbouring Mozambique two years ago. IOM has appealed for USD 4.2 million to help 60,000 people over the next six months. The response is funded by the Central Emergency Response Fund and the Government of Japan.

For more information, please contact the media team in Geneva.`,
}

var arabicRelease = classify.Item{
	Title: "نزوح أكثر من 12 ألف شخص بسبب الفيضانات في شرق السودان",
	Text: `بورتسودان – أجبرت الأمطار الغزيرة أكثر من 12 ألف شخص على ترك منازلهم في ثلاث محليات بولاية كسلا شرق السودان، حيث فاضت الأنهار ليل الأحد وجرفت جسرين على الطريق المؤدي إلى إريتريا.

وأحصت المنظمة الدولية للهجرة وشركاؤها النازحين في 31 مدرسة ومركز إيواء. ومعظمهم من النساء والأطفال الذين غادروا ولا يحملون سوى القليل. ووزعت الفرق البطانيات والأغطية البلاستيكية ومستلزمات النظافة يوم الاثنين، وتبقى المياه النظيفة الحاجة الأشد إلحاحا.

وقالت مديرة مكتب المنظمة في السودان إن الناس فقدوا المحاصيل التي خزنوها للموسم، وإن الطريق يزداد سوءا مع كل ساعة ولم تتوقف الأمطار. وسجل العاملون الصحيون أولى الحالات المشتبه بأنها كوليرا، وتزور العيادات المتنقلة المواقع مرتين في الأسبوع.

وتناشد المنظمة المانحين تقديم 4.2 مليون دولار لمساعدة 60 ألف شخص خلال الأشهر الستة المقبلة. وتنفذ الاستجابة بتمويل من اليابان.`,
}

func BenchmarkClassify(b *testing.B) {
	c := classifier(b)
	declared, arabic := release, arabicRelease
	declared.Language, arabic.Language = "en", "ar"
	for _, bench := range []struct {
		name string
		item classify.Item
	}{{"declared", declared}, {"undeclared", release}, {"arabic", arabic}} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bench.item.Title) + len(bench.item.Text)))
			for b.Loop() {
				if len(c.Classify(bench.item)) == 0 {
					b.Fatal("no labels")
				}
			}
		})
	}
}

// BenchmarkRepeated shows that no rule looks at every mention for every mention: texts as
// long as any is looked at, of one thing over and over.
func BenchmarkRepeated(b *testing.B) {
	c := classifier(b)
	for _, s := range []string{"French ", "learn French ", "Springfield in ", "in Newquay ", "Lebanon, Ohio ", "from Libya to Italy ", "Java ", "Libya, ", "Libya\n", "funded by Norway and ", "\" Jordan said ", "في بنغازي ", "Michael Jordan ", "the Darién between Colombia and Panama ", "a court in London ", "since the war in Ukraine ", "expelled from Libya "} {
		it := classify.Item{Text: strings.Repeat(s, 1<<16/len(s)), Language: "en"}
		b.Run(strings.TrimSpace(s), func(b *testing.B) {
			for b.Loop() {
				c.Classify(it)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	t, stations, err := readTaxonomy()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var kept *classify.Classifier
	before := heap()
	for b.Loop() {
		if kept, err = classify.New(t, classify.Options{DutyStations: stations}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(heap()-before)/(1<<20), "MB-kept")
	runtime.KeepAlive(kept)
}

// heap is what is in use after everything that can go has gone.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkModelled is BenchmarkClassify with the shipped topic model.
func BenchmarkModelled(b *testing.B) {
	c := modelled(b)
	item := release
	item.Language = "en"
	b.ReportAllocs()
	b.SetBytes(int64(len(item.Title) + len(item.Text)))
	for b.Loop() {
		if len(c.Classify(item)) == 0 {
			b.Fatal("no labels")
		}
	}
}
