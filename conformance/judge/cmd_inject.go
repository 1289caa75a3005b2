package main

import (
	"encoding/json"
	"fmt"
	"os"

	"istio.io/istio/pilot/pkg/features"

	"cdk8s-istio/conformance/judge/document"
	"cdk8s-istio/conformance/judge/inject"
)

func init() {
	register("inject", "what does Istio's injector make of the pods of these workloads?", runInject)
}

const injectAbout = `Says for every workload among the documents (Deployment, StatefulSet, DaemonSet, ReplicaSet,
Job, CronJob, Rollout, Pod) which webhooks of the installation the API server would ask about its
pods, by the labels of pod and Namespace, and what Istio's injector makes of the pod then. The
installation is what "istioctl manifest generate" writes; several revisions may be given. A
Namespace that is not among the documents has no labels.
Exit code: 0 answered, 1 the injector refused a pod, 2 the input could not be read.
`

func runInject(args []string) int {
	flags := newFlags("inject", "--installation FILE… [--native-sidecars] FILE|DIR|-…\n       judge inject --installation FILE… [--native-sidecars] --serve", injectAbout)
	var manifests pathList
	flags.Var(&manifests, "installation", "a `FILE` with the manifests of a control plane; may be repeated")
	native := flags.Bool("native-sidecars", false, "as on Kubernetes 1.33 and newer, where a proxy is an init container that goes on running")
	serve := flags.Bool("serve", false, `answer requests from stdin, one a line: {"yaml": "…"} gives the array of results on one line`)
	paths, code, ok := parse(flags, args)
	if !ok {
		return code
	}
	features.EnableNativeSidecars = features.NativeSidecarModeDisabled
	if *native {
		features.EnableNativeSidecars = features.NativeSidecarModeEnabled
	}
	documents, err := document.Read(manifests, os.Stdin)
	if err != nil {
		return misuse("inject", err)
	}
	installation, err := inject.NewInstallation(documents)
	if err != nil {
		return misuse("inject", err)
	}
	if *serve {
		if len(paths) > 0 {
			return misuse("inject", fmt.Errorf("--serve reads its documents from stdin, so %q cannot be given too", paths[0]))
		}
		return serveLines("inject", func(yaml string) any {
			results, err := installation.Documents(document.Split("-", []byte(yaml)))
			if err != nil {
				return map[string]string{"error": err.Error()}
			}
			return results
		})
	}
	workloads, err := document.Read(paths, os.Stdin)
	if err != nil {
		return misuse("inject", err)
	}
	results, err := installation.Documents(workloads)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(results)
	}
	if err != nil {
		return misuse("inject", err)
	}
	for _, result := range results {
		if result.Error != "" {
			return exitRejected
		}
	}
	return exitOK
}
