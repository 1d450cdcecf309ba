package publish

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"tributary/feeds"
)

// searchMost is how many stories the pages of a search hold together.
const searchMost = 1000

// readPage reads the parameter page. Only searches have pages (RFC 5005, 3): what changes
// all the time can be walked by archives alone.
func (p *Publisher) readPage(ch *feeds.Channel, values []string) (page int, err error) {
	text := strings.TrimSpace(strings.Join(values, ","))
	if text == "" {
		return 0, nil
	}
	last := lastPage(searchMost, ch.Limit)
	n, err := strconv.Atoi(text)
	switch {
	case p.o.Archives == nil || ch.Selector.Query == "":
		return 0, &Invalid{Parameter: "page", Value: text, Status: http.StatusBadRequest,
			sentence: "Only searches have pages. Other feeds lead to their archives by rel=prev-archive."}
	case err != nil || n < 1 || n > last:
		return 0, &Invalid{Parameter: "page", Value: text, Status: http.StatusBadRequest,
			sentence: fmt.Sprintf("The page is one number from 1 to %d.", last)}
	case n == 1:
		return 0, nil // the feed itself
	}
	return n, nil
}

func lastPage(total, limit int) int { return max(1, (total+limit-1)/limit) }

// page selects a page of a search, with the links to the others. A search of one page has
// none.
func (p *Publisher) page(ctx context.Context, ch feeds.Channel, at spot, limit int) (sel selection, err error) {
	number := max(at.page, 1)
	var total int
	if sel.stories, total, err = p.o.Archives.Found(ctx, ch.Selector, (number-1)*limit, limit, searchMost); err != nil {
		return selection{}, fmt.Errorf("select page of %s: %w", ch.Path, err)
	}
	last := lastPage(total, limit)
	if number > last {
		return selection{}, &Invalid{Parameter: "page", Value: strconv.Itoa(number), Status: http.StatusNotFound,
			sentence: fmt.Sprintf("This search has %d pages.", last)}
	}
	if last == 1 {
		return sel, nil
	}
	sel.relations = append(sel.relations, relation{rel: "first"})
	if number > 1 {
		sel.relations = append(sel.relations, relation{"previous", pageSpot(number - 1)})
	}
	if number < last {
		sel.relations = append(sel.relations, relation{"next", pageSpot(number + 1)})
	}
	sel.relations = append(sel.relations, relation{"last", pageSpot(last)})
	return sel, nil
}

func pageSpot(n int) spot {
	if n == 1 {
		return spot{}
	}
	return spot{page: n}
}
