package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tributary/internal/demo"
)

// startDemo starts the demo world and turns to a data directory of its own. The
// moment at which the world began is kept beside its database: with it a restarted
// demo goes on where it stopped.
func startDemo(ctx context.Context, g *Globals) (*demo.World, func(), error) {
	if g.Database != "" {
		return nil, nil, usageError{"the demo keeps to SQLite: leave --database out"}
	}
	g.Data = filepath.Join(first(g.Data, "var"), "demo")
	began, err := demoBegan(g.Data, time.Now())
	if err != nil {
		return nil, nil, err
	}
	world, err := demo.New(began, time.Now)
	if err != nil {
		return nil, nil, err
	}
	_, stop, err := world.Serve(ctx)
	if err != nil {
		return nil, nil, err
	}
	return world, stop, nil
}

func demoBegan(dir string, now time.Time) (time.Time, error) {
	name := filepath.Join(dir, "began")
	text, err := os.ReadFile(name)
	if err == nil {
		began, perr := time.Parse(time.RFC3339, strings.TrimSpace(string(text)))
		if perr != nil {
			return time.Time{}, fmt.Errorf("read %s: %w; remove the directory to begin the demo anew", name, perr)
		}
		return began, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, fmt.Errorf("read start of the demo: %w", err)
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return time.Time{}, fmt.Errorf("make data directory: %w", err)
	}
	began := now.UTC().Truncate(time.Second)
	if err := os.WriteFile(name, []byte(began.Format(time.RFC3339)+"\n"), 0o600); err != nil {
		return time.Time{}, fmt.Errorf("keep start of the demo: %w", err)
	}
	return began, nil
}
