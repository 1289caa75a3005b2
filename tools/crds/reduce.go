package main

import (
	"fmt"
	"reflect"
	"strings"
)

// servedVersions records what the one version left stands for.
const servedVersions = "cdk8s-istio.dev/served-versions"

// reduce makes a CRD of one version, the newest served, without prose. It fails when
// that version would not speak for the others, because the library then needs both.
func reduce(crd object) (object, error) {
	spec, ok := crd["spec"].(object)
	if !ok {
		return nil, fmt.Errorf("%s has no spec", name(crd))
	}
	served := map[string]object{}
	var names []string
	list, _ := spec["versions"].([]any)
	for _, item := range list {
		version, _ := item.(object)
		if version["served"] != true {
			continue
		}
		reduced, err := reduceVersion(version)
		if err != nil {
			return nil, fmt.Errorf("%s %v: %w", name(crd), version["name"], err)
		}
		n, _ := version["name"].(string)
		served[n] = reduced
		names = append(names, n)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s serves no version", name(crd))
	}
	if err := newestFirst(names); err != nil {
		return nil, fmt.Errorf("%s: %w", name(crd), err)
	}
	for _, other := range names[1:] {
		if where := difference("", served[names[0]], served[other]); where != "" {
			return nil, fmt.Errorf("%s: %s and %s differ at %s\nOne version a kind is written, so they have to be equal: "+
				"keep both versions in the library before using these CRDs", name(crd), names[0], other, where)
		}
	}

	version := served[names[0]]
	version["name"] = names[0]
	version["served"] = true
	version["storage"] = true // an API server wants exactly one, and one is left
	reduced := object{}
	for key, value := range spec {
		reduced[key] = value
	}
	reduced["versions"] = []any{version}
	return object{
		"apiVersion": crd["apiVersion"],
		"kind":       crd["kind"],
		"metadata": object{
			"name":        name(crd),
			"annotations": object{servedVersions: strings.Join(names, ",")},
		},
		"spec": reduced,
	}, nil
}

// reduceVersion keeps what decides whether a document is accepted. Printer columns
// only shape kubectl's tables; name, served and storage are set by the caller.
func reduceVersion(version object) (object, error) {
	reduced := object{}
	for key, value := range version {
		switch key {
		case "name", "served", "storage", "additionalPrinterColumns":
		case "schema":
			schema, _ := value.(object)
			root, ok := schema["openAPIV3Schema"].(object)
			if !ok || len(schema) != 1 {
				return nil, fmt.Errorf("its schema is not one openAPIV3Schema")
			}
			facts, err := withoutProse(root, "")
			if err != nil {
				return nil, err
			}
			reduced[key] = object{"openAPIV3Schema": facts}
		default:
			reduced[key] = value
		}
	}
	return reduced, nil
}

// difference names the first place where two values differ, or nothing.
func difference(path string, a, b any) string {
	if reflect.DeepEqual(a, b) {
		return ""
	}
	left, isMap := a.(object)
	right, bothMaps := b.(object)
	if !isMap || !bothMaps {
		return path
	}
	for _, key := range keysOf(left, right) {
		if where := difference(path+"."+key, left[key], right[key]); where != "" {
			return where
		}
	}
	return path
}
