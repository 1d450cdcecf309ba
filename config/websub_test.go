package config_test

import (
	"strings"
	"testing"

	"tributary/config"
)

func TestSubscribesWhereHubsCanCall(t *testing.T) {
	for _, c := range []struct {
		base, enabled string
		want          bool
	}{
		{"https://news.example.org", "auto", true},
		{"http://203.0.114.7:8080", "auto", true},
		{"https://[2a00:1450:4001:800::1]/x", "auto", true},
		{"https://news.example.org", "off", false},
		{"", "auto", false},
		{"http://localhost:8080", "auto", false},
		{"http://127.0.0.1:8080", "auto", false},
		{"http://10.1.2.3", "auto", false},
		{"http://100.64.3.2", "auto", false},
		{"http://169.254.1.1", "auto", false},
		{"http://[fd00::1]:8080", "auto", false},
		{"http://tributary", "auto", false},
		{"https://news.corp.", "auto", false},
		{"https://news.intranet.local", "auto", false},
		{"http://10.1.2.3", "on", true},
	} {
		cfg := mustLoad(t, config.Options{Overrides: map[string]string{"base_url": c.base, "websub.enabled": c.enabled}})
		if got := cfg.Subscribes(); got != c.want {
			t.Errorf("%q, %s: %t, want %t", c.base, c.enabled, got, c.want)
		}
	}
	_, err := config.Load(config.Options{Overrides: map[string]string{"websub.enabled": "on"}})
	if err == nil || !strings.Contains(err.Error(), "base_url") {
		t.Errorf("on without an address: %v", err)
	}
}

func TestHubWay(t *testing.T) {
	for _, c := range []struct{ base, mode, url, want string }{
		{"https://news.example.org", "auto", "", config.HubOwn},
		{"http://127.0.0.1:8080", "auto", "", config.HubOff},
		{"http://127.0.0.1:8080", "own", "", config.HubOwn},
		{"https://news.example.org", "off", "", config.HubOff},
		{"https://news.example.org", "external", "https://hub.example.org/", config.HubExternal},
	} {
		cfg := mustLoad(t, config.Options{Overrides: map[string]string{"base_url": c.base, "hub.mode": c.mode, "hub.url": c.url}})
		if got := cfg.HubWay(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	for _, wrong := range []map[string]string{
		{"hub.mode": "external"},
		{"hub.mode": "own", "listen": "127.0.0.1:0"},
		{"hub.lease": "1h", "hub.min_lease": "2h"},
		{"hub.lease": "48h", "hub.max_lease": "24h"},
		{"hub.allow": "intranet"},
	} {
		if _, err := config.Load(config.Options{Overrides: wrong}); err == nil {
			t.Errorf("%v is taken", wrong)
		}
	}
}
