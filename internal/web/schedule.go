package web

import (
	"strconv"
	"strings"
)

// schedule says in words how often a source is read, for the common shapes of cron
// expression; others are shown as they stand, for their office knows them.
func (v *viewer) schedule(expression, zone string) string {
	switch expression {
	case "":
		return ""
	case "@hourly":
		return v.p.n("schedule.hours", 1)
	case "@daily", "@midnight":
		return v.daily("0", "0", zone)
	}
	if text, found := strings.CutPrefix(expression, "@every "); found {
		return v.p.t("schedule.every", "Span", text)
	}
	f := strings.Fields(expression)
	if len(f) == 5 && f[2] == "*" && f[3] == "*" && f[4] == "*" {
		minute, hour := f[0], f[1]
		minutes, everyMinutes := step(minute, 60)
		hours, everyHours := step(hour, 24)
		switch {
		case everyMinutes && hour == "*":
			return v.p.n("schedule.minutes", minutes)
		case isNumber(minute) && hour == "*":
			return v.p.n("schedule.hours", 1)
		case isNumber(minute) && everyHours:
			return v.p.n("schedule.hours", hours)
		case isNumber(minute) && isNumber(hour):
			return v.daily(hour, minute, zone)
		}
	}
	return v.p.t("schedule.cron", "Expression", expression, "Zone", zone)
}

func (v *viewer) daily(hour, minute, zone string) string {
	for len(hour) < 2 {
		hour = "0" + hour
	}
	for len(minute) < 2 {
		minute = "0" + minute
	}
	return v.p.t("schedule.daily", "Time", hour+":"+minute, "Zone", zone)
}

// step reads "*/n" where n divides the field's range, so that the steps are even;
// "*" is every one.
func step(field string, size int) (int, bool) {
	if field == "*" {
		return 1, true
	}
	text, found := strings.CutPrefix(field, "*/")
	n, err := strconv.Atoi(text)
	return n, found && err == nil && n > 0 && size%n == 0
}

func isNumber(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0 && n < 60
}
