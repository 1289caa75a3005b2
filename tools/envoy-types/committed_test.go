package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

const committed = "../../crds/envoy-types.txt"

// The committed file must be what this tool writes today: nobody edits it by hand.
func TestCommittedFileIsUpToDate(t *testing.T) {
	text, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	made, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made, text) {
		t.Error("differs from what the tool writes; run tools/envoy-types/update.sh")
	}
}

// The check asks about these first: a release in which one has another name needs another check.
func TestRootsAreWrittenWithTheirFields(t *testing.T) {
	made, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range roots {
		name := string(root.Name())
		if !strings.Contains(string(made), "\nM "+name+" ") {
			t.Errorf("%s is missing", root)
		}
	}
}
