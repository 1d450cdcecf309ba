package diff

// Op says what becomes of a run.
type Op uint8

// The three ways.
const (
	Keep   Op = iota // it is in both
	Remove           // it is in the first alone
	Add              // it is in the second alone
)

// Edit is a run of one kind: a[FromA:ToA] and b[FromB:ToB]. Of a Remove the second range
// is empty, of an Add the first.
type Edit struct {
	Op         Op
	FromA, ToA int
	FromB, ToB int
}

// DefaultWork is enough for the shortest way between two texts of some thousand words
// that differ in some hundred; it takes a few milliseconds at most.
const DefaultWork = 2_000_000

// Sequences gives the edits that make b of a, in order, the shortest way where work
// allows: E. W. Myers, An O(ND) Difference Algorithm, 1986, in its linear-space form. Of
// neighbouring edits a Remove stands before an Add. work bounds the steps; the part that
// they do not reach to is answered as removed and added whole. Memory is linear in the
// lengths.
func Sequences[T comparable](a, b []T, work int) []Edit {
	d := differ{work: work}
	d.a, d.b = intern(a, b)
	n := 2*(len(a)+len(b)) + 4
	d.forward, d.backward = make([]int32, n), make([]int32, n)
	d.compare(0, len(a), 0, len(b))
	return tidy(d.edits)
}

// intern gives equal items equal numbers: they are compared many times.
func intern[T comparable](a, b []T) (x, y []int32) {
	numbers := make(map[T]int32, len(a))
	number := func(list []T) []int32 {
		out := make([]int32, len(list))
		for i, item := range list {
			n, ok := numbers[item]
			if !ok {
				n = int32(len(numbers)) //nolint:gosec // fewer than the items, which fit into memory as words
				numbers[item] = n
			}
			out[i] = n
		}
		return out
	}
	return number(a), number(b)
}

type differ struct {
	a, b              []int32
	forward, backward []int32 // furthest points on diagonals, of one search at a time
	work              int
	edits             []Edit
}

func (d *differ) emit(op Op, fromA, toA, fromB, toB int) {
	if fromA < toA || fromB < toB {
		d.edits = append(d.edits, Edit{op, fromA, toA, fromB, toB})
	}
}

// compare makes the edits of a part. It goes down at most as deep as the number of
// differences can be halved.
func (d *differ) compare(fromA, toA, fromB, toB int) {
	head := 0
	for fromA+head < toA && fromB+head < toB && d.a[fromA+head] == d.b[fromB+head] {
		head++
	}
	d.emit(Keep, fromA, fromA+head, fromB, fromB+head)
	fromA, fromB = fromA+head, fromB+head
	tail := 0
	for fromA < toA-tail && fromB < toB-tail && d.a[toA-1-tail] == d.b[toB-1-tail] {
		tail++
	}
	toA, toB = toA-tail, toB-tail
	if fromA == toA || fromB == toB {
		d.replace(fromA, toA, fromB, toB)
	} else if x, y, ok := d.middle(fromA, toA, fromB, toB); ok {
		d.compare(fromA, x, fromB, y)
		d.compare(x, toA, y, toB)
	} else {
		d.replace(fromA, toA, fromB, toB)
	}
	d.emit(Keep, toA, toA+tail, toB, toB+tail)
}

func (d *differ) replace(fromA, toA, fromB, toB int) {
	d.emit(Remove, fromA, toA, fromB, fromB)
	d.emit(Add, toA, toA, fromB, toB)
}

// middle finds a point on a shortest way through a part that neither begins nor ends
// with something common, by searching from both ends until they meet. ok is false when
// the work is spent, or when the way has no point within.
func (d *differ) middle(fromA, toA, fromB, toB int) (x, y int, ok bool) {
	n, m := toA-fromA, toB-fromB
	delta := n - m
	odd := delta&1 != 0
	offset := n + m + 1
	f, r := d.forward, d.backward
	f[offset+1], r[offset+1] = 0, 0
	for step := 0; step <= (n+m+1)/2; step++ {
		if d.work -= 2*step + 2; d.work < 0 {
			return 0, 0, false
		}
		for k := -step; k <= step; k += 2 {
			i := int(f[offset+k-1]) + 1
			if k == -step || k != step && f[offset+k-1] < f[offset+k+1] {
				i = int(f[offset+k+1])
			}
			j := i - k
			for i < n && j < m && i >= 0 && j >= 0 && d.a[fromA+i] == d.b[fromB+j] {
				i, j = i+1, j+1
				d.work--
			}
			f[offset+k] = int32(i) //nolint:gosec // at most n+1
			if c := delta - k; odd && c >= -(step-1) && c <= step-1 && i+int(r[offset+c]) >= n {
				return d.within(i, j, n, m, fromA, fromB)
			}
		}
		for k := -step; k <= step; k += 2 {
			i := int(r[offset+k-1]) + 1
			if k == -step || k != step && r[offset+k-1] < r[offset+k+1] {
				i = int(r[offset+k+1])
			}
			j := i - k
			for i < n && j < m && i >= 0 && j >= 0 && d.a[toA-1-i] == d.b[toB-1-j] {
				i, j = i+1, j+1
				d.work--
			}
			r[offset+k] = int32(i) //nolint:gosec // at most n+1
			if c := delta - k; !odd && c >= -step && c <= step && i+int(f[offset+c]) >= n {
				return d.within(n-i, m-j, n, m, fromA, fromB)
			}
		}
	}
	return 0, 0, false
}

// within says no to a point at either end, from which nothing would get smaller.
func (d *differ) within(i, j, n, m, fromA, fromB int) (x, y int, ok bool) {
	if i < 0 || j < 0 || i > n || j > m || i+j == 0 || i == n && j == m {
		return 0, 0, false
	}
	return fromA + i, fromB + j, true
}

// tidy joins neighbouring edits of one kind, and puts what is removed before what is
// added in its place.
func tidy(edits []Edit) []Edit {
	out := edits[:0:0]
	for i := 0; i < len(edits); {
		if e := edits[i]; e.Op == Keep {
			if last := len(out) - 1; last >= 0 && out[last].Op == Keep {
				out[last].ToA, out[last].ToB = e.ToA, e.ToB
			} else {
				out = append(out, e)
			}
			i++
			continue
		}
		first := edits[i]
		toA, toB := first.ToA, first.ToB
		for ; i < len(edits) && edits[i].Op != Keep; i++ {
			toA, toB = max(toA, edits[i].ToA), max(toB, edits[i].ToB)
		}
		if first.FromA < toA {
			out = append(out, Edit{Remove, first.FromA, toA, first.FromB, first.FromB})
		}
		if first.FromB < toB {
			out = append(out, Edit{Add, toA, toA, first.FromB, toB})
		}
	}
	return out
}
