package inject

import (
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"cdk8s-istio/conformance/judge/document"
)

// A workload is an object that pods are made from.
type workload struct {
	kind, namespace, name string
	pod                   *corev1.Pod
}

// objects are the namespaces' labels and the workloads of some manifests.
type objects struct {
	namespaces map[string]map[string]string
	workloads  []workload
}

// templates says where each kind has its pod template.
var templates = map[string][]string{
	"Deployment": {"spec", "template"}, "StatefulSet": {"spec", "template"}, "DaemonSet": {"spec", "template"},
	"ReplicaSet": {"spec", "template"}, "Job": {"spec", "template"}, "Rollout": {"spec", "template"},
	"CronJob": {"spec", "jobTemplate", "spec", "template"}, "Pod": {},
}

func read(documents []document.Document) (objects, error) {
	found := objects{namespaces: map[string]map[string]string{}}
	for _, d := range documents {
		var content map[string]any
		if err := yaml.Unmarshal(d.Text, &content); err != nil {
			return found, fmt.Errorf("%s:%d: %w", d.File, d.Line, err)
		}
		object := unstructured.Unstructured{Object: content}
		if object.GetKind() == "Namespace" {
			found.namespaces[object.GetName()] = object.GetLabels()
		}
		path, isWorkload := templates[object.GetKind()]
		if !isWorkload {
			continue
		}
		pod, err := podOf(object, path)
		if err != nil {
			return found, fmt.Errorf("%s:%d: %s %s: %w", d.File, d.Line, object.GetKind(), object.GetName(), err)
		}
		found.workloads = append(found.workloads, workload{object.GetKind(), pod.Namespace, object.GetName(), pod})
	}
	return found, nil
}

// podOf is the pod as controllers give it to the API server: webhooks see nothing else of the workload.
func podOf(object unstructured.Unstructured, path []string) (*corev1.Pod, error) {
	template, found, err := unstructured.NestedMap(object.Object, path...)
	if err != nil || !found {
		return nil, fmt.Errorf("it has no pod template (%v)", err)
	}
	text, err := json.Marshal(template)
	if err != nil {
		return nil, err
	}
	var pod corev1.Pod
	if err := json.Unmarshal(text, &pod); err != nil {
		return nil, err
	}
	pod.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}
	if pod.Namespace = object.GetNamespace(); pod.Namespace == "" {
		pod.Namespace = "default"
	}
	if object.GetKind() == "Pod" {
		return &pod, nil
	}
	owner := metav1.OwnerReference{APIVersion: object.GetAPIVersion(), Kind: object.GetKind(), Name: object.GetName(), Controller: new(true)}
	switch object.GetKind() {
	case "Deployment", "Rollout":
		label := map[string]string{"Deployment": "pod-template-hash", "Rollout": "rollouts-pod-template-hash"}[object.GetKind()]
		if pod.Labels == nil {
			pod.Labels = map[string]string{}
		}
		pod.Labels[label] = "5d4f8c7b9"
		owner.APIVersion, owner.Kind, owner.Name = "apps/v1", "ReplicaSet", object.GetName()+"-5d4f8c7b9"
	case "CronJob":
		owner.APIVersion, owner.Kind, owner.Name = "batch/v1", "Job", object.GetName()+"-29012345"
	}
	pod.Name, pod.GenerateName = "", owner.Name+"-"
	pod.OwnerReferences = []metav1.OwnerReference{owner}
	return &pod, nil
}
