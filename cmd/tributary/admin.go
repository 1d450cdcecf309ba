package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/sites"
)

// release is set when building a release.
var release string

func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "unreleased"
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(con *console, g *Globals) error {
	if g.JSON {
		return json.NewEncoder(con.out).Encode(map[string]string{"version": version(), "go": runtime.Version()})
	}
	_, err := fmt.Fprintf(con.out, "tributary %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

type migrateCmd struct{}

// Run brings the tables up to date.
func (migrateCmd) Run(ctx context.Context, con *console, g *Globals) error {
	a, err := g.open(ctx, con, nil, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, "the %s database is up to date\n", a.db.Dialect())
	return a.close()
}

type backupCmd struct {
	File string `arg:"" name:"file" help:"New file to write; an existing one is never overwritten." type:"path"`
}

// Run copies the database.
func (c *backupCmd) Run(ctx context.Context, con *console, g *Globals) error {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	db, err := openKept(ctx, cfg)
	if err != nil {
		return err
	}
	if err := errors.Join(db.Backup(ctx, c.File), db.Close()); err != nil {
		return err
	}
	fmt.Fprintf(con.out, "copied to %s\n", c.File)
	return nil
}

type checkCmd struct {
	Store bool `help:"Check the database's integrity too."`
}

// Run checks everything that can be wrong before a start.
func (c *checkCmd) Run(ctx context.Context, con *console, g *Globals) error {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	if _, err := newClassifier(cfg); err != nil {
		return usageError{err.Error()}
	}
	enabled := 0
	for _, s := range cfg.Sources {
		if s.Enabled {
			enabled++
		}
	}
	topics := 0
	for _, group := range cfg.Taxonomy.Groups {
		topics += len(group.Topics)
	}
	if c.Store {
		db, err := openKept(ctx, cfg)
		if err != nil {
			return err
		}
		if err := errors.Join(db.Check(ctx), db.Close()); err != nil {
			return err
		}
	}
	missing := cannotBePulled(cfg)
	for _, text := range missing {
		fmt.Fprintf(con.err, "warning: %s\n", text)
	}
	if g.JSON {
		return json.NewEncoder(con.out).Encode(map[string]any{"sources": len(cfg.Sources), "enabled": enabled, "offices": len(cfg.Offices), "channels": len(cfg.Channels),
			"countries": len(cfg.Taxonomy.Countries), "regions": len(cfg.Taxonomy.Regions), "topics": topics, "warnings": missing})
	}
	fmt.Fprintf(con.out, "%d sources (%d enabled), %d offices, %d channels, %d countries, %d regions, %d topics: all in order\n",
		len(cfg.Sources), enabled, len(cfg.Offices), len(cfg.Channels), len(cfg.Taxonomy.Countries), len(cfg.Taxonomy.Regions), topics)
	return nil
}

// cannotBePulled names the sources that lack what they need from the configuration
// around them. No error: the other sources go on.
func cannotBePulled(cfg *config.Config) []string {
	out := []string{}
	for i := range cfg.Sources {
		if s := &cfg.Sources[i]; s.Enabled && s.Type == feeds.TypeReliefWeb && cfg.ReliefWeb.Appname == "" {
			out = append(out, fmt.Sprintf("source %s asks the ReliefWeb API and reliefweb.appname is empty: ask for one at %s and set it", s.ID, sites.ReliefWebAsk))
		}
	}
	return out
}
