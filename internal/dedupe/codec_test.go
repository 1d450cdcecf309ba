package dedupe

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tributary/feeds"
)

func roundTrip(t *testing.T, p *Print) {
	t.Helper()
	got, err := DecodePrint(p.Entry, p.Source, p.Encode())
	if err != nil {
		t.Fatalf("%v: %+v", err, p)
	}
	if diff := cmp.Diff(*p, got, cmpopts.EquateEmpty(), cmp.AllowUnexported(mark{})); diff != "" {
		t.Error(diff)
	}
}

func TestAPrintComesBackAsItWasKept(t *testing.T) {
	for _, text := range []string{"", "More soon.", release, release + "\n" + release, "1,250 migrants; 30 mil; ninety-four; 2.5 million; 7 % of 12 May 2026, No. 21"} {
		e := feeds.Entry{ID: "g", Title: "Flow monitoring report No. 20, 12 May 2026 (corrected)", Link: "https://iom.int/news/a-long-slug-of-a-page",
			Image: &feeds.Image{URL: "https://iom.int/i.jpg"}, Links: []feeds.Link{{Rel: "alternate", Hreflang: "fr", Href: "https://iom.int/fr/x"}}}
		h := Fingerprint("ly", &e, text)
		p := NewPrint("ly", &h, &e, text, time.Date(2026, 5, 12, 8, 0, 0, 0, time.UTC), Labelled{Language: "en", Countries: []string{"LY", "NE"}, Primary: "LY", Topics: []string{"returns"}}, nil)
		roundTrip(t, &p)
	}
}

func TestBrokenPrintsAreRefused(t *testing.T) {
	e := feeds.Entry{ID: "g", Title: "Return flight", Link: "https://iom.int/x"}
	h := Fingerprint("ly", &e, release)
	p := NewPrint("ly", &h, &e, release, time.Unix(0, 0), Labelled{}, nil)
	whole := p.Encode()
	for n := 1; n < len(whole); n++ {
		if _, err := DecodePrint(1, "ly", whole[:n]); err == nil {
			t.Fatalf("%d of %d bytes are taken for a print", n, len(whole))
		}
	}
	if _, err := DecodePrint(1, "ly", append(whole[:len(whole):len(whole)], 0)); err == nil {
		t.Error("a byte too many is not seen")
	}
	if _, err := DecodePrint(1, "ly", nil); !errors.Is(err, ErrPrintVersion) {
		t.Errorf("nothing: %v", err)
	}
}

func FuzzDecodePrint(f *testing.F) {
	e := feeds.Entry{ID: "g", Title: "Return flight", Link: "https://iom.int/x"}
	h := Fingerprint("ly", &e, release)
	p := NewPrint("ly", &h, &e, release, time.Unix(0, 0), Labelled{Countries: []string{"LY"}}, nil)
	f.Add(p.Encode())
	f.Add([]byte{printVersion, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := DecodePrint(1, "ly", b)
		if err != nil {
			return
		}
		Verify(&p, &p, DefaultWindows) // whatever is kept can be compared
	})
}

func FuzzNewPrint(f *testing.F) {
	f.Add("Flow monitoring report No. 20", release, "https://iom.int/news/x")
	f.Add("تحديث: السيول تخرج ٨٬٥٤٢ شخصا", "دانغريغا – تدرب موظفو استقبال من 16 فندقا", "https://iom.int/ar/node/1")
	f.Add("(corrected)", "- – : ) ( [ ] … 1.2.3,4 ,5 1 2 3", "")
	f.Add("第20号", "国际移民组织 99 人", "https://a.example/?b")
	f.Fuzz(func(t *testing.T, title, text, link string) {
		e := feeds.Entry{ID: "g", Title: title, Link: link}
		h := Fingerprint("ly", &e, text)
		p := NewPrint("ly", &h, &e, text, time.Unix(1e9, 0).UTC(), Labelled{}, []uint64{1})
		if len(p.Keys.Kept) > 40 || len(p.Encode()) > 4096 {
			t.Errorf("%d keys, %d bytes", len(p.Keys.Kept), len(p.Encode()))
		}
		roundTrip(t, &p)
		if v := Verify(&p, &p, DefaultWindows); v.Apart && v.Reason != OtherEntry {
			t.Errorf("it is not like itself: %+v", v)
		}
	})
}
