package main

import (
	"encoding/json"
	"fmt"
	"os"

	"cdk8s-istio/conformance/judge/mesh/push"
)

func init() {
	register("push", "what istiod computes for the proxies of a mesh, in bytes and milliseconds", runPush)
}

const pushAbout = `Gives the manifests to Istio's own discovery server, lets proxies connect to it as Envoys
do, and says how much configuration each is sent and how long it takes to push everything
to all of them. No Envoy runs, so the mesh can be as large as the memory allows.
`

func runPush(args []string) int {
	options := push.Options{Report: func(message string) { fmt.Fprintln(os.Stderr, "judge push:", message) }}
	flags := newFlags("push", "[flags] DIR|FILE...", pushAbout)
	var proxies pathList
	flags.Var(&proxies, "proxy", "a `WORKLOAD` (ns/name) whose first pod connects; may be repeated (default: see --every)")
	flags.IntVar(&options.EveryNth, "every", 1, "without --proxy, the first pod of every `N`th workload connects")
	flags.IntVar(&options.Runs, "runs", 5, "push everything `N` times")
	flags.StringVar(&options.MeshConfig, "config", "", "a `FILE` with Istio's MeshConfig")
	paths, code, ok := parse(flags, args)
	if !ok {
		return code
	}
	if len(paths) == 0 || options.Runs < 1 || options.EveryNth < 1 {
		flags.Usage()
		return exitUsage
	}
	options.Paths, options.Proxies = paths, proxies
	report, err := push.Run(options)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(report)
	}
	if err != nil {
		return misuse("push", err)
	}
	return exitOK
}
