package langid_test

import (
	"testing"

	"tributary/internal/langid"
)

// releases are texts of about 1.5 KiB, as long as a press release in a feed is.
var releases = map[string]string{
	"english": `Days of heavy rain have forced more than 12,000 people from their homes in three districts of central Malawi, where rivers burst their banks on Sunday night and washed away two bridges on the road to Zambia.

The International Organization for Migration (IOM) and the Department of Disaster Management counted the displaced in 31 schools, churches and a collective centre near Salima. Most of them are women and children who left with little more than the clothes they wore. Teams handed out blankets, tarpaulins and hygiene kits on Monday; clean water is the most pressing need.

"People are telling us that they lost the maize they had stored for the season," said the head of the IOM office in Malawi. "We can reach them today, but the road is getting worse with every hour and the rain has not stopped."

Health workers in the camps report the first suspected cases of cholera. Mobile clinics from the district hospital visit the sites twice a week, and volunteers explain how to treat water at home. The Ministry of Health has asked for more tents so that patients can be treated apart from the other families.

Malawi is still recovering from the cyclone that struck the south of the country and neighbouring Mozambique two years ago. IOM has appealed for USD 4.2 million to help 60,000 people over the next six months. The response is funded by the Central Emergency Response Fund and the Government of Japan.`,
	"arabic": `أجبرت الأمطار الغزيرة أكثر من 12 ألف شخص على ترك منازلهم في ثلاث محليات بولاية كسلا شرق السودان، حيث فاضت الأنهار ليل الأحد وجرفت جسرين على الطريق المؤدي إلى إريتريا.

وأحصت المنظمة الدولية للهجرة وشركاؤها النازحين في 31 مدرسة ومركز إيواء. ومعظمهم من النساء والأطفال الذين غادروا ولا يحملون سوى القليل. ووزعت الفرق البطانيات والأغطية البلاستيكية ومستلزمات النظافة يوم الاثنين، وتبقى المياه النظيفة الحاجة الأشد إلحاحا.

وقالت مديرة مكتب المنظمة في السودان إن الناس فقدوا المحاصيل التي خزنوها للموسم، وإن الطريق يزداد سوءا مع كل ساعة ولم تتوقف الأمطار. وسجل العاملون الصحيون أولى الحالات المشتبه بأنها كوليرا، وتزور العيادات المتنقلة المواقع مرتين في الأسبوع.`,
}

func BenchmarkDetect(b *testing.B) {
	d, err := langid.New()
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range releases {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if d.Detect("", text).Language == "" {
					b.Fatal("no language")
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := langid.New(); err != nil {
			b.Fatal(err)
		}
	}
}
