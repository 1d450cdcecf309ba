package publish_test

import (
	"os/exec"
	"testing"
)

// TestAtomSchema holds what we publish to RFC 4287's RELAX NG schema. It needs jing, which
// make deps installs.
func TestAtomSchema(t *testing.T) {
	for _, file := range []string{"all.atom", "topic-fr.atom", "empty.atom"} {
		if out, err := exec.Command("jing", "-c", "../../feeds/write/testdata/atom.rnc", "testdata/"+file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
	}
}
