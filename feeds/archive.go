package feeds

import (
	"fmt"
	"time"
)

// Month is a calendar month in UTC as a number that people can read: 202611 is November
// 2026. Months compare as numbers. The zero Month is none.
type Month int

// MonthOf is the month of a moment.
func MonthOf(t time.Time) Month {
	t = t.UTC()
	return Month(t.Year()*100 + int(t.Month()))
}

// Valid says whether it is a month of the years 1 to 9999.
func (m Month) Valid() bool { return m >= 101 && m <= 999912 && m%100 >= 1 && m%100 <= 12 }

// Begin is its first moment.
func (m Month) Begin() time.Time {
	return time.Date(int(m/100), time.Month(m%100), 1, 0, 0, 0, 0, time.UTC)
}

// Next is the month after it.
func (m Month) Next() Month { return MonthOf(m.Begin().AddDate(0, 1, 0)) }

// Previous is the month before it.
func (m Month) Previous() Month { return MonthOf(m.Begin().AddDate(0, -1, 0)) }

// String is the month as addresses have it: 2026/11.
func (m Month) String() string { return fmt.Sprintf("%04d/%02d", int(m/100), int(m%100)) }

// ArchiveMonth says how many stories of a selection are archived under a month, those
// that were withdrawn since included.
type ArchiveMonth struct {
	Month   Month
	Stories int
}
