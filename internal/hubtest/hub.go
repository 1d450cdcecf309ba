package hubtest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Hub is a hub that serves any topic. Its zero Behaviour is a good one's.
type Hub struct {
	*httptest.Server
	mu       sync.Mutex
	act      Behaviour
	subs     map[[2]string]Subscription // by topic and callback
	requests []url.Values
	verified []int // statuses that callbacks gave to questions
	wait     sync.WaitGroup
}

// Behaviour is how a hub acts.
type Behaviour struct {
	Status  int           // answers requests with this instead, and does nothing else
	Text    string        // in the body of such an answer
	Target  string        // Location of such an answer
	Lease   int           // seconds given, whatever is asked; 0: what is asked
	Early   bool          // verifies before it answers
	Silent  bool          // never verifies
	Delay   time.Duration // before it answers
	OnTopic string        // verifies another topic than asked
	Deny    string        // denies instead of verifying, with this reason
	Method  string        // of signatures; sha256 when empty
}

// Subscription is what a hub knows of one.
type Subscription struct {
	Topic, Callback, Secret string
	Lease                   int // seconds
}

// New starts a hub on loopback.
func New() *Hub {
	h := &Hub{subs: map[[2]string]Subscription{}}
	h.Server = httptest.NewServer(http.HandlerFunc(h.serve))
	return h
}

// Act makes it behave differently from now on.
func (h *Hub) Act(b Behaviour) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.act = b
}

// Idle waits until no verification is under way.
func (h *Hub) Idle() { h.wait.Wait() }

// Requests are the forms it got.
func (h *Hub) Requests() []url.Values {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]url.Values(nil), h.requests...)
}

// Answers are the statuses that callbacks gave to its questions.
func (h *Hub) Answers() []int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]int(nil), h.verified...)
}

// Subscribers are those of a topic.
func (h *Hub) Subscribers(topic string) []Subscription {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []Subscription
	for key, s := range h.subs {
		if key[0] == topic {
			out = append(out, s)
		}
	}
	return out
}

// serve takes a request to subscribe or unsubscribe (5.1).
func (h *Hub) serve(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Method != http.MethodPost || kind != "application/x-www-form-urlencoded" {
		http.Error(w, "a form is to be posted here", http.StatusBadRequest)
		return
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	form := r.PostForm
	h.mu.Lock()
	act := h.act
	h.requests = append(h.requests, form)
	h.mu.Unlock()
	time.Sleep(act.Delay)
	if act.Status != 0 {
		if act.Target != "" {
			w.Header().Set("Location", act.Target)
		}
		w.WriteHeader(act.Status)
		_, _ = io.WriteString(w, act.Text)
		return
	}
	callback, err := url.Parse(form.Get("hub.callback"))
	_, errLease := strconv.Atoi(form.Get("hub.lease_seconds"))
	switch mode := form.Get("hub.mode"); {
	case mode != "subscribe" && mode != "unsubscribe":
		http.Error(w, "hub.mode is unknown", http.StatusBadRequest)
		return
	case err != nil || !callback.IsAbs() || form.Get("hub.topic") == "":
		http.Error(w, "hub.callback or hub.topic is missing", http.StatusBadRequest)
		return
	case len(form.Get("hub.secret")) >= 200:
		http.Error(w, "hub.secret is too long", http.StatusBadRequest)
		return
	case form.Has("hub.lease_seconds") && errLease != nil:
		http.Error(w, "hub.lease_seconds is no number", http.StatusBadRequest)
		return
	}
	if act.Early {
		h.verify(form, *callback, act)
	} else if !act.Silent {
		h.wait.Add(1)
		go func() {
			defer h.wait.Done()
			h.verify(form, *callback, act)
		}()
	}
	w.WriteHeader(http.StatusAccepted)
}

// verify asks the subscriber whether it meant it (5.3), or denies (5.2).
func (h *Hub) verify(form url.Values, callback url.URL, act Behaviour) {
	mode, topic := form.Get("hub.mode"), form.Get("hub.topic")
	if act.Deny != "" {
		h.Ask(callback.String(), url.Values{"hub.mode": {"denied"}, "hub.topic": {topic}, "hub.reason": {act.Deny}})
		return
	}
	lease := act.Lease
	if lease == 0 {
		lease, _ = strconv.Atoi(form.Get("hub.lease_seconds")) // serve has looked at it
	}
	challenge := rand.Text()
	question := url.Values{"hub.mode": {mode}, "hub.topic": {topic}, "hub.challenge": {challenge}}
	if act.OnTopic != "" {
		question.Set("hub.topic", act.OnTopic)
	}
	if mode == "subscribe" {
		question.Set("hub.lease_seconds", strconv.Itoa(lease))
	}
	status, echo := h.Ask(callback.String(), question)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.verified = append(h.verified, status)
	if status < 200 || status > 299 || echo != challenge {
		return
	}
	key := [2]string{topic, callback.String()}
	if mode == "unsubscribe" {
		delete(h.subs, key)
		return
	}
	h.subs[key] = Subscription{Topic: topic, Callback: callback.String(), Secret: form.Get("hub.secret"), Lease: lease}
}

// Ask makes a GET request to a callback with these parameters added to its own.
func (h *Hub) Ask(callback string, question url.Values) (status int, body string) {
	u, err := url.Parse(callback)
	if err != nil {
		return 0, err.Error()
	}
	q := u.Query()
	for name, values := range question {
		q[name] = values
	}
	u.RawQuery = q.Encode()
	return talk(http.MethodGet, u.String(), nil, nil)
}

// Publish distributes new content of a topic to its subscribers (7) and returns the
// statuses that they answered.
func (h *Hub) Publish(topic, contentType, content string) []int {
	var out []int
	for _, s := range h.Subscribers(topic) {
		status, _ := h.Deliver(s, contentType, content, nil)
		out = append(out, status)
	}
	return out
}

// Deliver sends content to one subscriber, with headers changed or, with an empty
// value, left out.
func (h *Hub) Deliver(s Subscription, contentType, content string, change map[string]string) (status int, body string) {
	h.mu.Lock()
	method := h.act.Method
	h.mu.Unlock()
	header := http.Header{"Content-Type": {contentType}}
	header.Set("Link", fmt.Sprintf("<%s>; rel=\"hub\", <%s>; rel=\"self\"", h.URL, s.Topic))
	if s.Secret != "" {
		header.Set("X-Hub-Signature", Sign(method, s.Secret, content))
	}
	for name, value := range change {
		header.Del(name)
		if value != "" {
			header.Set(name, value)
		}
	}
	return talk(http.MethodPost, s.Callback, header, []byte(content))
}

// Sign is the signature of content (7.1).
func Sign(method, secret, content string) string {
	newHash := map[string]func() hash.Hash{"sha1": sha1.New, "": sha256.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}[method]
	if method == "" {
		method = "sha256"
	}
	mac := hmac.New(newHash, []byte(secret))
	mac.Write([]byte(content)) // a hash's Write never fails
	return method + "=" + hex.EncodeToString(mac.Sum(nil))
}

func talk(method, address string, header http.Header, content []byte) (status int, body string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(content))
	if err != nil {
		return 0, err.Error()
	}
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		text = []byte(err.Error())
	}
	if err := res.Body.Close(); err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(text)
}
