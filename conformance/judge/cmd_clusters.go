package main

import (
	"encoding/json"
	"fmt"
	"os"

	"cdk8s-istio/conformance/judge/mesh/control"
)

func init() {
	register("clusters", "where the proxies of a mesh of several clusters send their connections", runClusters)
}

const clustersAbout = `Gives the objects of several clusters to Istio's own discovery server, which sees its own cluster
and the others by their remote secrets, and says what each proxy is told. The question is one JSON
object on stdin.
`

func runClusters(args []string) int {
	flags := newFlags("clusters", "< FILE", clustersAbout)
	rest, code, ok := parse(flags, args)
	if !ok {
		return code
	}
	if len(rest) > 0 {
		return misuse("clusters", fmt.Errorf("the question is read from stdin, so %q cannot be given", rest[0]))
	}
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	var question control.Clusters
	if err := decoder.Decode(&question); err != nil {
		return misuse("clusters", fmt.Errorf("the question is no JSON object of this command: %w", err))
	}
	if _, known := question.Manifests[question.Primary]; !known {
		return misuse("clusters", fmt.Errorf("there are no manifests of the primary %q", question.Primary))
	}
	views, err := question.Views(func(message string) { fmt.Fprintln(os.Stderr, "judge clusters:", message) })
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(map[string]any{"proxies": views, "apiServers": question.APIServers()})
	}
	if err != nil {
		return misuse("clusters", err)
	}
	return exitOK
}
