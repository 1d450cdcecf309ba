package jobs

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

// always gives every item one topic.
type always string

func (a always) Classify(classify.Item) []feeds.Label {
	return []feeds.Label{{Kind: feeds.LabelTopic, Value: string(a), Score: 1, By: feeds.ByRule, Evidence: []feeds.Evidence{{Rule: "test"}}}}
}

func (always) Language(classify.Item) (feeds.Label, bool) { return feeds.Label{}, false }

// An engine at work labels what another taxonomy has labelled, if it is told to, and
// what rules of a source ask for in any case.
func TestEngineRelabels(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(t *testing.T) *store.DB) {
		db, p := open(t), &press{asked: map[string]int{}}
		if err := db.SyncSources(t.Context(), sources(2, "@every 24h")); err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		keep := func(id int64, source, story string) {
			c := store.Change{Now: now, Polling: feeds.Polling{SourceID: source},
				New:     []store.NewEntry{{ID: id, StoryID: story, Entry: feeds.Entry{ID: story, Title: story}, Hash: "h", TextHash: "t", Published: now}},
				Stories: []store.StoryState{{ID: story, Mint: true, LeadEntryID: id, Published: now, Updated: now, Labels: always("former").Classify(classify.Item{})}}}
			if err := db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.Apply(ctx, c) }); err != nil {
				t.Fatal(err)
			}
		}
		keep(1, "s000", "01aaaaaaaaaaaaaaaaaaaaaaaa")
		keep(2, "s001", "01bbbbbbbbbbbbbbbbbbbbbbbb")
		// More than one turn takes on.
		many := store.Change{Now: now, Polling: feeds.Polling{SourceID: "s001"}}
		for i := range relabelStories + 100 {
			id := fmt.Sprintf("02%024d", i)
			many.New = append(many.New, store.NewEntry{ID: int64(100 + i), StoryID: id, Entry: feeds.Entry{ID: id, Title: id}, Hash: "h", TextHash: "t", Published: now})
			many.Stories = append(many.Stories, store.StoryState{ID: id, Mint: true, LeadEntryID: int64(100 + i), Published: now, Updated: now, Labels: always("former").Classify(classify.Item{})})
		}
		if err := db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.Apply(ctx, many) }); err != nil {
			t.Fatal(err)
		}
		number, err := db.Labelling(t.Context(), "new")
		if err != nil {
			t.Fatal(err)
		}
		run := func(auto bool, do func(d *pipeline.Desk), until func() bool) {
			t.Helper()
			desk := &pipeline.Desk{Store: db, Classify: always("law"), Labelling: number, Now: time.Now, Taxonomy: &feeds.Taxonomy{
				Groups: []feeds.TopicGroup{{Topics: []feeds.Topic{{Slug: "health"}}}}}}
			e := engine(t, db, p, func(o *Options) { o.Desk, o.Relabel = desk, auto })
			if err := e.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := e.Stop(); err != nil {
					t.Error(err)
				}
			}()
			do(desk)
			for deadline := time.Now().Add(60 * time.Second); !until(); time.Sleep(50 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("nothing is labelled anew")
				}
			}
		}
		has := func(story, topic string) bool {
			s, _, err := db.Story(t.Context(), story)
			if err != nil {
				t.Fatal(err)
			}
			return len(s.Labels) > 0 && s.Labels[len(s.Labels)-1].Value == topic
		}
		run(false, func(d *pipeline.Desk) {
			rule := feeds.SourceRule{SourceID: "s000", Kind: feeds.LabelTopic, Value: "health", Action: feeds.ActionAdd, By: "j", Office: "hq", Why: "w"}
			if _, _, err := d.AddRule(t.Context(), rule); err != nil {
				t.Fatal(err)
			}
		}, func() bool { return has("01aaaaaaaaaaaaaaaaaaaaaaaa", "health") })
		if !has("01bbbbbbbbbbbbbbbbbbbbbbbb", "former") {
			t.Error("a story of another source was labelled without being asked for")
		}
		run(true, func(*pipeline.Desk) {}, func() bool {
			left, err := db.CountToRelabel(t.Context(), store.RelabelQuery{Labelling: number})
			if err != nil {
				t.Fatal(err)
			}
			return left == 0
		})
		if !has("01bbbbbbbbbbbbbbbbbbbbbbbb", "law") {
			t.Error("not labelled by the new taxonomy")
		}
		if err := db.Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
