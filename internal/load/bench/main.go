// Command bench measures the main job as its users meet it: the built program pulls
// 1,000 feeds from a load server on loopback, cold, unchanged and in ticks, and then
// serves feeds while it pulls. It prints one table; `make bench` runs it.
//
// Times are those of `tributary pull --json`; CPU and peak memory are the process's
// own, start included, as the system counts them. The load server and this program
// run on the same machine and take their share of it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"tributary/feeds"
	"tributary/internal/load"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

func main() {
	feedCount := flag.Int("feeds", 1000, "feeds published")
	rounds := flag.Int("rounds", 3, "times that each pull is measured")
	serving := flag.Duration("serving", 5*time.Second, "how long each kind of request is measured")
	database := flag.String("database", "", "PostgreSQL address; SQLite when empty (cold is then measured once)")
	flag.Parse()
	if err := run(*feedCount, *rounds, *serving, *database); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run with its things in a temporary directory.
type bench struct {
	dir, binary, config, database string
	world                         *load.Server
}

func run(feedCount, rounds int, serving time.Duration, database string) (err error) {
	dir, err := os.MkdirTemp("", "tributary-bench-")
	if err != nil {
		return err
	}
	b := &bench{dir: dir, binary: filepath.Join(dir, "tributary"), database: database}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	build := exec.Command("go", "build", "-o", b.binary, "./cmd/tributary")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	if database != "" {
		rounds = 1
	}

	var cold, same, tick []sample
	for range rounds {
		if err := b.publish(feedCount); err != nil {
			return err
		}
		data := filepath.Join(dir, "data")
		if err := os.RemoveAll(data); err != nil {
			return err
		}
		s, err := b.pull()
		if err != nil {
			return err
		}
		cold = append(cold, s)
		for range 3 {
			if s, err = b.pull(); err != nil {
				return err
			}
			same = append(same, s)
			if _, err := b.world.Tick(); err != nil {
				return err
			}
			if s, err = b.pull(); err != nil {
				return err
			}
			tick = append(tick, s)
		}
	}
	fmt.Printf("%d feeds, %d entries published; min / median / max of each\n\n", feedCount, b.world.Entries())
	fmt.Printf("%-10s %26s %12s %12s %26s %12s\n", "pull", "seconds", "feeds/s", "entries/s", "CPU s, start included", "peak MiB")
	show("cold", cold)
	show("all 304", same)
	show("tick", tick)
	lost, doubled, err := b.compare()
	if err != nil {
		return err
	}
	fmt.Printf("\nentries lost %d, doubled %d; database %.1f MiB\n", lost, doubled, b.size())
	if err := b.serve(serving); err != nil {
		return err
	}
	if lost+doubled > 0 {
		return fmt.Errorf("%d entries lost, %d doubled", lost, doubled)
	}
	return b.world.Close()
}

func (b *bench) publish(feedCount int) error {
	if b.world != nil {
		if err := b.world.Close(); err != nil {
			return err
		}
	}
	b.world = load.New(load.Options{Feeds: feedCount, Items: 25, Seed: 1})
	if _, err := b.world.Start(); err != nil {
		return err
	}
	var c strings.Builder
	fmt.Fprintf(&c, "catalogue: false\nfetch:\n  per_host: 16\n  min_interval: 0s\n  allow: [%q]\njobs:\n  jitter: 0s\nlog:\n  level: error\nsources:\n", b.world.Addrs()[0])
	for i, u := range b.world.URLs() {
		fmt.Fprintf(&c, "  - {id: s%05d, office: hq, title: Source %d, publisher: Publisher %d, url: %q, kind: partner, schedule: \"0 0 1 1 *\", zone: UTC}\n", i, i, i, u)
	}
	b.config = filepath.Join(b.dir, "bench.yaml")
	return os.WriteFile(b.config, []byte(c.String()), 0o600)
}

func (b *bench) args(args ...string) []string {
	base := []string{"--config", b.config, "--data", filepath.Join(b.dir, "data")}
	if b.database != "" {
		base = append(base, "--database", b.database)
	}
	return append(base, args...)
}

// sample is what one pull took.
type sample struct {
	seconds, cpu, mib float64
	sources, entries  int
}

func (b *bench) pull() (sample, error) {
	cmd := exec.Command(b.binary, b.args("--json", "pull", "--all")...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return sample{}, fmt.Errorf("pull: %w\n%s", err, out)
	}
	var r pipeline.Report
	if err := json.Unmarshal(out, &r); err != nil {
		return sample{}, fmt.Errorf("pull: %w", err)
	}
	s := sample{seconds: r.Seconds, sources: r.Sources, entries: r.Entries.Read,
		cpu: (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.mib = float64(usage.Maxrss) / 1024 // Linux counts in KiB
	}
	return s, nil
}

func show(name string, samples []sample) {
	pick := func(of func(sample) float64) []float64 {
		var out []float64
		for _, s := range samples {
			out = append(out, of(s))
		}
		slices.Sort(out)
		return out
	}
	seconds, cpu, mib := pick(func(s sample) float64 { return s.seconds }), pick(func(s sample) float64 { return s.cpu }), pick(func(s sample) float64 { return s.mib })
	median := samples[0]
	for _, s := range samples {
		if s.seconds == seconds[len(seconds)/2] {
			median = s
		}
	}
	fmt.Printf("%-10s %26s %12.0f %12.0f %26s %12.0f\n", name, spread(seconds), float64(median.sources)/median.seconds,
		float64(median.entries)/median.seconds, spread(cpu), mib[len(mib)-1])
}

func spread(sorted []float64) string {
	return fmt.Sprintf("%.3f / %.3f / %.3f", sorted[0], sorted[len(sorted)/2], sorted[len(sorted)-1])
}

func (b *bench) open(ctx context.Context) (*store.DB, error) {
	o := store.Options{URL: b.database}
	if b.database == "" {
		o.Path = filepath.Join(b.dir, "data", "tributary.db")
	}
	return store.Open(ctx, o)
}

// compare counts the entries that were published and are not kept, and those kept
// more than once.
func (b *bench) compare() (lost, doubled int, err error) {
	ctx := context.Background()
	db, err := b.open(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	states, err := db.Sources(ctx)
	if err != nil {
		return 0, 0, err
	}
	address := map[string]string{}
	for _, s := range states {
		address[s.ID] = s.URL
	}
	stories, err := db.Stories(ctx, feeds.Selector{}, 10_000_000)
	if err != nil {
		return 0, 0, err
	}
	kept := map[string]int{}
	for _, s := range stories {
		for _, c := range s.Copies {
			kept[address[c.SourceID]+" "+c.Entry.ID]++
		}
	}
	for _, n := range kept {
		doubled += n - 1
	}
	b.world.EachEntry(func(feedURL, guid string, _ int) {
		if kept[feedURL+" "+guid] == 0 {
			lost++
		}
	})
	return lost, doubled, nil
}

// size is the database's, in MiB.
func (b *bench) size() float64 {
	var total int64
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(filepath.Join(b.dir, "data", "tributary.db"+suffix)); err == nil {
			total += info.Size()
		}
	}
	return float64(total) / (1 << 20)
}
