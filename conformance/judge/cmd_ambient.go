package main

import (
	"encoding/json"
	"fmt"
	"os"

	"cdk8s-istio/conformance/judge/ambient"
	"cdk8s-istio/conformance/judge/mesh/topology"
)

func init() {
	register("ambient", "what istiod makes of these documents for ztunnel and waypoints", runAmbient)
}

const ambientAbout = `Gives the manifests to the code by which istiod makes the configuration of the ambient data plane:
which waypoint a Service or a pod has, which policies ztunnel is given and what is left of them there,
and what istiod writes into the status of each policy. Waypoints of the manifests are taken to run.
`

func runAmbient(args []string) int {
	flags := newFlags("ambient", "DIR|FILE...\n       judge ambient --serve", ambientAbout)
	serve := flags.Bool("serve", false, `answer requests from stdin, one a line: {"yaml": "…"} gives the report on one line`)
	paths, code, ok := parse(flags, args)
	if !ok {
		return code
	}
	if *serve {
		if len(paths) > 0 {
			return misuse("ambient", fmt.Errorf("--serve reads its documents from stdin, so %q cannot be given too", paths[0]))
		}
		return serveLines("ambient", func(yaml string) any {
			documents, err := topology.Parse([]byte(yaml), "-")
			if err != nil {
				return map[string]string{"error": err.Error()}
			}
			report, err := ambient.Report(documents)
			if err != nil {
				return map[string]string{"error": err.Error()}
			}
			return report
		})
	}
	if len(paths) == 0 {
		flags.Usage()
		return exitUsage
	}
	documents, err := topology.ReadPaths(paths)
	if err != nil {
		return misuse("ambient", err)
	}
	report, err := ambient.Report(documents)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(report)
	}
	if err != nil {
		return misuse("ambient", err)
	}
	return exitOK
}
