package fetch

import (
	"math"
	"time"
)

// Backoff says how long to leave a source alone after failures in a row: base
// doubled for each failure after the first, at most max, of which the upper half is
// jitter: the result lies between half of that and all of it. rnd is in [0, 1], from
// the caller's random source; values outside count as the nearer end. No failures,
// or a base or max that is not positive, mean no wait.
func Backoff(failures int, base, max time.Duration, rnd float64) time.Duration {
	if failures <= 0 || base <= 0 || max <= 0 {
		return 0
	}
	wait := max
	// Beyond 62 doublings any base overflows, and is past max long before.
	if shift := failures - 1; shift < 62 && base <= max>>shift {
		wait = base << shift
	}
	if !(rnd > 0) { // NaN too
		rnd = 0
	}
	half := wait / 2
	return half + time.Duration(math.Min(rnd, 1)*float64(wait-half))
}
