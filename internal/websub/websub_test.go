package websub

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func TestParseLink(t *testing.T) {
	for _, c := range []struct{ field, want string }{
		{`<https://hub.example/>; rel="hub"`, "hub=https://hub.example/"},
		{`<https://hub.example/>;rel=hub,<https://x.example/feed> ; rel = "self"`, "hub=https://hub.example/ self=https://x.example/feed"},
		{`</feed>; rel=self`, "self=https://site.example/feed"},
		{`<../f>; REL="Self Alternate"; type="application/atom+xml"`, "self=https://site.example/f alternate=https://site.example/f"},
		{`<https://a.example/,b;c>; title="x\"; rel=no, <y>"; rel=hub`, "hub=https://a.example/,b;c"},
		{`<https://a.example/>; rel=hub; rel=self`, "hub=https://a.example/"},
		{`<https://a.example/>; anchor="https://else.example/"; rel=hub`, ""},
		{`, ,<https://a.example/>; rel=hub,,`, "hub=https://a.example/"},
		{`<https://a.example/>; rel=hub; flag; q=1`, "hub=https://a.example/"},
		{`<https://a.example/>; rel="hub`, ""},
		{`<https://a.example/`, ""},
		{`https://a.example/; rel=hub`, ""},
		{`<>; rel=self`, "self=https://site.example/a/b"},
		{`<https://a.example/>; rel=hub garbage, <https://b.example/>; rel=self`, "hub=https://a.example/"},
		{``, ""},
	} {
		var got []string
		for _, l := range ParseLink([]string{c.field}, "https://site.example/a/b") {
			got = append(got, l.Rel+"="+l.Href)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s\n got %v\nwant %s", c.field, got, c.want)
		}
	}
}

func TestDiscover(t *testing.T) {
	const at = "https://site.example/feed"
	link := func(rel, href string) feeds.Link { return feeds.Link{Rel: rel, Href: href} }
	for name, c := range map[string]struct {
		header []string
		links  []feeds.Link
		want   Offer
	}{
		"nothing":               {nil, []feeds.Link{link("self", at)}, Offer{}},
		"in the feed":           {nil, []feeds.Link{link("hub", "https://hub.example/"), link("self", "https://site.example/x")}, Offer{"https://hub.example/", "https://site.example/x"}},
		"header beats body":     {[]string{`<https://h.example/>; rel=hub, <https://site.example/h>; rel=self`}, []feeds.Link{link("hub", "https://b.example/"), link("self", "https://site.example/b")}, Offer{"https://h.example/", "https://site.example/h"}},
		"each by itself":        {[]string{`<https://h.example/>; rel=hub`}, []feeds.Link{link("self", "https://site.example/b")}, Offer{"https://h.example/", "https://site.example/b"}},
		"no self":               {nil, []feeds.Link{link("hub", "https://hub.example/")}, Offer{"https://hub.example/", at}},
		"https first":           {nil, []feeds.Link{link("hub", "http://one.example/"), link("hub", "https://two.example/")}, Offer{"https://two.example/", at}},
		"the first otherwise":   {nil, []feeds.Link{link("hub", "http://one.example/"), link("hub", "http://two.example/")}, Offer{"http://one.example/", at}},
		"no web address":        {nil, []feeds.Link{link("hub", "javascript:alert(1)"), link("hub", "ftp://x.example/"), link("hub", "https://user:pw@x.example/")}, Offer{}},
		"a fragment is no part": {nil, []feeds.Link{link("hub", "https://hub.example/"), link("self", at+"#top")}, Offer{"https://hub.example/", at}},
		"too long":              {nil, []feeds.Link{link("hub", "https://hub.example/"+strings.Repeat("x", maxAddress))}, Offer{}},
	} {
		if got := Discover(c.header, c.links, at); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	page := `<!DOCTYPE html><html><head><base href="/sub/"><LINK rel="Hub" href="https://hub.example/"><link href=page rel="self">
		</head><body><link rel=hub href="https://visitor.example/"></body></html>`
	want := Offer{"https://hub.example/", "https://site.example/sub/page"}
	if got := Discover(nil, PageLinks([]byte(page), at), at); got != want {
		t.Errorf("page: %+v, want %+v", got, want)
	}
	if got := PageLinks([]byte(`<html><body><link rel=hub href="https://visitor.example/">`), at); got != nil {
		t.Errorf("a page's body offers %v", got)
	}
}

func subscription(state feeds.SubscriptionState) feeds.Subscription {
	s := New("src", Offer{"https://hub.example/", "https://site.example/feed"}, "https://us.example/websub/", noon)
	switch s.State = state; state {
	case feeds.SubscriptionPending:
		Requested(&s, noon)
	case feeds.SubscriptionActive:
		s.Requested, s.Verified, s.LeaseEnd, s.Next = noon, noon, noon.Add(24*time.Hour), noon.Add(16*time.Hour)
	case feeds.SubscriptionUnsubscribing:
		s.Requested, s.Verified, s.LeaseEnd = noon, noon.Add(-time.Hour), noon.Add(24*time.Hour)
	case feeds.SubscriptionDenied:
		s.Requested, s.Error, s.Next = noon, "denied", noon.Add(deniedWait)
	case feeds.SubscriptionExpired:
		s.Requested, s.Verified, s.LeaseEnd = noon.Add(-48*time.Hour), noon.Add(-48*time.Hour), noon.Add(-time.Hour)
	}
	return s
}

func wait(failures int) time.Duration { return time.Duration(failures) * 10 * time.Minute }

func TestTokensAndSecrets(t *testing.T) {
	a, b := subscription(feeds.SubscriptionWanted), subscription(feeds.SubscriptionWanted)
	if len(a.Token) < 26 || a.Token == b.Token || len(a.Secret) >= 200 || len(a.Secret) < 26 || a.Secret == b.Secret {
		t.Errorf("token of %d characters, secret of %d", len(a.Token), len(a.Secret))
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if text := fmt.Sprintf(verb, a); strings.Contains(text, string(a.Secret)) || strings.Contains(text, string(a.Token)) {
			t.Errorf("%s prints a secret: %s", verb, text)
		}
	}
}

func TestDue(t *testing.T) {
	for name, c := range map[string]struct {
		state  feeds.SubscriptionState
		edit   func(s *feeds.Subscription)
		wanted bool
		after  time.Duration
		step   Step
		want   feeds.SubscriptionState
	}{
		"wanted":                    {state: feeds.SubscriptionWanted, wanted: true, step: StepSubscribe, want: feeds.SubscriptionWanted},
		"wanted, too early":         {state: feeds.SubscriptionWanted, wanted: true, after: -1, want: feeds.SubscriptionWanted},
		"no longer wanted":          {state: feeds.SubscriptionWanted, want: feeds.SubscriptionEnded},
		"pending":                   {state: feeds.SubscriptionPending, wanted: true, after: time.Minute, want: feeds.SubscriptionPending},
		"pending, never verified":   {state: feeds.SubscriptionPending, wanted: true, after: VerifyWithin, want: feeds.SubscriptionWanted},
		"active":                    {state: feeds.SubscriptionActive, wanted: true, after: time.Hour, want: feeds.SubscriptionActive},
		"active, to be renewed":     {state: feeds.SubscriptionActive, wanted: true, after: 16 * time.Hour, step: StepSubscribe, want: feeds.SubscriptionActive},
		"active, lease over":        {state: feeds.SubscriptionActive, wanted: true, after: 24 * time.Hour, step: StepSubscribe, want: feeds.SubscriptionExpired},
		"active, no longer wanted":  {state: feeds.SubscriptionActive, after: time.Hour, step: StepUnsubscribe, want: feeds.SubscriptionUnsubscribing},
		"unsubscribing":             {state: feeds.SubscriptionUnsubscribing, edit: func(s *feeds.Subscription) { s.Requested = time.Time{} }, step: StepUnsubscribe, want: feeds.SubscriptionUnsubscribing},
		"unsubscribing, lease over": {state: feeds.SubscriptionUnsubscribing, after: 24 * time.Hour, want: feeds.SubscriptionEnded},
		"unsubscribing, in vain":    {state: feeds.SubscriptionUnsubscribing, edit: func(s *feeds.Subscription) { s.Failures = unsubscribes }, want: feeds.SubscriptionEnded},
		"denied":                    {state: feeds.SubscriptionDenied, wanted: true, after: time.Hour, want: feeds.SubscriptionDenied},
		"denied a week ago":         {state: feeds.SubscriptionDenied, wanted: true, after: deniedWait, step: StepSubscribe, want: feeds.SubscriptionDenied},
		"expired":                   {state: feeds.SubscriptionExpired, wanted: true, step: StepSubscribe, want: feeds.SubscriptionExpired},
	} {
		s := subscription(c.state)
		if c.edit != nil {
			c.edit(&s)
		}
		if step := Due(&s, c.wanted, noon.Add(c.after), wait); step != c.step || s.State != c.want {
			t.Errorf("%s: step %d and %s, want %d and %s", name, step, s.State, c.step, c.want)
		}
	}
}

// A request that fails is made again later and later; a verification that overtook
// the failure outweighs it.
func TestFailures(t *testing.T) {
	s := subscription(feeds.SubscriptionWanted)
	now := noon
	for n := 1; n <= 3; n++ {
		if Due(&s, true, now, wait) != StepSubscribe {
			t.Fatalf("attempt %d is not due", n)
		}
		Requested(&s, now)
		Failed(&s, now, wait(n), "no")
		if s.Failures != n || s.State != feeds.SubscriptionWanted || !s.Next.Equal(now.Add(wait(n))) || s.Error != "no" {
			t.Fatalf("after failure %d: %+v", n, s)
		}
		now = s.Next
	}
	Requested(&s, now)
	if _, err := Verify(&s, Verification{Mode: Subscribe, Topic: s.Topic, Challenge: "c", Lease: time.Hour}, now.Add(time.Second), 0); err != nil {
		t.Fatal(err)
	}
	Failed(&s, now.Add(2*time.Second), time.Hour, "too late to matter")
	if s.State != feeds.SubscriptionActive || s.Failures != 0 || s.Error != "" {
		t.Errorf("%+v", s)
	}
}

func TestVerify(t *testing.T) {
	ask := func(mode Mode) Verification {
		v := Verification{Mode: mode, Topic: "https://site.example/feed", Challenge: "abc", Lease: 3 * time.Hour}
		if mode == Denied {
			v.Challenge, v.Reason = "", "not you"
		}
		return v
	}
	for name, c := range map[string]struct {
		state feeds.SubscriptionState
		v     Verification
		after time.Duration
		want  feeds.SubscriptionState // empty: refused
	}{
		"pending":                   {feeds.SubscriptionPending, ask(Subscribe), time.Minute, feeds.SubscriptionActive},
		"renewed":                   {feeds.SubscriptionActive, ask(Subscribe), time.Minute, feeds.SubscriptionActive},
		"nothing was requested":     {feeds.SubscriptionWanted, ask(Subscribe), 0, ""},
		"requested long ago":        {feeds.SubscriptionPending, ask(Subscribe), 25 * time.Hour, ""},
		"expired, nothing asked":    {feeds.SubscriptionExpired, ask(Subscribe), 0, ""},
		"after a denial":            {feeds.SubscriptionDenied, ask(Subscribe), time.Minute, ""},
		"subscribe while leaving":   {feeds.SubscriptionUnsubscribing, ask(Subscribe), time.Minute, ""},
		"unsubscribe while active":  {feeds.SubscriptionActive, ask(Unsubscribe), time.Minute, ""},
		"unsubscribe while pending": {feeds.SubscriptionPending, ask(Unsubscribe), time.Minute, ""},
		"unsubscribe":               {feeds.SubscriptionUnsubscribing, ask(Unsubscribe), time.Minute, feeds.SubscriptionUnsubscribing},
		"denied":                    {feeds.SubscriptionPending, ask(Denied), time.Minute, feeds.SubscriptionDenied},
		"denied later":              {feeds.SubscriptionActive, ask(Denied), time.Hour, feeds.SubscriptionDenied},
		"denied, never asked":       {feeds.SubscriptionWanted, ask(Denied), 0, ""},
		"another topic":             {feeds.SubscriptionPending, Verification{Mode: Subscribe, Topic: "https://site.example/feed2", Challenge: "abc"}, time.Minute, ""},
	} {
		s := subscription(c.state)
		before := s
		echo, err := Verify(&s, c.v, noon.Add(c.after), 0.5)
		switch {
		case c.want == "":
			if !errors.Is(err, ErrNotAsked) || echo != "" || s.State != before.State || !s.LeaseEnd.Equal(before.LeaseEnd) || !s.Next.Equal(before.Next) {
				t.Errorf("%s: echo %q, %v, %+v", name, echo, err, s)
			}
		case err != nil || s.State != c.want || echo != c.v.Challenge:
			t.Errorf("%s: echo %q, %v, state %s", name, echo, err, s.State)
		}
	}
	s := subscription(feeds.SubscriptionPending)
	for _, lease := range []time.Duration{0, time.Second, time.Minute, time.Hour, mostLease} {
		if _, err := Verify(&s, Verification{Mode: Subscribe, Topic: s.Topic, Challenge: "c", Lease: lease}, noon, 1); err != nil {
			t.Fatal(err)
		}
		said := lease
		if said == 0 {
			said = unsaidLease
		}
		if gap := s.Next.Sub(noon); !s.LeaseEnd.Equal(noon.Add(said)) || gap < leastRenewal || said > time.Hour && gap > said*2/3 {
			t.Errorf("lease %s: ends %s, next %s", lease, s.LeaseEnd, s.Next)
		}
	}
}

func TestParseVerification(t *testing.T) {
	for query, want := range map[string]string{
		"hub.mode=subscribe&hub.topic=https%3A%2F%2Fx%2F&hub.challenge=a%2Bb%26&hub.lease_seconds=60&other=1&other=2": "subscribe https://x/ a+b& 1m0s ",
		"hub.mode=unsubscribe&hub.topic=t&hub.challenge=c":                                                            "unsubscribe t c 0s ",
		"hub.mode=denied&hub.topic=t&hub.reason=a%0A%1Bb+%20c&hub.challenge=x":                                        "denied t  0s a b c",
		"hub.mode=subscribe&hub.topic=t&hub.challenge=c&hub.lease_seconds=9999999999999":                              "subscribe t c 720h0m0s ",
		"hub.mode=subscribe&hub.topic=t&hub.challenge=c&hub.lease_seconds=-5":                                         "subscribe t c 0s ",
		"hub.mode=subscribe&hub.topic=t":                                                                              "",
		"hub.mode=subscribe&hub.topic=t&hub.topic=u&hub.challenge=c":                                                  "",
		"hub.mode=publish&hub.topic=t&hub.challenge=c":                                                                "",
		"hub.mode=subscribe&hub.topic=t&hub.challenge=%zz":                                                            "",
		"": "",
		"hub.mode=subscribe&hub.topic=t&hub.challenge=" + strings.Repeat("x", maxChallenge+1): "",
	} {
		v, err := ParseVerification(query)
		got := ""
		if err == nil {
			got = fmt.Sprintf("%s %s %s %s %s", v.Mode, v.Topic, v.Challenge, v.Lease, v.Reason)
		} else if !errors.Is(err, ErrNotAsked) {
			t.Errorf("%.80s: %v", query, err)
		}
		if got != want {
			t.Errorf("%.80s: %q, want %q", query, got, want)
		}
	}
}

// The signatures are from openssl dgst -hmac "it is secret" over "news".
func TestSignatures(t *testing.T) {
	const secret, body = "it is secret", "news"
	good := map[string]string{
		"sha1":   "aed3dcbbc00c93144c660d824a5df1a797d2af37",
		"sha256": "bff57d7d9112995814cc3c22252a8d331c63eb5ea334319f5031eea5e376a2d2",
		"sha384": "dc5c91294a3ed0c244b46fd6a3eac0f43205cb8018990a43429781e0d3243ed8c9984900d02005b4acf7bf3c2588e5e4",
		"sha512": "5c7ee931c6080fe2b0b8747af408b9e0ef7cf6ae0b2a714c70fa622c7fcbfe686759847ee4725225e828e357298e0dfbe493d15969cdbeaa638a365ed8bdd885",
	}
	signed := func(secret feeds.Secret, body string, fields ...string) bool {
		c, err := NewCheck(fields, secret)
		if err != nil {
			if !errors.Is(err, ErrSignature) {
				t.Errorf("%v: %v", fields, err)
			}
			return false
		}
		for i := range body {
			_, _ = c.Write([]byte(body[i : i+1]))
		}
		return c.Signed()
	}
	for method, value := range good {
		field := method + "=" + value
		if !signed(secret, body, field) || !signed(secret, body, " "+strings.ToUpper(method)+"="+strings.ToUpper(value)) {
			t.Errorf("%s is refused", method)
		}
		for name, bad := range map[string]bool{
			"another secret":  signed("it is", body, field),
			"another body":    signed(secret, body+" ", field),
			"cut short":       signed(secret, body, field[:len(field)-2]),
			"no method":       signed(secret, body, value),
			"unknown method":  signed(secret, body, "md5="+value),
			"twice":           signed(secret, body, field, field),
			"none":            signed(secret, body),
			"an empty secret": signed("", body, field),
		} {
			if bad {
				t.Errorf("%s: %s is taken", method, name)
			}
		}
	}
}

// A flood ends in one pull, a repeated body in nothing.
func TestJudge(t *testing.T) {
	s := subscription(feeds.SubscriptionActive)
	uses := map[Use]int{}
	for i := range 1000 {
		digest := fmt.Sprint(i)
		use := Judge(&s, digest, true, noon)
		uses[use]++
		if use != UseNone {
			Received(&s, digest, use, noon)
		}
	}
	if uses[UseBody] != perMinute || uses[UsePull] != 1 || uses[UseNone] != 969 || len(s.Recent) > recent {
		t.Errorf("of a thousand in a minute: %v", uses)
	}
	if use := Judge(&s, "0", true, noon.Add(time.Hour)); use != UseNone {
		t.Errorf("a repeated body: %d", use)
	}
	if use := Judge(&s, "new", true, noon.Add(time.Minute)); use != UseBody {
		t.Errorf("a minute later: %d", use)
	}
	if use := Judge(&s, "large", false, noon.Add(time.Minute)); use != UsePull {
		t.Errorf("one that cannot be read: %d", use)
	}
}

func TestNames(t *testing.T) {
	const topic = "https://site.example/feed"
	for _, c := range []struct {
		header, document string
		want             bool
	}{
		{topic, topic, true}, {topic, "", true}, {"", topic, true}, {"", "", false},
		{"HTTPS://Site.example:443/feed#x", "", true}, {topic, "https://other.example/feed", false}, {"https://other.example/feed", topic, false},
	} {
		if got := Names(topic, c.header, c.document); got != c.want {
			t.Errorf("%q, %q: %t", c.header, c.document, got)
		}
	}
}

// poster answers in turn.
type poster struct {
	answers []Answer
	asked   []string
	forms   []url.Values
}

func (p *poster) Post(_ context.Context, address string, form []byte) (Answer, error) {
	values, err := url.ParseQuery(string(form))
	p.asked, p.forms = append(p.asked, address), append(p.forms, values)
	a := p.answers[min(len(p.asked), len(p.answers))-1]
	return a, err
}

func TestSend(t *testing.T) {
	s := subscription(feeds.SubscriptionWanted)
	for name, c := range map[string]struct {
		answers []Answer
		asked   int
		want    string
	}{
		"accepted":              {[]Answer{{Status: 202}}, 1, ""},
		"older hubs":            {[]Answer{{Status: 204}}, 1, ""},
		"moved for a while":     {[]Answer{{Status: 307, Location: "https://hub2.example/"}, {Status: 202}}, 2, ""},
		"moved for good":        {[]Answer{{Status: 308, Location: "https://hub2.example/"}, {Status: 202}}, 2, ""},
		"in a circle":           {[]Answer{{Status: 308, Location: "https://hub.example/"}}, maxHops + 1, "too often"},
		"down to plain http":    {[]Answer{{Status: 307, Location: "http://hub2.example/"}}, 1, "safe"},
		"to another scheme":     {[]Answer{{Status: 307, Location: "file:///etc/passwd"}}, 1, "safe"},
		"a redirect of a page":  {[]Answer{{Status: 302, Location: "https://hub2.example/"}}, 1, "302"},
		"refused with a reason": {[]Answer{{Status: 400, Body: []byte("no such topic,\r\n sorry")}}, 1, "the hub answers 400 Bad Request: no such topic, sorry"},
		"repeating the request": {[]Answer{{Status: 400, Body: []byte("bad " + s.Callback() + " " + string(s.Secret) + " " + url.QueryEscape(s.Callback()))}}, 1, "bad (hidden) (hidden) (hidden)"},
	} {
		p := &poster{answers: c.answers}
		err := Send(t.Context(), p, &s, Subscribe, time.Hour)
		if len(p.asked) != c.asked || c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: asked %v, %v", name, p.asked, err)
		}
		for _, f := range p.forms {
			if f.Get("hub.mode") != "subscribe" || f.Get("hub.topic") != s.Topic || f.Get("hub.callback") != s.Callback() ||
				f.Get("hub.secret") != string(s.Secret) || f.Get("hub.lease_seconds") != "3600" {
				t.Errorf("%s: %v", name, f)
			}
		}
	}
	p := &poster{answers: []Answer{{Status: 202}}}
	if err := Send(t.Context(), p, &s, Unsubscribe, time.Hour); err != nil || p.forms[0].Has("hub.secret") || p.forms[0].Get("hub.mode") != "unsubscribe" {
		t.Errorf("unsubscribe: %v, %v", p.forms, err)
	}
}

func TestPushedUntil(t *testing.T) {
	s := subscription(feeds.SubscriptionActive)
	if !PushedUntil(&s, noon).IsZero() {
		t.Error("a hub that never delivered is relied on")
	}
	Received(&s, "x", UseBody, noon)
	if got := PushedUntil(&s, noon.Add(time.Hour)); !got.Equal(s.LeaseEnd) {
		t.Errorf("%s, want %s", got, s.LeaseEnd)
	}
	for name, edit := range map[string]func(*feeds.Subscription){
		"missed": func(s *feeds.Subscription) { s.Missed = 1 }, "failing": func(s *feeds.Subscription) { s.Failures = 1 },
		"over": func(s *feeds.Subscription) { s.LeaseEnd = noon }, "denied": func(s *feeds.Subscription) { s.State = feeds.SubscriptionDenied },
	} {
		c := s
		c.Recent = slices.Clone(s.Recent)
		if edit(&c); !PushedUntil(&c, noon.Add(time.Hour)).IsZero() {
			t.Errorf("%s: relied on", name)
		}
	}
}
