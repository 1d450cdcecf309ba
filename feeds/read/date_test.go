package read_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"tributary/feeds/read"
)

// published gives the time that is read of a date, in RFC 3339; empty when it is
// none. others are dates of the same document.
func published(t testing.TB, text string, others ...string) (string, []string) {
	t.Helper()
	items := []map[string]string{{"id": "0", "date_published": text}}
	for i, o := range others {
		items = append(items, map[string]string{"id": fmt.Sprint(i + 1), "date_published": o})
	}
	body, err := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "items": items})
	if err != nil {
		t.Fatal(err)
	}
	feed, err := read.Parse(read.Document{Body: body, ContentType: "application/feed+json"})
	if err != nil {
		t.Fatal(err)
	}
	e := feed.Entries[0]
	if e.Published.IsZero() {
		return "", feed.Problems
	}
	return e.Published.Format(time.RFC3339Nano), feed.Problems
}

func TestDates(t *testing.T) {
	for group, list := range map[string][][2]string{
		"RFC 822": {
			{"Tue, 14 Nov 2023 09:30:15 GMT", "2023-11-14T09:30:15Z"},
			{"Tue, 14 Nov 23 09:30 UT", "2023-11-14T09:30:00Z"},
			{"14 Nov 2023 09:30:15 +0000", "2023-11-14T09:30:15Z"},
			{"Tue 14 Nov 2023 09:30:15 +0000", "2023-11-14T09:30:15Z"},
			{"Tue,14 Nov 2023 09:30:15 +0000", "2023-11-14T09:30:15Z"},
			{"Tue, 14 Nov, 2023 09:30:15 +0000", "2023-11-14T09:30:15Z"},
			{"Tue, 4 Nov 2003 9:5:7 GMT", "2003-11-04T09:05:07Z"},
			{"Mon, 14 Nov 2023 09:30:15 GMT", "2023-11-14T09:30:15Z"},
			{"Tuesday, 14 November 2023 09:30:15 GMT", "2023-11-14T09:30:15Z"},
			{"Tues, 14 Sept 2023 09:30:15 GMT", "2023-09-14T09:30:15Z"},
			{"Tuesday, 14-Nov-23 09:30:15 GMT", "2023-11-14T09:30:15Z"},
			{"Tue, 14-Nov-2023 09:30:15 GMT", "2023-11-14T09:30:15Z"},
			{"TUE, 14 NOV 2023 09:30:15 GMT", "2023-11-14T09:30:15Z"},
			{"tue, 14 nov 2023 09:30:15 gmt", "2023-11-14T09:30:15Z"},
			{"Tue, 14 Nov 103 09:30:15 GMT", "2003-11-14T09:30:15Z"},
			{"Tue, 14 Nov 19103 09:30:15 GMT", "2003-11-14T09:30:15Z"},
			{"Tue, 14 Nov 99 09:30:15 GMT", "1999-11-14T09:30:15Z"},
			{"Tue, 14 Nov 2023", "2023-11-14T00:00:00Z"},
			{"Tue, 14 Nov 2023 24:00:00 GMT", "2023-11-15T00:00:00Z"},
			{"Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z"},
			{"Sat, 31 Sep 2016 10:00:00 GMT", "2016-09-30T10:00:00Z"},
			{"Wed, 30 Feb 2016 10:00:00 GMT", "2016-02-29T10:00:00Z"},
			{"Tue, 14 Nov 2023\n09:30:15 GMT", "2023-11-14T09:30:15Z"},
			{"Thu Aug 30 2012 17:26:16 +0200", "2012-08-30T15:26:16Z"},
		},
		"zones": {
			{"14 Nov 2023 09:30 -0500", "2023-11-14T14:30:00Z"},
			{"14 Nov 2023 09:30 -0500 (EST)", "2023-11-14T14:30:00Z"},
			{"14 Nov 2023 09:30 (EST)", "2023-11-14T14:30:00Z"},
			{"14 Nov 2023 09:30 EST", "2023-11-14T14:30:00Z"},
			{"14 Nov 2023 09:30 EDT", "2023-11-14T13:30:00Z"},
			{"14 Nov 2023 09:30 PST", "2023-11-14T17:30:00Z"},
			{"14 Nov 2023 09:30 AT", "2023-11-14T13:30:00Z"},
			{"14 Nov 2023 09:30 CET", "2023-11-14T08:30:00Z"},
			{"14 Nov 2023 09:30 CEST", "2023-11-14T07:30:00Z"},
			{"14 Nov 2023 09:30 MSK", "2023-11-14T06:30:00Z"},
			{"14 Nov 2023 09:30 BST", "2023-11-14T08:30:00Z"},
			{"14 Nov 2023 09:30 IST", "2023-11-14T04:00:00Z"},
			{"14 Nov 2023 09:30 EAT", "2023-11-14T06:30:00Z"},
			{"14 Nov 2023 09:30 NPT", "2023-11-14T03:45:00Z"},
			{"14 Nov 2023 09:30 Z", "2023-11-14T09:30:00Z"},
			{"14 Nov 2023 09:30 A", "2023-11-14T09:30:00Z"},
			{"14 Nov 2023 09:30 GMT+0200", "2023-11-14T07:30:00Z"},
			{"14 Nov 2023 09:30 GMT-01:01", "2023-11-14T10:31:00Z"},
			{"14 Nov 2023 09:30 UTC-5", "2023-11-14T14:30:00Z"},
			{"14 Nov 2023 09:30 Etc/GMT", "2023-11-14T09:30:00Z"},
			{"14 Nov 2023 09:30 Etc/GMT+5", "2023-11-14T14:30:00Z"},
			{"14 Nov 2023 09:30 +5", "2023-11-14T04:30:00Z"},
			{"14 Nov 2023 09:30 +5:30", "2023-11-14T04:00:00Z"},
			{"14 Nov 2023 09:30 +530", "2023-11-14T04:00:00Z"},
			{"14 Nov 2023 09:30 +053", "2023-11-14T04:00:00Z"},
			{"14 Nov 2023 09:30 +05:30", "2023-11-14T04:00:00Z"},
			{"14 Nov 2023 09:30 0530", "2023-11-14T04:00:00Z"},
			{"14 Nov 2023 09:30 −0530", "2023-11-14T15:00:00Z"},
			{"14 Nov 2023 09:30 +9999", "2023-11-14T09:30:00Z"},
			{"14 Nov 2023 09:30 XYZ", "2023-11-14T09:30:00Z"},
			{"14 Nov 2023 09:30 America/New_York", "2023-11-14T09:30:00Z"},
			{"14 Nov 2023 09:30", "2023-11-14T09:30:00Z"},
			{"Tue Nov 14 2023 09:30:15 GMT+0100 (Central European Standard Time)", "2023-11-14T08:30:15Z"},
			{"14 Nov 2023 09:30 EST-0500", "2023-11-14T14:30:00Z"},
		},
		"ISO 8601": {
			{"2023-11-14T09:30:15Z", "2023-11-14T09:30:15Z"},
			{"2023-11-14t09:30:15z", "2023-11-14T09:30:15Z"},
			{"2023-11-14 09:30:15", "2023-11-14T09:30:15Z"},
			{"2023-11-14 09:30:15 +0100", "2023-11-14T08:30:15Z"},
			{"2023-11-14T09:30:15+01", "2023-11-14T08:30:15Z"},
			{"2023-11-14T09:30:15+0100", "2023-11-14T08:30:15Z"},
			{"2023-11-14T09:30:15 +01:00", "2023-11-14T08:30:15Z"},
			{"2023-11-14T09:30:15.123456789Z", "2023-11-14T09:30:15.123456789Z"},
			{"2023-11-14T09:30:15.12345678912Z", "2023-11-14T09:30:15.123456789Z"},
			{"2023-11-14T09:30:15,5Z", "2023-11-14T09:30:15.5Z"},
			{"2023-11-14T09:30Z", "2023-11-14T09:30:00Z"},
			{"2023-11-14T09Z", "2023-11-14T09:00:00Z"},
			{"2023-11-14T09", "2023-11-14T09:00:00Z"},
			{"2023-11-14", "2023-11-14T00:00:00Z"},
			{"2023-11", "2023-11-01T00:00:00Z"},
			{"2023", "2023-01-01T00:00:00Z"},
			{"20231114", "2023-11-14T00:00:00Z"},
			{"20231114T093015Z", "2023-11-14T09:30:15Z"},
			{"20231114T093015.5+0100", "2023-11-14T08:30:15.5Z"},
			{"20231114T0930Z", "2023-11-14T09:30:00Z"},
			{"20231114T09", "2023-11-14T09:00:00Z"},
			{"20231114093015", "2023-11-14T09:30:15Z"},
			{"202311140930", "2023-11-14T09:30:00Z"},
			{"2003-335", "2003-12-01T00:00:00Z"},
			{"2003335", "2003-12-01T00:00:00Z"},
			{"2004-366T10:00Z", "2004-12-31T10:00:00Z"},
			{"2003-366", ""},
			{"2003-W01-1", "2002-12-30T00:00:00Z"},
			{"2003W011", "2002-12-30T00:00:00Z"},
			{"2003-W01", "2002-12-30T00:00:00Z"},
			{"2020-W53-5T10:00Z", "2021-01-01T10:00:00Z"},
			{"2020-W54-5", ""},
			{"031231", "2003-12-31T00:00:00Z"},
			{"03-12-31", "2003-12-31T00:00:00Z"},
			{"-0312", "2003-12-01T00:00:00Z"},
			{"-03-12", "2003-12-01T00:00:00Z"},
			{"03335", "2003-12-01T00:00:00Z"},
			{"2003-012-31T10:14:55+00:00", "2003-12-31T10:14:55Z"},
			{"2023-11-14T24:00:00Z", "2023-11-15T00:00:00Z"},
			{"2023-11-14T09:30:15-00:20", "2023-11-14T09:50:15Z"},
			{"2023-11-14+01:00", "2023-11-13T23:00:00Z"},
			{"2023-11-14-05:00", "2023-11-14T05:00:00Z"},
			{"2003-02-28T18:14:55-08:00", "2003-03-01T02:14:55Z"},
			{"2000-02-28T18:14:55-08:00", "2000-02-29T02:14:55Z"},
			{"2023/11/14 09:30", "2023-11-14T09:30:00Z"},
			{"Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53Z"},
			{"2004-07-08 23:56:58.0", "2004-07-08T23:56:58Z"},
			{"2023.11.14", "2023-11-14T00:00:00Z"},
			{"2023-1-4", "2023-01-04T00:00:00Z"},
		},
		"others": {
			{"Tue Nov 14 09:30:15 2023", "2023-11-14T09:30:15Z"},
			{"Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z"},
			{"Sun Jul 15 01:16:00 +0000 2012", "2012-07-15T01:16:00Z"},
			{"Tue Nov 14 09:30:15 EST 2023", "2023-11-14T14:30:15Z"},
			{"Jan 1, 2004 at 05:45 PM", "2004-01-01T17:45:00Z"},
			{"Jan 1, 2004 5:45PM EST", "2004-01-01T22:45:00Z"},
			{"January 1st, 2004", "2004-01-01T00:00:00Z"},
			{"1st January 2004 5 pm", "2004-01-01T17:00:00Z"},
			{"1 Jan 2004 12:15 a.m.", "2004-01-01T00:15:00Z"},
			{"1 Jan 2004 12:15 P.M.", "2004-01-01T12:15:00Z"},
			{"1 Jan 2004 00:15 PM", "2004-01-01T12:15:00Z"},
			{"1 Jan 2004 17:15 PM", "2004-01-01T17:15:00Z"},
			{"09:30, 14 November 2023", "2023-11-14T09:30:00Z"},
			{"2023 November 14", "2023-11-14T00:00:00Z"},
			{"2023, Nov 14", "2023-11-14T00:00:00Z"},
			{"14.11.2023, 9.30 Uhr", "2023-11-14T09:30:00Z"},
			{"14.11.23", "2023-11-14T00:00:00Z"},
			{"03.11.2023", "2023-11-03T00:00:00Z"},
			{"14/11/2023 09:30", "2023-11-14T09:30:00Z"},
			{"11/14/2023 9:30 PM", "2023-11-14T21:30:00Z"},
			{"14-11-2023", "2023-11-14T00:00:00Z"},
			{"Nov 2023", "2023-11-01T00:00:00Z"},
			{"11/2023", "2023-11-01T00:00:00Z"},
			{"1700000000", "2023-11-14T22:13:20Z"},
			{"@1700000000", "2023-11-14T22:13:20Z"},
			{"1700000000.5", "2023-11-14T22:13:20.5Z"},
			{"1700000000123", "2023-11-14T22:13:20.123Z"},
			{"1700000000123456", "2023-11-14T22:13:20.123456Z"},
			{"999999999", "2001-09-09T01:46:39Z"},
		},
		"languages": {
			{"mardi 14 novembre 2023 à 9h30", "2023-11-14T09:30:00Z"},
			{"Mar 14 mar 2023", "2023-03-14T00:00:00Z"},
			{"14 févr. 2023", "2023-02-14T00:00:00Z"},
			{"1er août 2023, 14 h 05", "2023-08-01T14:05:00Z"},
			{"MERCREDI 14 DÉCEMBRE 2023", "2023-12-14T00:00:00Z"},
			{"14 fÃ©vrier 2023", "2023-02-14T00:00:00Z"},
			{"14 f\uFFFDvrier 2023", "2023-02-14T00:00:00Z"},
			{"martes, 14 de noviembre de 2023 9:30 p. m.", "2023-11-14T21:30:00Z"},
			{"14 de enero del 2023", "2023-01-14T00:00:00Z"},
			{"terça-feira, 14 de março de 2023 às 09h30", "2023-03-14T09:30:00Z"},
			{"Dienstag, 14. März 2023 um 09:30 Uhr", "2023-03-14T09:30:00Z"},
			{"am Dienstag, 14. November 2023", "2023-11-14T00:00:00Z"},
			{"Di, 14 Okt 2023 09:30:00 +0200", "2023-10-14T07:30:00Z"},
			{"martedì 14 gennaio 2023 ore 9.30", "2023-01-14T09:30:00Z"},
			{"14 giugno 2023", "2023-06-14T00:00:00Z"},
			{"вторник, 14 ноября 2023 г., 09:30 МСК", "2023-11-14T06:30:00Z"},
			{"14 мая 2023 года", "2023-05-14T00:00:00Z"},
			{"Вт, 14 Ноя 2023 09:30:00 +0300", "2023-11-14T06:30:00Z"},
			{"П’ятниця, 14 листопада 2023 р. 09:30", "2023-11-14T09:30:00Z"},
			{"Срд, 14 Чер 2023 09:30:00 +0300", "2023-06-14T06:30:00Z"},
			{"الثلاثاء، ١٤ نوفمبر ٢٠٢٣ ٩:٣٠ م", "2023-11-14T21:30:00Z"},
			{"14 كانون الثاني 2024", "2024-01-14T00:00:00Z"},
			{"14 كانون الأول 2024", "2024-12-14T00:00:00Z"},
			{"14 تشرين الأول/أكتوبر 2024", "2024-10-14T00:00:00Z"},
			{"14 آذار 2024", "2024-03-14T00:00:00Z"},
			{"14 غشت 2024", "2024-08-14T00:00:00Z"},
			{"14 جويلية 2024", "2024-07-14T00:00:00Z"},
			{"14 إبريل 2024 صباحًا 09:30", "2024-04-14T09:30:00Z"},
			{"سه‌شنبه ۱۴ نوامبر ۲۰۲۳", "2023-11-14T00:00:00Z"},
			{"Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00:00Z"},
			{"Τρίτη, 14 Νοεμβρίου 2023, 9:30 μ.μ.", "2023-11-14T21:30:00Z"},
			{"14 ΜΑΪΟΥ 2023", "2023-05-14T00:00:00Z"},
			{"2004-július-13T9:15-05:00", "2004-07-13T14:15:00Z"},
			{"2023. november 14. 09:30", "2023-11-14T09:30:00Z"},
			{"2004년 05월 28일  01:31:15", "2004-05-27T16:31:15Z"},
			{"2004-05-25 오후 11:23:17", "2004-05-25T14:23:17Z"},
			{"2023. 11. 14. 오전 9:30", "2023-11-14T00:30:00Z"},
			{"2023年11月14日(火) 9時30分", "2023-11-14T09:30:00Z"},
			{"2023年11月14日火曜日 午後9:30", "2023-11-14T12:30:00Z"},
			{"2023年11月14日 星期二 下午9:30", "2023-11-14T21:30:00Z"},
			{"14 Kasım 2023 Salı 09:30", "2023-11-14T09:30:00Z"},
			{"14 AĞUSTOS 2023", "2023-08-14T00:00:00Z"},
			{"14 Şub 2023", "2023-02-14T00:00:00Z"},
			{"wtorek, 14 października 2023, 09:30", "2023-10-14T09:30:00Z"},
			{"Wt, 14 paź 2023 09:30:00 +0200", "2023-10-14T07:30:00Z"},
			{"14 lis 2023", "2023-11-14T00:00:00Z"},
			{"dinsdag 14 maart 2023 om 09:30", "2023-03-14T09:30:00Z"},
			{"di, 14 mei 2023 09:30:00 +0200", "2023-05-14T07:30:00Z"},
			{"Selasa, 14 Agustus 2023 pukul 09:30 WIB", "2023-08-14T02:30:00Z"},
			{"Jumanne, 14 Machi 2023", "2023-03-14T00:00:00Z"},
			{"marți, 14 noiembrie 2023", "2023-11-14T00:00:00Z"},
			{"tisdag 14 maj 2023 kl. 09:30", "2023-05-14T09:30:00Z"},
		},
		"refused": {
			{"next Tuesday, perhaps", ""},
			{"Sun, 16 Dec 2012 1:2:3:4 GMT", ""},
			{"Sun, 16 zzz 2012 11:47:32 GMT", ""},
			{"Sun, Dec x 2012 11:47:32 GMT", ""},
			{"Sun, 16 Dec zz 11:47:32 GMT", ""},
			{"Sun, 16 Dec 2012 11:47:32 +zz:00", ""},
			{"Sun, 16 Dec 2012 11:47:32 +00:zz", ""},
			{"Sun, 99 Jun 2009 12:00:00 GMT", ""},
			{"2003-12-31T25:14:55Z", ""},
			{"2003-12-31T10:61:55Z", ""},
			{"2003-12-31T10:14:61Z", ""},
			{"2003-00-31", ""},
			{"2003-12-00", ""},
			{"013", ""},
			{"2013-01-27-01", ""},
			{"2013-01-28T11:30:00-06:00Textra", ""},
			{"2013-xx-27", ""},
			{"2013-01-28T09:xx:00Z", ""},
			{"--12-31", ""},
			{"-0001-11-30T00:00:00+00:00", ""},
			{"0001-01-01T00:00:00Z", ""},
			{"0000-00-00 00:00:00", ""},
			{"1969-12-31T23:59:59Z", ""},
			{"Thu, 01 Jan 1970 00:00:00 +0000", ""},
			{"9999-12-31T23:59:59Z", ""},
			{"9999-12-31T23:59:59-99:99", ""},
			{"0", ""},
			{"1", ""},
			{"n/a", ""},
			{"14 Nov 2023 14 Nov 2023", ""},
			{strings.Repeat("1", 128), ""},
		},
	} {
		t.Run(group, func(t *testing.T) {
			for _, c := range list {
				got, problems := published(t, c[0])
				if got != c[1] {
					t.Errorf("%q = %q, want %q", c[0], got, c[1])
				}
				if got == "" && len(problems) == 0 {
					t.Errorf("%q: not read, and nobody is told", c[0])
				}
			}
		})
	}
}

// TestDateOrder: what the text leaves open, its weekday or the document's other dates
// decide; what nothing decides is a problem.
func TestDateOrder(t *testing.T) {
	for name, c := range map[string]struct {
		text     string
		others   []string
		want     string
		problems int
	}{
		"alone":              {"03/11/2023", nil, "2023-11-03T00:00:00Z", 1},
		"months come first":  {"03/11/2023", []string{"11/14/2023"}, "2023-03-11T00:00:00Z", 0},
		"days come first":    {"03/11/2023 9:30 PM", []string{"14/11/2023"}, "2023-11-03T21:30:00Z", 0},
		"both come first":    {"03/11/2023", []string{"14/11/2023", "11/14/2023"}, "2023-11-03T00:00:00Z", 1},
		"of a weekday":       {"Saturday 03/11/2023", nil, "2023-03-11T00:00:00Z", 0},
		"of another weekday": {"Friday 03/11/2023", []string{"11/14/2023"}, "2023-11-03T00:00:00Z", 0},
		"with hyphens":       {"03-11-2023", []string{"11-14-2023"}, "2023-03-11T00:00:00Z", 0},
		"with points":        {"03.11.2023", []string{"11/14/2023"}, "2023-11-03T00:00:00Z", 0},
		"the same":           {"11/11/2023", nil, "2023-11-11T00:00:00Z", 0},
		"two-digit year":     {"03-11-23", nil, "2003-11-23T00:00:00Z", 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems := published(t, c.text, c.others...)
			if got != c.want || len(problems) != c.problems {
				t.Errorf("%q = %q, problems %q", c.text, got, problems)
			}
		})
	}
}

// TestDateRoundTrip writes times in every layout and language, and reads them.
func TestDateRoundTrip(t *testing.T) {
	layouts := []string{
		time.RFC1123Z, time.RFC822Z, time.RFC850, time.RFC3339Nano, time.ANSIC, time.UnixDate, time.RubyDate, time.DateTime, time.RFC1123,
		"Monday, 2 January 2006 15:04:05 -0700", "January 2, 2006 3:04:05 PM MST", "2 Jan 2006 15:04:05 -07:00", "20060102T150405Z0700", "2006-002T15:04:05Z07:00",
		"2006/01/02 15:04:05", "2.1.2006 15:04:05", "2006. 1. 2. 15:04:05", "15:04:05 2 January 2006", "Mon Jan 2 2006 15:04:05 GMT-0700", "2006 January 2, 15:04:05", "2-Jan-2006 15:04:05",
	}
	languages := map[string][]string{
		"fr": strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
		"es": strings.Fields("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
		"pt": strings.Fields("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
		"de": strings.Fields("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
		"it": strings.Fields("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
		"nl": strings.Fields("januari februari maart april mei juni juli augustus september oktober november december"),
		"ru": strings.Fields("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
		"uk": strings.Fields("січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"),
		"pl": strings.Fields("stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"),
		"tr": strings.Fields("Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık"),
		"el": strings.Fields("Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου"),
		"hu": strings.Fields("január február március április május június július augusztus szeptember október november december"),
		"ar": strings.Fields("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
		"lb": {"كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"},
		"fa": strings.Fields("ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر"),
		"ja": strings.Fields("1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月"),
	}
	at := time.Date(1999, 1, 31, 23, 59, 58, 0, time.UTC)
	for range 40 {
		at = at.Add(11*24*time.Hour*19 + 7919*time.Second)
		for _, layout := range layouts {
			text := at.Format(layout)
			want := at
			if layout == time.RFC822Z {
				want = at.Truncate(time.Minute)
			}
			checkRead(t, text, want)
		}
		for _, months := range languages {
			checkRead(t, fmt.Sprintf("%d %s %d, %s", at.Day(), months[at.Month()-1], at.Year(), at.Format("15:04:05")), at)
			checkRead(t, strings.ToUpper(fmt.Sprintf("%d. %s %d %s +0200", at.Day(), months[at.Month()-1], at.Year(), at.Format("15:04"))), at.Truncate(time.Minute).Add(-2*time.Hour))
		}
	}
}

func checkRead(t *testing.T, text string, want time.Time) {
	t.Helper()
	if got, _ := published(t, text); got != want.Format(time.RFC3339Nano) {
		t.Errorf("%q = %s, want %s", text, got, want.Format(time.RFC3339Nano))
	}
}

// FuzzDate holds that a date is read within the years that count, or not at all and
// said so.
func FuzzDate(f *testing.F) {
	for _, s := range []string{
		"Tue, 14 Nov 2023 09:30:15 GMT", "2023-11-14T09:30:15.123Z", "2003-W01-1", "20231114T0930", "14/11/2023 9:30 p.m.", "14 كانون الثاني/يناير ٢٠٢٤", "2004년 05월 28일 01:31:15",
		"f\uFFFD 14 2023", "((((", "1:2:3:4", "+", "-", "--", "t", "2003-w", "@1", "(\uFFFD)", "14 fÃ©vrier 2023", "99999999999999", "00", "w w w", "am pm h",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, problems := published(t, text)
		if got == "" {
			if strings.TrimSpace(text) != "" && len(problems) == 0 {
				t.Errorf("%q: not read, and nobody is told", text)
			}
			return
		}
		at, err := time.Parse(time.RFC3339Nano, got)
		if err != nil || at.Year() < 1971 || at.Year() > 2199 {
			t.Errorf("%q = %s, %v", text, got, err)
		}
	})
}
