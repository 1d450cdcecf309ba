package hub_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/hub"
)

// sound is a form as most subscribers send it.
func sound(change ...string) url.Values {
	f := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {base + "all.atom"}, "hub.callback": {"https://reader.example/hook?x=1"},
		"hub.secret": {"s"}, "hub.lease_seconds": {"3600"}, "hub.verify": {"async"}}
	for i := 0; i+1 < len(change); i += 2 {
		f.Set(change[i], change[i+1])
	}
	return f
}

func TestParseRequest(t *testing.T) {
	r, err := hub.ParseRequest(sound())
	if err != nil || r.Mode != feeds.AskSubscribe || r.Lease != time.Hour || string(r.Secret) != "s" || r.Callback != "https://reader.example/hook?x=1" {
		t.Errorf("%+v %v", r, err)
	}
	if r, err := hub.ParseRequest(sound("hub.lease_seconds", "", "hub.mode", "unsubscribe", "hub.secret", "")); err != nil || r.Lease != 0 || r.Mode != feeds.AskUnsubscribe {
		t.Errorf("%+v %v", r, err)
	}
	if r, err := hub.ParseRequest(sound("hub.lease_seconds", "9223372036854775807")); err != nil || r.Lease <= 0 {
		t.Errorf("%+v %v", r, err)
	}
	for _, wrong := range []struct{ name, value, says string }{
		{"hub.mode", "", "hub.mode is missing"}, {"hub.mode", "Subscribe", "neither"}, {"hub.mode", "denied", "neither"}, {"hub.mode", "publish", "not needed"},
		{"hub.topic", "", "hub.topic is missing"}, {"hub.topic", base + strings.Repeat("x", 2048), "2048 are the most"},
		{"hub.callback", "", "hub.callback is missing"}, {"hub.callback", "reader.example/hook", "whole address"}, {"hub.callback", "ftp://reader.example/", "whole address"},
		{"hub.callback", "https://u:p@reader.example/", "user name"}, {"hub.callback", "https://reader.example/#a", "fragment"}, {"hub.callback", "https://reader.example/#", "fragment"},
		{"hub.callback", "https:reader.example", "whole address"}, {"hub.callback", "https://reader.example/" + strings.Repeat("x", 2048), "2048 are the most"},
		{"hub.callback", "https://reader.example/\xff", "UTF-8"}, {"hub.secret", strings.Repeat("s", 200), "fewer than 200"}, {"hub.secret", "\x00", "UTF-8"},
		{"hub.lease_seconds", "-1", "whole number"}, {"hub.lease_seconds", "0", "whole number"}, {"hub.lease_seconds", "1.5", "whole number"}, {"hub.lease_seconds", "soon", "whole number"},
	} {
		var refusal *hub.Refusal
		if _, err := hub.ParseRequest(sound(wrong.name, wrong.value)); !errors.As(err, &refusal) || refusal.Status != http.StatusBadRequest || !strings.Contains(refusal.Text, wrong.says) {
			t.Errorf("%s=%.40q: %v", wrong.name, wrong.value, err)
		}
	}
	if _, err := hub.ParseRequest(sound("hub.secret", strings.Repeat("s", 199))); err != nil {
		t.Error(err)
	}
	twice := sound()
	twice.Add("hub.callback", "https://other.example/")
	if _, err := hub.ParseRequest(twice); err == nil || !strings.Contains(err.Error(), "2 times") {
		t.Errorf("two callbacks: %v", err)
	}
}

// Whatever is sent, what is taken is bounded and can be asked back.
func FuzzParseRequest(f *testing.F) {
	f.Add(sound().Encode())
	f.Add("hub.mode=subscribe&hub.topic=a&hub.callback=http://[::1]:80/?a=%zz")
	f.Add("hub.mode=unsubscribe&hub.callback=https://x/?%00&hub.topic=%ff")
	f.Fuzz(func(t *testing.T, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		r, err := hub.ParseRequest(form)
		if err != nil {
			var refusal *hub.Refusal
			if !errors.As(err, &refusal) {
				t.Errorf("%v is no refusal", err)
			}
			return
		}
		if len(r.Topic) > 2048 || len(r.Callback) > 2048 || len(r.Secret) >= 200 || r.Lease < 0 {
			t.Errorf("%+v", r)
		}
		question, err := hub.Question(&feeds.HubSubscriber{Callback: feeds.Secret(r.Callback), Ask: r.Mode, AskTopic: r.Topic, Challenge: "c"})
		if err != nil {
			t.Fatalf("%q: %v", r.Callback, err)
		}
		u, err := url.Parse(question)
		if err != nil {
			t.Fatal(err)
		}
		if own, _ := url.Parse(r.Callback); u.Host != own.Host || u.Path != own.Path || !strings.HasPrefix(u.RawQuery, own.RawQuery) {
			t.Errorf("%q is asked at %q", r.Callback, question)
		}
	})
}
