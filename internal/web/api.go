package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"tributary/feeds"
	"tributary/internal/publish"
)

// apiPath begins the addresses of the API (docs/api.md).
const apiPath = "/api/"

// maxAPIBody bounds what a call may send, in bytes.
const maxAPIBody = 8 << 10

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, apiPath) }

// apiCall does what one call asks for. editor is nil where everybody may call.
type apiCall func(ctx context.Context, r *http.Request, editor *Editor) (apiAnswer, error)

// apiAnswer is what a call answers when all is well.
type apiAnswer struct {
	Status   int // 0: 200
	Location string
	Body     any
}

// method is a call and who may make it.
type method struct {
	public bool
	do     apiCall
}

func (h *Handler) routeAPI(mux *http.ServeMux) {
	if h.o.Desk == nil {
		return
	}
	for pattern, methods := range map[string]map[string]method{
		"/api/stories/{id}":             {http.MethodGet: {true, h.apiStory}},
		"/api/stories/{id}/why":         {http.MethodGet: {true, h.apiWhy}},
		"/api/stories/{id}/revisions":   {http.MethodGet: {true, h.apiRevisions}},
		"/api/stories/{id}/corrections": {http.MethodPost: {false, h.apiCorrect}},
		"/api/corrections":              {http.MethodGet: {false, h.apiCorrections}},
		"/api/corrections/{id}":         {http.MethodGet: {false, h.apiCorrection}, http.MethodDelete: {false, h.apiRevoke}},
		"/api/stories/{id}/merge":       {http.MethodPost: {false, h.apiMerge}},
		"/api/stories/{id}/split":       {http.MethodPost: {false, h.apiSplit}},
		"/api/stories/{id}/lead":        {http.MethodPost: {false, h.apiLead}},
		"/api/stories/{id}/withdraw":    {http.MethodPost: {false, h.apiWithdraw}},
		"/api/sources/{id}/apart":       {http.MethodPost: {false, h.apiApart}},
		"/api/pair":                     {http.MethodGet: {false, h.apiPair}},
		"/api/rulings":                  {http.MethodGet: {false, h.apiRulings}},
		"/api/rulings/{id}":             {http.MethodGet: {false, h.apiRuling}, http.MethodDelete: {false, h.apiRevokeRuling}},
		"/api/rulings/{id}/purge":       {http.MethodPost: {false, h.apiPurge}},
		"/api/rules":                    {http.MethodGet: {false, h.apiRules}, http.MethodPost: {false, h.apiAddRule}},
		"/api/rules/preview":            {http.MethodPost: {false, h.apiPreview}},
		"/api/rules/{id}":               {http.MethodGet: {false, h.apiRule}, http.MethodDelete: {false, h.apiRevokeRule}},
	} {
		mux.HandleFunc(pattern, h.api(methods))
	}
	for pattern, methods := range h.newsletterCalls() {
		mux.HandleFunc(pattern, h.api(methods))
	}
	mux.HandleFunc(apiPath, h.api(nil))
}

// api answers for the methods of one address.
func (h *Handler) api(methods map[string]method) http.HandlerFunc {
	allowed := []string{http.MethodOptions}
	for name := range methods {
		if allowed = append(allowed, name); name == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	slices.Sort(allowed)
	allow := strings.Join(allowed, ", ")
	return func(w http.ResponseWriter, r *http.Request) {
		name := r.Method
		if name == http.MethodHead {
			name = http.MethodGet
		}
		m, ok := methods[name]
		switch {
		case len(methods) == 0:
			h.refuseCall(w, r, &problem{Status: http.StatusNotFound, Detail: "There is nothing at this address. docs/api.md lists what there is."})
		case name == http.MethodOptions:
			w.Header().Set("Allow", allow)
			w.WriteHeader(http.StatusNoContent)
		case !ok:
			w.Header().Set("Allow", allow)
			h.refuseCall(w, r, &problem{Status: http.StatusMethodNotAllowed, Detail: "This address answers " + allow + "."})
		default:
			h.call(w, r, m)
		}
	}
}

func (h *Handler) call(w http.ResponseWriter, r *http.Request, m method) {
	ctx, cancel := context.WithTimeout(r.Context(), renderWithin)
	defer cancel()
	var editor *Editor
	var err error
	if m.public {
		err = h.gate.anyone(r)
	} else {
		editor, err = h.gate.editor(r)
	}
	if err != nil {
		h.refuseCall(w, r, err)
		return
	}
	out, err := m.do(ctx, r, editor)
	if err != nil {
		h.refuseCall(w, r, err)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	if m.public {
		header.Set("Cache-Control", "public, no-cache") // corrections show at once
		header.Set("Access-Control-Allow-Origin", "*")
	}
	if out.Location != "" {
		header.Set("Location", h.links.prefix+out.Location)
	}
	writeJSON(w, r, out.Status, "application/json", out.Body)
}

// writeJSON sends an answer; a 200 to a question answers If-None-Match.
func writeJSON(w http.ResponseWriter, r *http.Request, status int, mediaType string, body any) {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if err := out.Encode(body); err != nil { // our own types: this is a defect
		plain(w, http.StatusInternalServerError, "Something went wrong on our side.")
		return
	}
	header := w.Header()
	header.Set("Content-Type", mediaType)
	if (status == 0 || status == http.StatusOK) && r.Method != http.MethodPost && r.Method != http.MethodDelete {
		sum := sha256.Sum256(b.Bytes())
		header.Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
		r.Header.Del("Range")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b.Bytes()))
		return
	}
	header.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(max(status, http.StatusOK))
	writeAll(w, b.Bytes())
}

// problem is an answer that says what is wrong (RFC 9457).
type problem struct {
	Type   string   `json:"type"`
	Title  string   `json:"title"`
	Status int      `json:"status"`
	Detail string   `json:"detail"`
	Key    string   `json:"key,omitempty"`   // what is wrong: a key of the body or a parameter
	Valid  []string `json:"valid,omitempty"` // what would do, the nearest few when there are many
	// Of a withdrawn story: when, and what readers are told.
	Withdrawn time.Time `json:"withdrawn,omitzero"`
	Note      string    `json:"note,omitempty"`

	invalidToken bool
	location     string
}

// Error implements error.
func (p *problem) Error() string { return p.Detail }

// problemOf words an error for whoever called. What is not the caller's doing stays in
// the log.
func problemOf(err error) *problem {
	var p *problem
	var invalid *publish.Invalid
	var large *http.MaxBytesError
	var fault *feeds.Fault
	switch {
	case errors.As(err, &p):
	case errors.As(err, &invalid):
		p = &problem{Status: invalid.Status, Detail: invalid.Error(), Key: invalid.Parameter, Valid: invalid.Valid}
	case errors.As(err, &large):
		p = &problem{Status: http.StatusRequestEntityTooLarge, Detail: fmt.Sprintf("The body has more than %d bytes.", maxAPIBody)}
	case errors.As(err, &fault):
		p = &problem{Status: http.StatusUnprocessableEntity, Detail: fault.Key + " " + fault.What + ".", Key: fault.Key}
	case errors.Is(err, feeds.ErrInvalid):
		p = &problem{Status: http.StatusUnprocessableEntity, Detail: err.Error()}
	case errors.Is(err, feeds.ErrNotFound):
		p = &problem{Status: http.StatusNotFound, Detail: "There is nothing with this id here."}
	case errors.Is(err, feeds.ErrWithdrawn):
		p = &problem{Status: http.StatusConflict, Detail: "The story was withdrawn."}
	case errors.Is(err, feeds.ErrTooLarge):
		p = &problem{Status: http.StatusConflict, Detail: "The source has as many rules as it may. Take some back first."}
	default:
		p = &problem{Status: http.StatusServiceUnavailable, Detail: "Something is wrong on our side. It has been recorded. Try again in a minute."}
	}
	p.Type, p.Title = "about:blank", http.StatusText(p.Status)
	return p
}

// refuseCall answers with what is wrong.
func (h *Handler) refuseCall(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	switch {
	case p.Status == http.StatusUnauthorized && p.invalidToken:
		header.Set("WWW-Authenticate", `Bearer realm="tributary", error="invalid_token"`)
	case p.Status == http.StatusUnauthorized:
		header.Set("WWW-Authenticate", `Bearer realm="tributary"`)
	case p.Status == http.StatusTooManyRequests:
		header.Set("Retry-After", "10")
	case p.location != "":
		// What was asked about the story is asked about the other one, too.
		_, below, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, apiPath+"stories/"), "/")
		if below != "" && strings.HasPrefix(r.URL.Path, apiPath+"stories/") {
			below = "/" + below
		}
		header.Set("Location", h.links.prefix+p.location+below)
	case p.Status >= http.StatusInternalServerError:
		header.Set("Retry-After", "60")
		h.log.Error("answer call", "path", r.URL.Path, "error", err)
	}
	writeJSON(w, r, p.Status, "application/problem+json", p)
}

// readBody reads a JSON object into the fields of a struct and nothing else: a key that
// nothing has is a mistake worth naming.
func readBody(r *http.Request, into any) error {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		return &problem{Status: http.StatusUnsupportedMediaType, Detail: "Send JSON, with the header Content-Type: application/json."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxAPIBody))
	if err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(body, &keys); err != nil || keys == nil {
		return &problem{Status: http.StatusBadRequest, Detail: "The body is no JSON object."}
	}
	var valid []string
	for f := range reflect.TypeOf(into).Elem().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		valid = append(valid, name)
	}
	for key := range keys {
		if !slices.Contains(valid, key) {
			return &problem{Status: http.StatusUnprocessableEntity, Detail: fmt.Sprintf("Unknown key %q.", clip(key, 100)), Key: clip(key, 100), Valid: valid}
		}
	}
	var wrong *json.UnmarshalTypeError
	if err := json.Unmarshal(body, into); errors.As(err, &wrong) {
		return &problem{Status: http.StatusUnprocessableEntity, Detail: fmt.Sprintf("The key %q has a %s where a %s belongs.", wrong.Field, wrong.Value, wrong.Type), Key: wrong.Field}
	} else if err != nil {
		return &problem{Status: http.StatusBadRequest, Detail: "The body is no JSON object."}
	}
	return nil
}

// parameters reads a query of known keys, each given once at most.
func parameters(query url.Values, valid ...string) error {
	for key, values := range query {
		if !slices.Contains(valid, key) {
			return &problem{Status: http.StatusBadRequest, Detail: fmt.Sprintf("There is no parameter %q.", clip(key, 100)), Key: clip(key, 100), Valid: valid}
		}
		if len(values) > 1 {
			return &problem{Status: http.StatusBadRequest, Detail: fmt.Sprintf("The parameter %q is given twice.", key), Key: key}
		}
	}
	return nil
}

// pageOf reads the parameters of a list: after which id, and how many.
func pageOf(query url.Values) (after int64, limit int, err error) {
	const most = 200
	limit = 50
	if s := query.Get("cursor"); s != "" {
		if after, err = strconv.ParseInt(s, 10, 64); err != nil || after < 0 {
			return 0, 0, &problem{Status: http.StatusBadRequest, Detail: "The cursor is none of ours: take next from the page before.", Key: "cursor"}
		}
	}
	if s := query.Get("limit"); s != "" {
		if limit, err = strconv.Atoi(s); err != nil || limit < 1 || limit > most {
			return 0, 0, &problem{Status: http.StatusBadRequest, Detail: fmt.Sprintf("The limit is a number from 1 to %d.", most), Key: "limit"}
		}
	}
	return after, limit, nil
}

// flag reads a parameter that is true or false.
func flag(query url.Values, key string) (bool, error) {
	switch query.Get(key) {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, &problem{Status: http.StatusBadRequest, Detail: fmt.Sprintf("The parameter %q is true or false.", key), Key: key, Valid: []string{"true", "false"}}
	}
}

// moment reads a parameter that is a day or a moment.
func moment(query url.Values, key string) (time.Time, error) {
	s := query.Get(key)
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil || s == "" {
			return t, nil
		}
	}
	return time.Time{}, &problem{Status: http.StatusBadRequest, Detail: fmt.Sprintf("The parameter %q is a day (2026-11-25) or a moment (2026-11-25T09:30:00Z).", key), Key: key}
}
