package websub

import (
	"strings"
	"testing"
	"unicode"

	"tributary/feeds"
)

func FuzzParseLink(f *testing.F) {
	for _, s := range []string{`<https://hub.example/>; rel="hub"`, `</a>;rel=self,<b>; rel="x y"; title="\""`, `<a`, `<>;;;=`, `<a>;rel="`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, field string) {
		links := ParseLink([]string{field, field}, "https://site.example/feed")
		if len(links) > 2*maxLinks+len(field) {
			t.Errorf("%d links", len(links))
		}
		for _, l := range links {
			if l.Rel == "" || l.Rel != strings.ToLower(l.Rel) || strings.ContainsFunc(l.Rel, unicode.IsSpace) {
				t.Errorf("relation %q", l.Rel)
			}
		}
		if o := Discover([]string{field}, nil, "https://site.example/feed"); o.Hub != "" {
			for _, a := range []string{o.Hub, o.Topic} {
				if !strings.HasPrefix(a, "https://") && !strings.HasPrefix(a, "http://") || len(a) > 3*maxAddress {
					t.Errorf("offer %+v", o)
				}
			}
		}
	})
}

func FuzzParseVerification(f *testing.F) {
	for _, s := range []string{"hub.mode=subscribe&hub.topic=t&hub.challenge=c&hub.lease_seconds=60", "hub.mode=denied&hub.topic=t&hub.reason=%00", "%", "hub.mode=subscribe;hub.topic"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		v, err := ParseVerification(query)
		if err != nil {
			return
		}
		if v.Lease < 0 || v.Lease > mostLease || len(v.Challenge) > maxChallenge || (v.Mode == Denied) != (v.Challenge == "") {
			t.Errorf("%+v", v)
		}
		if strings.ContainsFunc(v.Reason, func(r rune) bool { return r < ' ' }) || len([]rune(v.Reason)) > 201 {
			t.Errorf("reason %q", v.Reason)
		}
		s := subscription(feeds.SubscriptionPending)
		echo, err := Verify(&s, v, noon, 0)
		if (err == nil) != (v.Topic == s.Topic && v.Mode != Unsubscribe) || err == nil && echo != v.Challenge {
			t.Errorf("%+v: echo %q, %v", v, echo, err)
		}
	})
}
