package write_test

import (
	"os/exec"
	"testing"
)

// TestAtomSchema holds our Atom to RFC 4287's RELAX NG schema. It needs jing, which
// make deps installs.
func TestAtomSchema(t *testing.T) {
	for _, file := range []string{"testdata/libya.atom", "testdata/empty.atom"} {
		if out, err := exec.Command("jing", "-c", "testdata/atom.rnc", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
	}
	if out, err := exec.Command("jing", "-c", "testdata/atom.rnc", "testdata/libya.rss").CombinedOutput(); err == nil {
		t.Errorf("the schema takes RSS for Atom:\n%s", out)
	}
}
