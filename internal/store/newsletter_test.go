package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

func exerciseNewsletters(t *testing.T, p place) {
	t.Run("requests to subscribe", func(t *testing.T) { asksToSubscribe(t, p) })
	t.Run("leaving and forgetting", func(t *testing.T) { leavesAndForgets(t, p) })
	t.Run("issues and pins", func(t *testing.T) { keepsIssues(t, p) })
}

func reader(address string) feeds.Subscriber {
	return feeds.Subscriber{Newsletter: "week", Address: address, Language: "en"}
}

// claims takes the confirmations that are due at a moment and says how many.
func claims(t *testing.T, db *store.DB, now time.Time) int {
	t.Helper()
	for n := 0; ; n++ {
		s, ok, err := db.ClaimConfirmation(t.Context(), fmt.Sprintf("token %d", now.UnixMilli()+int64(n)), now)
		must(t, err)
		if !ok {
			return n
		}
		must(t, db.SettleConfirmation(t.Context(), s.ID, true, time.Time{}))
	}
}

func asksToSubscribe(t *testing.T, p place) {
	db := open(t, p.migrated(t))
	ctx := t.Context()
	must(t, db.AskToSubscribe(ctx, reader("a@example.org"), at(0)))
	must(t, db.AskToSubscribe(ctx, reader("A@Example.org"), at(0))) // the same box
	if n := claims(t, db, at(0)); n != 1 {
		t.Errorf("%d confirmations", n)
	}
	token := fmt.Sprintf("token %d", at(0).UnixMilli())
	must(t, db.AskToSubscribe(ctx, reader("a@example.org"), at(30)))
	if n := claims(t, db, at(30)); n != 0 {
		t.Error("another confirmation within the hour")
	}
	if _, err := db.Confirm(ctx, token, at(72*60)); !errors.Is(err, feeds.ErrNotFound) {
		t.Errorf("confirmed after three days: %v", err)
	}
	for hour := 1; hour < 8; hour++ {
		must(t, db.AskToSubscribe(ctx, reader("a@example.org"), at(hour*61)))
		if n := claims(t, db, at(hour*61)); (n == 1) != (hour < 3) {
			t.Errorf("hour %d: %d confirmations; three are the most", hour, n)
		}
	}
	if _, err := db.Confirm(ctx, token, at(500)); !errors.Is(err, feeds.ErrNotFound) {
		t.Errorf("a replaced token: %v", err)
	}
	last := fmt.Sprintf("token %d", at(2*61).UnixMilli())
	if s, err := db.Confirmable(ctx, last, at(500)); err != nil || s.State != feeds.SubscriberPending {
		t.Errorf("%v %v", s.State, err)
	}
	for range 2 {
		s, err := db.Confirm(ctx, last, at(500))
		if err != nil || s.State != feeds.SubscriberActive || !s.Confirmed.Equal(at(500)) {
			t.Errorf("%v %v", s, err)
		}
	}
	must(t, db.AskToSubscribe(ctx, reader("a@example.org"), at(900)))
	if n := claims(t, db, at(900)); n != 0 {
		t.Error("who is subscribed is asked again")
	}
	must(t, db.AskToSubscribe(ctx, reader("b@example.org"), at(900)))
	if n := claims(t, db, at(900)); n != 1 {
		t.Error("somebody else is not asked")
	}
	must(t, db.TidySubscribers(ctx, at(900+73*60)))
	counts, err := db.CountSubscribers(ctx, "week")
	if err != nil || counts[feeds.SubscriberActive] != 1 || counts[feeds.SubscriberPending] != 0 {
		t.Errorf("%v %v", counts, err)
	}
	for _, hostile := range []string{"", "' OR 1=1 --", "\x00", "\xff"} {
		if _, err := db.Confirm(ctx, hostile, at(0)); !errors.Is(err, feeds.ErrNotFound) {
			t.Errorf("%q: %v", hostile, err)
		}
		if _, err := db.Leave(ctx, hostile, at(0)); !errors.Is(err, feeds.ErrNotFound) {
			t.Errorf("%q: %v", hostile, err)
		}
	}
}

// week keeps an issue of the newsletter week, mailed to those who are subscribed.
func week(t *testing.T, db *store.DB, before, slot int, period string, items ...feeds.IssueItem) (int, bool) {
	t.Helper()
	n, ended, err := db.MakeIssue(t.Context(), store.NewsletterSlot{Slug: "week", Before: at(before), Slot: at(slot), Mail: true, Pins: []string{"a"},
		Issue: &feeds.Issue{Newsletter: "week", Period: period, Made: at(slot), Items: items}}, at(slot))
	must(t, err)
	return n, ended
}

func leavesAndForgets(t *testing.T, p place) {
	db := open(t, p.migrated(t))
	ctx := t.Context()
	for _, name := range []string{"a", "b", "c"} {
		s := reader(name + "@example.org")
		s.State = feeds.SubscriberActive
		if added, err := db.ImportSubscriber(ctx, s, at(0)); err != nil || !added {
			t.Fatal(added, err)
		}
	}
	must(t, db.BeginNewsletter(ctx, "week", at(0)))
	week(t, db, 0, 10, "2026-W09")
	m, ok, err := db.ClaimMail(ctx, "first", at(11))
	if err != nil || !ok || m.Subscriber.Address == "" || m.Attempts != 1 {
		t.Fatalf("%+v %v %v", m.Number, ok, err)
	}
	must(t, db.SettleMail(ctx, m, feeds.MailQueued, at(20), 451, at(11)))
	n, err := db.ForgetSubscriber(ctx, "B@example.org")
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	var sent []string
	for i := 0; ; i++ {
		m, ok, err := db.ClaimMail(ctx, fmt.Sprintf("mail %d", i), at(30))
		must(t, err)
		if !ok {
			break
		}
		sent = append(sent, m.Subscriber.Address)
		must(t, db.SettleMail(ctx, m, feeds.MailSent, time.Time{}, 250, at(30)))
		if _, err := db.Leave(ctx, fmt.Sprintf("mail %d", i), at(40)); err != nil {
			t.Error(err)
		}
	}
	if len(sent) != 2 {
		t.Errorf("mailed to %d of the two who are left", len(sent))
	}
	for _, name := range []string{"a", "c"} {
		s := reader(name + "@example.org")
		s.State = feeds.SubscriberActive
		if added, err := db.ImportSubscriber(ctx, s, at(50)); err != nil || added {
			t.Errorf("an import brings back who has left: %v", err)
		}
	}
	if kept, err := db.Subscribers(ctx, "week", 0, 10); err != nil || len(kept) != 0 {
		t.Errorf("addresses are kept: %d %v", len(kept), err)
	}
	if waits, err := db.MailWaits(ctx, at(60)); err != nil || waits {
		t.Errorf("something waits: %v", err)
	}
	// Who has left may come back by asking.
	must(t, db.AskToSubscribe(ctx, reader("a@example.org"), at(200)))
	if n := claims(t, db, at(200)); n != 1 {
		t.Errorf("%d confirmations", n)
	}
}

func keepsIssues(t *testing.T, p place) {
	db := open(t, p.migrated(t))
	ctx := t.Context()
	must(t, db.BeginNewsletter(ctx, "week", at(0)))
	must(t, db.BeginNewsletter(ctx, "week", at(5))) // begun is begun
	must(t, db.Pin(ctx, feeds.Pin{Newsletter: "week", Story: "a", By: "x", At: at(1)}))
	must(t, db.Pin(ctx, feeds.Pin{Newsletter: "week", Story: "a", By: "y", At: at(2)}))
	must(t, db.Pin(ctx, feeds.Pin{Newsletter: "week", Story: "b", By: "x", At: at(3)}))
	before, err := db.Version(ctx)
	must(t, err)
	n, ended := week(t, db, 0, 10, "2026-W09", feeds.IssueItem{Story: "a", Score: 1.5, Pinned: true}, feeds.IssueItem{Story: "c", Score: .25})
	if n != 1 || !ended {
		t.Fatal(n, ended)
	}
	if after, err := db.Version(ctx); err != nil || after == before {
		t.Errorf("its feed has not changed: %v", err)
	}
	if n, ended = week(t, db, 0, 10, "2026-W09"); ended {
		t.Errorf("the slot was ended twice: %d", n)
	}
	if n, ended = week(t, db, 10, 20, "2026-W09"); n != 0 || !ended {
		t.Errorf("the period has two issues: %d, %v", n, ended)
	}
	if n, ended = week(t, db, 20, 30, "2026-W10"); n != 2 || !ended {
		t.Errorf("the next issue: %d, %v", n, ended)
	}
	issue, err := db.Issue(ctx, "week", 1)
	if err != nil || len(issue.Items) != 2 || issue.Items[0].Story != "a" || !issue.Items[0].Pinned || issue.Items[1].Score != .25 || !issue.Made.Equal(at(10)) {
		t.Errorf("%+v %v", issue, err)
	}
	if _, err := db.Issue(ctx, "week", 3); !errors.Is(err, feeds.ErrNotFound) {
		t.Error(err)
	}
	if all, err := db.Issues(ctx, "week", 2, 10); err != nil || len(all) != 1 || all[0].Number != 1 {
		t.Errorf("%+v %v", all, err)
	}
	told, err := db.ToldStories(ctx, "week")
	if err != nil || !told["a"] || !told["c"] || told["b"] {
		t.Errorf("%v %v", told, err)
	}
	pins, err := db.Pins(ctx, "week")
	if err != nil || len(pins) != 1 || pins[0].Story != "b" {
		t.Errorf("%+v %v", pins, err)
	}
	must(t, db.Unpin(ctx, "week", "b"))
	if err := db.Unpin(ctx, "week", "b"); !errors.Is(err, feeds.ErrNotFound) {
		t.Error(err)
	}
	runs, err := db.NewsletterRuns(ctx)
	if err != nil || runs["week"].Number != 2 || !runs["week"].Slot.Equal(at(30)) || runs["week"].Outcome != "made" {
		t.Errorf("%+v %v", runs, err)
	}
}
