package main

import (
	"encoding/json"
	"fmt"

	"sigs.k8s.io/yaml"
)

func init() {
	register("scalars", "what does Kubernetes' YAML reader read? One request a line", runScalars)
}

const scalarsAbout = `Reads requests from stdin, one a line: {"yaml": "…"} with one YAML document, and answers
each with {"json": …}, what sigs.k8s.io/yaml makes of it, or {"error": "…"}. With it one can
see that a string which was written comes back as the same string.
`

func runScalars(args []string) int {
	flags := newFlags("scalars", "", scalarsAbout)
	rest, code, ok := parse(flags, args)
	if !ok {
		return code
	}
	if len(rest) > 0 {
		return misuse("scalars", fmt.Errorf("it reads stdin only, and was given %q", rest[0]))
	}
	return serveLines("scalars", readScalars)
}

func readScalars(text string) any {
	// Strict, as the API server reads: a repeated key is an error.
	read, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		return map[string]string{"error": err.Error()}
	}
	return map[string]json.RawMessage{"json": read}
}
