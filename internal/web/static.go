package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"time"
)

//go:embed static
var staticFiles embed.FS

// asset is an embedded file and a short form of its hash, which is part of its
// address: a browser may keep it for good.
type asset struct {
	body        []byte
	contentType string
	hash        string
}

func loadAssets() (map[string]asset, error) {
	entries, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	types := map[string]string{".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}
	assets := make(map[string]asset, len(entries))
	for _, entry := range entries {
		body, err := fs.ReadFile(staticFiles, "static/"+entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read static file: %w", err)
		}
		sum := sha256.Sum256(body)
		assets[entry.Name()] = asset{body: body, contentType: types[path.Ext(entry.Name())], hash: hex.EncodeToString(sum[:6])}
	}
	return assets, nil
}

// assetHref is an embedded file's address, with its hash.
func (h *Handler) assetHref(l links, name string) string {
	return l.prefix + "/static/" + name + "?v=" + h.assets[name].hash
}

func (h *Handler) static(w http.ResponseWriter, r *http.Request) {
	a, ok := h.assets[r.PathValue("name")]
	if !ok {
		h.notFound(w, r)
		return
	}
	w.Header().Set("Content-Type", a.contentType)
	w.Header().Set("ETag", `"`+a.hash+`"`)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	if r.URL.Query().Get("v") == a.hash {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.body))
}

// robots welcomes crawlers to pages and to every feed, but not to the pages of every
// combination of filters.
func (h *Handler) robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	writeAll(w, []byte("User-agent: *\nDisallow: "+h.links.prefix+"/feeds/*.html?\nDisallow: "+h.links.prefix+"/metrics\n"))
}
