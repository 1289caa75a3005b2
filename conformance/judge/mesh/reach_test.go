package mesh

import (
	"os"
	"path/filepath"
	"testing"
)

func TestABinaryInAPrivateDirectoryIsCopied(t *testing.T) {
	base, err := os.MkdirTemp("/tmp", "judge-reach-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(base)
	private, open := filepath.Join(base, "private"), filepath.Join(base, "open")
	for directory, mode := range map[string]os.FileMode{base: 0o755, private: 0o700, open: 0o755} {
		if err := os.MkdirAll(directory, mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(directory, mode); err != nil {
			t.Fatal(err)
		}
	}
	for directory, copied := range map[string]bool{private: true, open: false} {
		binary := filepath.Join(directory, "binary")
		if err := os.WriteFile(binary, []byte("#!/bin/true\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		got, err := usable(binary, open)
		if err != nil {
			t.Fatal(err)
		}
		if (got != binary) != copied {
			t.Errorf("%s: runs %s", binary, got)
		}
		if !reachable(got) {
			t.Errorf("%s cannot be reached", got)
		}
	}
}
