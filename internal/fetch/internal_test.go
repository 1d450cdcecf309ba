package fetch

import (
	"context"
	"math"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestLimiter runs on a fake clock: who gets in when is exact.
func TestLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(3, 2)
		var mu sync.Mutex
		inside, most := map[string]int{}, map[string]int{}
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 12 {
			host := []string{"a", "b"}[i%2]
			wg.Go(func() {
				if err := l.acquire(t.Context(), host); err != nil {
					t.Error(err)
					return
				}
				defer l.release(host)
				mu.Lock()
				inside[host]++
				inside["all"]++
				most[host] = max(most[host], inside[host])
				most["all"] = max(most["all"], inside["all"])
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				inside[host]--
				inside["all"]--
				mu.Unlock()
			})
		}
		wg.Wait()
		if most["a"] != 2 || most["b"] != 2 || most["all"] != 3 {
			t.Errorf("at once: %v, want 2 a host and 3 in all", most)
		}
		// Three at a time when both hosts have work left, two when one is done early.
		if took := time.Since(start); took < 4*time.Second || took > 5*time.Second {
			t.Errorf("12 seconds of work took %s", took)
		}
		if len(l.hosts) != 0 {
			t.Errorf("%d hosts are remembered after the last request", len(l.hosts))
		}
	})
}

// TestLimiterGivesUpWithContext: who leaves the queue leaves no trace and takes no
// slot, and one slow host does not keep others out.
func TestLimiterGivesUpWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(2, 1)
		if err := l.acquire(t.Context(), "slow"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if err := l.acquire(ctx, "slow"); err == nil {
					t.Error("a second request to the slow host got in")
				}
			})
		}
		synctest.Wait()
		for range 3 {
			if err := l.acquire(t.Context(), "quick"); err != nil {
				t.Fatal(err)
			}
			// Both global slots are taken now: a third host waits, holding its own slot.
			short, stop := context.WithTimeout(t.Context(), time.Second)
			if err := l.acquire(short, "third"); err == nil {
				t.Error("more than two at once")
			}
			stop()
			l.release("quick")
		}
		wg.Wait()
		l.release("slow")
		if len(l.hosts) != 0 || len(l.all) != 0 {
			t.Errorf("left behind: %d hosts, %d slots", len(l.hosts), len(l.all))
		}
	})
}

func TestBackoffBounds(t *testing.T) {
	const base, most = 5 * time.Minute, 24 * time.Hour
	for failures := range 200 {
		low := Backoff(failures, base, most, 0)
		for _, rnd := range []float64{-1, 0, 0.25, 0.5, 0.999, 1, 7, math.NaN(), math.Inf(1)} {
			got := Backoff(failures, base, most, rnd)
			if got < low || got > most || got > 2*low+1 {
				t.Fatalf("Backoff(%d, %v) = %s, lowest %s", failures, rnd, got, low)
			}
		}
		if failures > 0 && Backoff(failures+1, base, most, 0.5) < Backoff(failures, base, most, 0.5) {
			t.Fatalf("the wait shrinks after %d failures", failures)
		}
	}
	for _, tc := range []struct {
		failures  int
		base, max time.Duration
		rnd       float64
		want      time.Duration
	}{
		{0, base, most, 1, 0}, {-3, base, most, 1, 0}, {1, 0, most, 1, 0}, {1, base, 0, 1, 0}, {1, base, -1, 1, 0},
		{1, base, most, 1, base}, {1, base, most, 0, base / 2}, {3, base, most, 1, 4 * base}, {3, base, most, 0.5, 3 * base},
		{64, base, most, 1, most}, {math.MaxInt, base, most, 1, most}, {5, 2 * most, most, 1, most},
		{63, 1, math.MaxInt64, 0, math.MaxInt64 / 2},
	} {
		if got := Backoff(tc.failures, tc.base, tc.max, tc.rnd); got != tc.want {
			t.Errorf("Backoff(%d, %s, %s, %v) = %s, want %s", tc.failures, tc.base, tc.max, tc.rnd, got, tc.want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("120", "")
	f.Add("Sun, 01 Nov 2026 13:00:00 GMT", "Sun, 01 Nov 2026 12:00:00 GMT")
	f.Add("Sun, 01 Nov 9999 13:00:00 GMT", "Sun, 01 Nov 0001 12:00:00 GMT")
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value, date string) {
		got := retryAfter(http.Header{"Retry-After": {value}, "Date": {date}}, now)
		if !got.IsZero() && (!got.After(now) || got.After(now.Add(MaxRetryAfter))) {
			t.Errorf("retry after %s", got)
		}
	})
}

func FuzzFreshness(f *testing.F) {
	f.Add("public, max-age=900", "", "", "10")
	f.Add(`max-age="9", no-cache="a, b"`, "Sun, 01 Nov 2026 13:00:00 GMT", "Sun, 01 Nov 2026 12:00:00 GMT", "x")
	f.Add("", "Sun, 01 Nov 9999 13:00:00 GMT", "Sun, 01 Nov 0001 12:00:00 GMT", "99999999999999999999")
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, control, expires, date, age string) {
		got := freshFor(http.Header{"Cache-Control": {control}, "Expires": {expires}, "Date": {date}, "Age": {age}}, now)
		if got < 0 || got > MaxFreshness {
			t.Errorf("fresh for %s", got)
		}
	})
}

// FuzzDecode: whatever the bytes, the output is bounded and the decoder stays fit.
func FuzzDecode(f *testing.F) {
	codings := []string{"gzip", "br", "zstd", "deflate"}
	f.Add(uint8(0), []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add(uint8(1), []byte{0x0b, 0x02, 0x80, 'h', 'e', 'l', 'l', 'o', 0x03})
	f.Add(uint8(2), []byte{0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x00, 0x29, 0, 0, 'h', 'e', 'l', 'l', 'o'})
	f.Add(uint8(3), []byte{0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 6, 0x2c, 2, 0x15})
	const limit = 1 << 16
	var mu sync.Mutex
	d := new(decoder)
	f.Fuzz(func(t *testing.T, which uint8, raw []byte) {
		mu.Lock()
		defer mu.Unlock()
		if len(raw) == 0 {
			return
		}
		out, size, err := d.decode(codings[int(which)%len(codings)], nil, raw, limit)
		if len(out) > limit+1 || (err == nil && len(out) > limit) {
			t.Errorf("%d bytes decoded", len(out))
		}
		if err == nil && size != int64(len(out)) { // the limit is below what a buffer grows to
			t.Errorf("%d bytes decoded, said to be %d", len(out), size)
		}
		hello := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0}
		if out, _, err := d.decode("gzip", nil, hello, limit); err != nil || string(out) != "hello" {
			t.Errorf("afterwards: %q, %v", out, err)
		}
	})
}
