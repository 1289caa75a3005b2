package main

import (
	"bytes"
	"os"
	"testing"
)

// The committed file must be what this tool writes today: nobody edits it by hand.
func TestCommittedFileIsUpToDate(t *testing.T) {
	text, err := os.ReadFile("../../src/semantics/installation-fields.ts")
	if err != nil {
		t.Fatal(err)
	}
	made, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made, text) {
		t.Error("differs from what the tool writes; run tools/installation-fields/update.sh")
	}
}
