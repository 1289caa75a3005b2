package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Every committed file must be what this tool writes today: nobody edits it by hand.
func TestCommittedFilesAreUpToDate(t *testing.T) {
	files, _ := filepath.Glob("../../crds/istio-*.yaml")
	if len(files) == 0 {
		t.Fatal("crds/ holds no istio-*.yaml; run tools/crds/update.sh 1.31.1")
	}
	madeBy := regexp.MustCompile(`(?m)^# Made by: tools/crds/update.sh (\S+)$`)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			committed, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			version := madeBy.FindSubmatch(committed)
			if version == nil {
				t.Fatal("its header does not say which Istio version it was made from")
			}
			made, err := generate(string(version[1]))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(made, committed) {
				t.Errorf("differs from what the tool writes; run tools/crds/update.sh %s", version[1])
			}
		})
	}
}

func TestIstio131HasFifteenKinds(t *testing.T) {
	text, err := os.ReadFile("../../crds/istio-1.31.yaml")
	if err != nil {
		t.Fatal(err)
	}
	crds, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(crds) != 15 {
		t.Errorf("%d kinds, expected 15", len(crds))
	}
	for _, crd := range crds {
		spec := crd["spec"].(object)
		if versions := spec["versions"].([]any); len(versions) != 1 {
			t.Errorf("%s has %d versions, expected one", name(crd), len(versions))
		}
	}
}
