package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/classify/topicmodel"
	"tributary/internal/dedupe"
)

func main() {
	cfg, err := config.Load(config.Options{})
	if err != nil {
		panic(err)
	}
	o := classify.Options{DutyStations: cfg.DutyStations}
	o.Model, _ = topicmodel.Decode(cfg.TopicModel)
	c, err := classify.New(cfg.Taxonomy, o)
	if err != nil {
		panic(err)
	}
	type in struct {
		ID, Source, Lang, Title, Text, URL, Story string
		Published                                 string
	}
	var items []in
	var ds []dedupe.Item
	f, _ := os.Open(os.Args[1])
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<22)
	for sc.Scan() {
		var it in
		if err := json.Unmarshal(sc.Bytes(), &it); err != nil {
			panic(err)
		}
		at, _ := time.Parse(time.RFC3339, it.Published)
		l := dedupe.LabelledBy(c.Classify(classify.Item{Title: it.Title, Text: it.Text, Language: it.Lang, URL: it.URL}))
		e := feeds.Entry{ID: it.ID, Title: it.Title, Link: it.URL, Language: it.Lang}
		items = append(items, it)
		ds = append(ds, dedupe.Item{ID: it.ID, Source: it.Source, Entry: e, Text: it.Text, Published: at, Labelled: l})
	}
	t := time.Now()
	prints := dedupe.Prints(ds)
	bytes, keys := 0, 0
	for i := range prints {
		bytes += len(prints[i].Encode())
		keys += len(prints[i].Keys.Kept)
	}
	fmt.Fprintln(os.Stderr, "prints", time.Since(t)/time.Duration(len(prints)), "bytes", bytes/len(prints), "keys", float64(keys)/float64(len(prints)))
	t = time.Now()
	links := dedupe.Links(prints, dedupe.DefaultWindows)
	fmt.Fprintln(os.Stderr, "links", time.Since(t)/time.Duration(len(prints)))
	met := map[[2]int]bool{}
	for _, l := range links {
		met[[2]int{l.A, l.B}] = true
	}
	if os.Args[2] == "-v" {
		missed := 0
		for i := range prints {
			for j := i + 1; j < len(prints); j++ {
				v := dedupe.Verify(&prints[i], &prints[j], dedupe.DefaultWindows)
				gold := items[i].Story == items[j].Story
				if v.Same && !met[[2]int{i, j}] {
					missed++
				}
				// wrong verdicts
				if v.Same && !gold || v.Apart && gold {
					j2, _ := json.Marshal(v)
					fmt.Fprintf(os.Stderr, "WRONG %s %s %v %s\n  %s %s\n  %s %s\n", items[i].ID, items[j].ID, v.Reason, j2, prints[i].Language, items[i].Title, prints[j].Language, items[j].Title)
				}
			}
		}
		fmt.Fprintln(os.Stderr, "same without a shared key:", missed)
	}
	if os.Args[2] == "-p" {
		onlyMet := len(os.Args) > 3
		out := bufio.NewWriter(os.Stdout)
		defer out.Flush()
		for i := range items {
			for j := range i {
				a, b := &prints[i], &prints[j]
				if onlyMet && !a.Keys.Meet(&b.Keys) {
					continue
				}
				s := dedupe.Compare(a, b)
				v := dedupe.Verify(a, b, dedupe.DefaultWindows)
				j2, _ := json.Marshal(map[string]any{"a": items[i].ID, "b": items[j].ID, "y": items[i].Story == items[j].Story, "s": s, "la": a.Language, "lb": b.Language, "len": min(a.Length, b.Length), "v": v.Reason, "same": v.Same, "apart": v.Apart, "met": a.Keys.Meet(&b.Keys)})
				fmt.Fprintln(out, string(j2))
			}
		}
		return
	}
	for i, st := range dedupe.Partition(refs(prints), links) {
		fmt.Printf("{\"id\":%q,\"story\":\"%d\"}\n", items[i].ID, st)
	}
}

func refs(p []dedupe.Print) []*dedupe.Print {
	var out []*dedupe.Print
	for i := range p {
		out = append(out, &p[i])
	}
	return out
}
