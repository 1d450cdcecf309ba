package publish

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"
)

// shelf is a directory of published files. New bytes are first written beside their
// places; only when all are there do they move in, file by file, so that an export
// that fails leaves the directory as it was. A manifest in the directory names the
// files that are ours. It is written before the first of them moves in, so that a run
// cut short leaves nothing that the next would take for a stranger's.
type shelf struct {
	dir    string
	root   *os.Root
	lock   *flock.Flock
	ours   map[string]bool // files that the manifest on disk names
	placed map[string]bool // files of this run
	staged []string        // those of them that have a part waiting to move in
}

const (
	manifestName = ".tributary-manifest.json"
	lockName     = ".tributary-lock"
	partSuffix   = ".tributary-part" // of bytes that wait beside their place
)

// errForeign: somebody else's file stands where ours would be.
var errForeign = errors.New("a file that we did not write stands in the way")

// errBusy: another export is writing to the directory.
var errBusy = errors.New("another export is running")

type manifest struct {
	Comment string   `json:"comment"`
	Files   []string `json:"files"`
}

// NewDirectory opens a directory as a place for a shelf, made when missing. It holds a
// lock on it until Close: a second writer is refused.
func NewDirectory(dir string) (Place, error) {
	s, err := openShelf(dir)
	if err != nil {
		return nil, fmt.Errorf("export to %s: %w", dir, err)
	}
	return s, nil
}

func openShelf(dir string) (*shelf, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make directory: %w", err)
	}
	lock := flock.New(filepath.Join(dir, lockName))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if !locked {
		return nil, errBusy
	}
	s := &shelf{dir: dir, lock: lock, placed: make(map[string]bool)}
	if s.root, err = os.OpenRoot(dir); err != nil {
		return nil, errors.Join(fmt.Errorf("open directory: %w", err), lock.Unlock())
	}
	if s.ours, err = s.readManifest(); err != nil {
		return nil, s.Close(err)
	}
	if err := s.removeParts(); err != nil {
		return nil, s.Close(err)
	}
	return s, nil
}

func (s *shelf) readManifest() (map[string]bool, error) {
	names := make(map[string]bool)
	text, err := s.root.ReadFile(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return names, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("read manifest %s: %w", manifestName, err)
	}
	for _, name := range m.Files {
		names[name] = true
	}
	return names, nil
}

// removeParts takes away what a run that was cut short left waiting.
func (s *shelf) removeParts() error {
	var parts []string
	err := fs.WalkDir(s.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.HasSuffix(name, partSuffix) {
			parts = append(parts, name)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("look for unfinished files: %w", err)
	}
	for _, part := range parts {
		err = errors.Join(err, s.discard(part))
	}
	return err
}

// String is the directory.
func (s *shelf) String() string { return s.dir }

// Put stages a file. Nothing is written when the bytes are in place already. Of the
// header a web server knows enough by the file's name.
func (s *shelf) Put(_ context.Context, name string, _ http.Header, body []byte) error {
	if !fs.ValidPath(name) || name == "." || !filepath.IsLocal(name) || strings.HasPrefix(path.Base(name), ".tributary-") || strings.HasSuffix(name, partSuffix) {
		return fmt.Errorf("place %q: not a name for a file of the shelf", name)
	}
	if s.placed[name] {
		return fmt.Errorf("place %q: twice in one export", name)
	}
	s.placed[name] = true
	kept, err := s.root.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("place %q: %w", name, err)
	case !s.ours[name]:
		return fmt.Errorf("place %q: %w", name, errForeign)
	case bytes.Equal(kept, body):
		return nil
	}
	if err := s.stage(name, body); err != nil {
		return err
	}
	s.staged = append(s.staged, name)
	return nil
}

// stage writes a file beside its place and makes sure that it is on disk.
func (s *shelf) stage(name string, body []byte) error {
	if err := s.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return fmt.Errorf("make directory of %q: %w", name, err)
	}
	part := name + partSuffix
	if err := s.writeFile(part, body); err != nil {
		return fmt.Errorf("write %q: %w", name, errors.Join(err, s.discard(part)))
	}
	return nil
}

func (s *shelf) writeFile(name string, body []byte) error {
	f, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// moveIn puts a staged file in its place: readers see the old bytes or the new ones.
func (s *shelf) moveIn(name string) error {
	if err := s.root.Rename(name+partSuffix, name); err != nil {
		return fmt.Errorf("replace %q: %w", name, err)
	}
	return nil
}

func (s *shelf) discard(name string) error {
	if err := s.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Finish moves everything staged in, then removes what this run did not place again.
func (s *shelf) Finish(context.Context) error {
	all := maps.Clone(s.ours)
	maps.Copy(all, s.placed)
	if err := s.writeManifest(all); err != nil {
		return err
	}
	for len(s.staged) > 0 {
		if err := s.moveIn(s.staged[0]); err != nil {
			return err
		}
		s.staged = s.staged[1:]
	}
	for _, name := range slices.Sorted(maps.Keys(s.ours)) {
		if s.placed[name] {
			continue
		}
		if err := s.discard(name); err != nil {
			return fmt.Errorf("remove %q: %w", name, err)
		}
	}
	return s.writeManifest(s.placed)
}

// writeManifest leaves a manifest alone that says the same.
func (s *shelf) writeManifest(names map[string]bool) error {
	text, err := json.MarshalIndent(manifest{
		Comment: "Files that Tributary wrote and may replace or remove. Other files in this directory are left alone.",
		Files:   slices.Sorted(maps.Keys(names)),
	}, "", " ")
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	text = append(text, '\n')
	if kept, err := s.root.ReadFile(manifestName); err == nil && bytes.Equal(kept, text) {
		return nil
	}
	if err := s.stage(manifestName, text); err != nil {
		return err
	}
	return s.moveIn(manifestName)
}

// Close takes back what is still staged and lets go of the directory; err is what went
// wrong before.
func (s *shelf) Close(err error) error {
	for _, name := range s.staged {
		err = errors.Join(err, s.discard(name+partSuffix))
	}
	return errors.Join(err, s.root.Close(), s.lock.Unlock())
}
