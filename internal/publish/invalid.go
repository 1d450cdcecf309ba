package publish

import (
	"fmt"
	"net/http"
	"strconv"
)

// Invalid is an address that names something we do not have. It is the reader's doing
// and says what would have worked.
type Invalid struct {
	Parameter string   // country, region, topic ..., format, path; the unknown parameter itself when Value is empty
	Value     string   // as it was given
	Valid     []string // all values that would do, the nearest few when there are many
	Total     int      // how many there are in all, 0 when that says nothing
	Status    int      // 404 when the path is wrong, 400 when a parameter is
	sentence  string
}

// Error is a plain sentence for whoever typed the address; it does not list Valid.
func (e *Invalid) Error() string {
	switch {
	case e.sentence != "":
		return e.sentence
	case e.Value == "" && e.Status == http.StatusNotFound:
		return "There is no feed at this address."
	case e.Value == "":
		return fmt.Sprintf("There is no parameter %s.", strconv.Quote(brief(e.Parameter)))
	case e.Total > len(e.Valid):
		return fmt.Sprintf("There is no %s %s; the nearest of %d are named.", e.Parameter, strconv.Quote(brief(e.Value)), e.Total)
	default:
		return fmt.Sprintf("There is no %s %s.", e.Parameter, strconv.Quote(brief(e.Value)))
	}
}

// brief keeps what somebody sent from filling our answer.
func brief(s string) string {
	const most = 80
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}
