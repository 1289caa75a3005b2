package inject

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pkg/kube/inject"

	"cdk8s-istio/conformance/judge/document"
)

// A Result is what becomes of the pods of one workload.
type Result struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Webhooks are those that the API server would ask, as CONFIGURATION/WEBHOOK.
	Webhooks []string `json:"webhooks"`
	// Revision is the one whose injector answers; empty where none is asked.
	Revision string `json:"revision"`
	// Injected says whether the pod got a proxy.
	Injected bool `json:"injected"`
	// Pod is as it is stored; null where the injector refused it, and no pod comes to be.
	Pod      *corev1.Pod `json:"pod"`
	Warnings []string    `json:"warnings"`
	Error    string      `json:"error,omitempty"`
}

// Documents answers for every workload among the documents, in their order.
func (i *Installation) Documents(documents []document.Document) ([]Result, error) {
	objects, err := read(documents)
	if err != nil {
		return nil, err
	}
	results := []Result{}
	for _, w := range objects.workloads {
		results = append(results, i.pod(w, objects.namespaces[w.namespace]))
	}
	return results, nil
}

func (i *Installation) pod(w workload, given map[string]string) Result {
	result := Result{Kind: w.kind, Namespace: w.namespace, Name: w.name, Webhooks: []string{}, Warnings: []string{}, Pod: w.pod}
	namespace := labels.Set{}
	for label, value := range given {
		namespace[label] = value
	}
	namespace["kubernetes.io/metadata.name"] = w.namespace // the API server's own
	asked := i.asked(namespace, w.pod.Labels)
	for _, hook := range asked {
		result.Webhooks = append(result.Webhooks, hook.name)
	}
	if len(asked) == 0 {
		return result
	}
	// Istio's webhooks exclude each other; where two match nevertheless, the first injects, and the second finds it done.
	result.Revision = asked[0].revision
	pod, err := i.revisions[result.Revision].inject(w.pod, result.Revision, func(warning string) {
		result.Warnings = append(result.Warnings, strings.TrimSpace(warning))
	})
	if err != nil {
		result.Pod, result.Error = nil, err.Error()
		return result
	}
	result.Pod = pod
	result.Injected = inject.FindSidecar(pod) != nil && inject.FindSidecar(w.pod) == nil
	return result
}

// inject gives the pod to Istio's injector as a file, which is the way in that needs no cluster.
func (r *revision) inject(pod *corev1.Pod, name string, warn func(string)) (*corev1.Pod, error) {
	text, err := json.Marshal(pod)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := inject.IntoResourceFile(nil, r.templates, r.values, name, r.mesh, bytes.NewReader(text), &out, warn); err != nil {
		return nil, err
	}
	documents := document.Split("-", out.Bytes())
	if len(documents) != 1 {
		return nil, fmt.Errorf("the injector made %d documents of one pod", len(documents))
	}
	var injected corev1.Pod
	err = yaml.Unmarshal(documents[0].Text, &injected)
	return &injected, err
}
