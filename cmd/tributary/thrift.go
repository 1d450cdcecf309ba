package main

import (
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
)

// thrift makes the garbage collector hold memory low while large documents are in it,
// and leave it alone again afterwards: collecting late, as is good for speed, and
// keeping what was freed would take several times what is in use. It leaves alone an
// operator's own GOMEMLIMIT.
func thrift(large bool) {
	const (
		least = 96 << 20 // the program with its taxonomy, and one large document as it is read
		room  = 48 << 20 // above what a larger installation has in use
	)
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	if !large {
		debug.SetMemoryLimit(math.MaxInt64)
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	inUse := int64(0)
	if v := live[0].Value; v.Kind() == metrics.KindUint64 {
		inUse = int64(min(v.Uint64(), math.MaxInt64/2))
	}
	debug.SetMemoryLimit(max(least, inUse+inUse/4+room))
}
