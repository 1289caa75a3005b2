package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"

	"sigs.k8s.io/yaml"
)

type object = map[string]any

// parse reads a stream of CRDs. Numbers stay as they are written: a maximum of
// 18446744073709551615 does not survive a float64.
func parse(text []byte) ([]object, error) {
	var crds []object
	for i, doc := range bytes.Split(append([]byte("\n"), text...), []byte("\n---")) {
		var crd object
		if err := yaml.UnmarshalStrict(doc, &crd, exactNumbers); err != nil {
			return nil, fmt.Errorf("document %d: %w", i+1, err)
		}
		if len(crd) == 0 {
			continue
		}
		if crd["kind"] != "CustomResourceDefinition" || crd["apiVersion"] != "apiextensions.k8s.io/v1" {
			return nil, fmt.Errorf("document %d is a %v %v; only apiextensions.k8s.io/v1 CustomResourceDefinition is understood", i+1, crd["apiVersion"], crd["kind"])
		}
		crds = append(crds, crd)
	}
	if len(crds) == 0 {
		return nil, fmt.Errorf("no CustomResourceDefinition found")
	}
	return crds, nil
}

func exactNumbers(d *json.Decoder) *json.Decoder {
	d.UseNumber()
	return d
}

// render is deterministic: documents by name, keys in order, nothing of the machine or the day.
func render(s source, crds []object) ([]byte, error) {
	sort.Slice(crds, func(i, j int) bool { return name(crds[i]) < name(crds[j]) })
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Generated; do not edit. Istio's CRDs, facts only: one version a kind, no descriptions.\n")
	fmt.Fprintf(&out, "# Source: Go module %s (%s)\n", s, s.sum)
	fmt.Fprintf(&out, "# Made by: tools/crds/update.sh %s\n", s.version[1:])
	for _, crd := range crds {
		doc, err := yaml.Marshal(crd)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name(crd), err)
		}
		out.WriteString("---\n")
		out.Write(doc)
	}
	return out.Bytes(), nil
}

func name(crd object) string {
	metadata, _ := crd["metadata"].(object)
	n, _ := metadata["name"].(string)
	return n
}
