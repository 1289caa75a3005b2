package main

import (
	"encoding/json"
	"fmt"
	"os"

	"cdk8s-istio/conformance/judge/analyze"
	"cdk8s-istio/conformance/judge/document"
)

func init() {
	register("analyze", "what do istioctl's analyzers say about these documents together?", runAnalyze)
}

const analyzeAbout = `Runs the analyzers of istioctl analyze over all documents together, and takes them to be
the whole cluster: a host that no Service has is an error. (istioctl analyze with
--use-kube=false ignores Services, Namespaces and Pods; --files-only does the same.)
Exit code: 0 no error, 1 at least one message of level Error, 2 the input could not be read.
`

func runAnalyze(args []string) int {
	flags := newFlags("analyze", "[--format json|text] [--files-only] [--namespace NAME] [--mesh-config FILE] FILE|DIR|-…", analyzeAbout)
	out := format("text")
	flags.Var(&out, "format", "json or text (default text)")
	var options analyze.Options
	flags.BoolVar(&options.FilesOnly, "files-only", false, "exactly what istioctl analyze --use-kube=false looks at")
	flags.StringVar(&options.Namespace, "namespace", "default", "the namespace of objects that name none")
	flags.StringVar(&options.MeshConfig, "mesh-config", "", "a file with the mesh configuration (default: Istio's defaults)")
	paths, code, ok := parse(flags, args)
	if !ok {
		return code
	}
	documents, err := document.Read(paths, os.Stdin)
	if err != nil {
		return misuse("analyze", err)
	}
	if len(documents) == 0 {
		return misuse("analyze", fmt.Errorf("there is no YAML document in %v, so there is nothing to analyze", paths))
	}
	messages, err := analyze.Documents(documents, options)
	if err != nil {
		return misuse("analyze", err)
	}
	if out == "json" {
		err = json.NewEncoder(os.Stdout).Encode(messages)
	} else {
		err = analyze.WriteText(os.Stdout, messages)
	}
	if err != nil {
		return misuse("analyze", err)
	}
	for _, m := range messages {
		if m.Level == "Error" {
			return exitRejected
		}
	}
	return exitOK
}
