package web

import (
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var colour = regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`)

// TestColoursHaveContrast computes what WCAG 2.2 asks of text (1.4.3: 4.5 to 1) and of
// controls and focus rings (1.4.11: 3 to 1), in light and dark.
func TestColoursHaveContrast(t *testing.T) {
	raw, err := fs.ReadFile(staticFiles, "static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	css := string(raw)
	dark := strings.Index(css, "@media (prefers-color-scheme: dark)")
	end := dark + strings.Index(css[dark:], "\n}\n")
	schemes := map[string]map[string]float64{"light": palette(t, css[:dark]), "dark": palette(t, css[dark:end])}
	pairs := []struct {
		front, back string
		least       float64
	}{
		{"text", "page", 7}, {"text", "raised", 7}, {"faint", "page", 4.5}, {"faint", "raised", 4.5},
		{"link", "page", 4.5}, {"link", "raised", 4.5}, {"link", "chip", 4.5}, {"link-strong", "page", 4.5}, {"link-strong", "chip", 4.5},
		{"band-text", "band", 4.5}, {"button-text", "button", 4.5}, {"mark-text", "mark", 4.5},
		{"iom", "page", 4.5}, {"partner", "page", 4.5}, {"media", "page", 4.5}, {"good", "page", 4.5}, {"bad", "page", 4.5},
		{"text", "added", 4.5}, {"text", "removed", 4.5}, {"text", "chip", 4.5},
		{"control", "page", 3}, {"control", "raised", 3}, {"focus", "page", 3}, {"focus", "raised", 3},
	}
	for name, colours := range schemes {
		for _, p := range pairs {
			front, okFront := colours[p.front]
			back, okBack := colours[p.back]
			if !okFront || !okBack {
				t.Errorf("%s: no colour %s or %s", name, p.front, p.back)
				continue
			}
			if ratio := (math.Max(front, back) + .05) / (math.Min(front, back) + .05); ratio < p.least {
				t.Errorf("%s: %s on %s has %.2f, less than %.1f", name, p.front, p.back, ratio, p.least)
			}
		}
	}
}

// palette gives the relative luminance of each colour.
func palette(t *testing.T, css string) map[string]float64 {
	t.Helper()
	out := make(map[string]float64)
	for _, m := range colour.FindAllStringSubmatch(css, -1) {
		var channels [3]float64
		for i := range channels {
			n, err := strconv.ParseUint(m[2][2*i:2*i+2], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			if c := float64(n) / 255; c <= .04045 {
				channels[i] = c / 12.92
			} else {
				channels[i] = math.Pow((c+.055)/1.055, 2.4)
			}
		}
		out[m[1]] = .2126*channels[0] + .7152*channels[1] + .0722*channels[2]
	}
	return out
}
