package topology

import (
	"fmt"
	"sort"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Topology is the cluster that the manifests describe.
type Topology struct {
	Namespaces map[string]*corev1.Namespace
	Workloads  []*Workload
	Pods       []*Pod
	Services   []*Service
	// Istio holds the configuration for istiod, in the order it was read.
	Istio []Document
	// Others are objects that istiod reads from the cluster as they are: Secrets, ConfigMaps, Gateway API.
	Others []runtime.Object
	// nodes are where the pods run: those that the manifests declare, else those that the pods want.
	nodes         []*corev1.Node
	nodesDeclared bool
	// Ignored says what was read and does nothing here.
	Ignored []string
}

// Derive makes the cluster of the documents.
func Derive(documents []Document) (*Topology, error) {
	t := &Topology{Namespaces: map[string]*corev1.Namespace{}}
	seen := map[string]string{}
	for _, document := range documents {
		if !isClusterScoped(document) {
			document.SetNamespace(inNamespace(document))
		}
		key := fmt.Sprintf("%s %s", document.GroupVersionKind().GroupKind(), document.String())
		if before, twice := seen[key]; twice {
			return nil, fmt.Errorf("%s is there twice: in %s and in %s", document, before, document.Source)
		}
		seen[key] = document.Source
		if err := t.add(document); err != nil {
			return nil, err
		}
	}
	if err := t.addPods(); err != nil {
		return nil, err
	}
	if err := t.addressServices(); err != nil {
		return nil, err
	}
	if err := t.openPorts(); err != nil {
		return nil, err
	}
	if len(t.Pods) == 0 {
		return nil, fmt.Errorf("no pods: none of the %d documents is a Deployment, StatefulSet or DaemonSet with replicas", len(documents))
	}
	return t, nil
}

// add sorts one document into the topology.
func (t *Topology) add(d Document) error {
	group := d.GroupVersionKind().Group
	switch {
	case group == "" && d.GetKind() == "Namespace":
		namespace := &corev1.Namespace{}
		if err := d.decode(namespace); err != nil {
			return err
		}
		t.Namespaces[namespace.Name] = namespace
	case group == "" && d.GetKind() == "Node":
		return t.addNode(d)
	case group == "" && d.GetKind() == "Service":
		return t.addService(d)
	case group == "apps" && (d.GetKind() == "Deployment" || d.GetKind() == "StatefulSet" || d.GetKind() == "DaemonSet"):
		return t.addWorkload(d)
	case group == "" && d.GetKind() == "Secret":
		secret := &corev1.Secret{}
		if err := d.decode(secret); err != nil {
			return err
		}
		// The API server merges stringData; istiod reads data only.
		for key, value := range secret.StringData {
			if secret.Data == nil {
				secret.Data = map[string][]byte{}
			}
			secret.Data[key] = []byte(value)
		}
		t.Others = append(t.Others, secret)
	case group == "" && d.GetKind() == "ConfigMap":
		config := &corev1.ConfigMap{}
		if err := d.decode(config); err != nil {
			return err
		}
		t.Others = append(t.Others, config)
	case strings.HasSuffix(group, "istio.io") || group == "gateway.networking.k8s.io":
		t.Istio = append(t.Istio, d)
	case group == "" && d.GetKind() == "ServiceAccount":
		// Identities come from the pods; the object itself changes nothing.
	default:
		t.Ignored = append(t.Ignored, fmt.Sprintf("%s %s: this kind does not change the mesh here", d.GetAPIVersion(), d))
	}
	return nil
}

// namespace answers an empty namespace for one that no document declares, as its pods need one to live in.
func (t *Topology) namespace(name string) *corev1.Namespace {
	if namespace, ok := t.Namespaces[name]; ok {
		return namespace
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	t.Namespaces[name] = namespace
	t.Ignored = append(t.Ignored, fmt.Sprintf("Namespace %s is not declared: it is taken as one without labels, so without injection", name))
	return namespace
}

// Select finds the pods that "ns/workload" or "ns/workload/index" names.
func (t *Topology) Select(target string) ([]*Pod, error) {
	var found []*Pod
	for _, pod := range t.Pods {
		if pod.ID() == target || pod.WorkloadID() == target {
			found = append(found, pod)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no pod %q; there are %s", target, strings.Join(t.podIDs(), ", "))
	}
	return found, nil
}

func (t *Topology) podIDs() []string {
	ids := make([]string, 0, len(t.Pods))
	for _, pod := range t.Pods {
		ids = append(ids, pod.ID())
	}
	sort.Strings(ids)
	return ids
}
