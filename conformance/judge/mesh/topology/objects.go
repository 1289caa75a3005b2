package topology

import (
	"fmt"
	"maps"
	"sort"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// KubernetesObjects are what istiod would find in the cluster's API server.
func (t *Topology) KubernetesObjects() []runtime.Object {
	var objects []runtime.Object
	for _, node := range t.nodes {
		objects = append(objects, node)
	}
	names := make([]string, 0, len(t.Namespaces))
	for name := range t.Namespaces {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		objects = append(objects, t.Namespaces[name])
	}
	for _, pod := range t.Pods {
		if pod.Machine == nil {
			objects = append(objects, pod.object())
		}
	}
	for _, service := range t.Services {
		objects = append(objects, service.Service)
		for _, slice := range t.EndpointSlices(service) {
			objects = append(objects, slice)
		}
	}
	return append(objects, t.Others...)
}

// MeshLabels are the pod's labels as the injector completes them.
func (p *Pod) MeshLabels() map[string]string {
	completed := maps.Clone(p.Labels)
	if !p.Injected {
		return completed
	}
	// Auto mTLS asks for this label before it speaks mTLS to a pod.
	completed["security.istio.io/tlsMode"] = "istio"
	if completed["istio.io/rev"] == "" {
		completed["istio.io/rev"] = "default"
	}
	setDefault(completed, "service.istio.io/canonical-name", p.Labels["app.kubernetes.io/name"], p.Labels["app"], p.Workload.Name)
	setDefault(completed, "service.istio.io/canonical-revision", p.Labels["app.kubernetes.io/version"], p.Labels["version"], "latest")
	return completed
}

func setDefault(target map[string]string, key string, candidates ...string) {
	if target[key] != "" {
		return
	}
	for _, candidate := range candidates {
		if candidate != "" {
			target[key] = candidate
			return
		}
	}
}

func (p *Pod) object() *corev1.Pod {
	spec := *p.Workload.Template.Spec.DeepCopy()
	spec.ServiceAccountName = p.ServiceAccount
	spec.NodeName = p.Node.Name
	return &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Name:        p.Name,
			Namespace:   p.Workload.Namespace,
			UID:         types.UID(p.ID()),
			Labels:      p.MeshLabels(),
			Annotations: p.Workload.Template.Annotations,
		},
		Spec: spec,
		Status: corev1.PodStatus{
			Phase:      corev1.PodRunning,
			PodIP:      p.IP,
			PodIPs:     []corev1.PodIP{{IP: p.IP}},
			HostIP:     nodeIP,
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		},
	}
}

// EndpointSlices writes one slice for the pods whose target ports are equal: a port named by string can be a
// different number in each pod, and a slice has one number per port.
func (t *Topology) EndpointSlices(service *Service) []*discoveryv1.EndpointSlice {
	pods := t.Selected(service)
	slices := map[string]*discoveryv1.EndpointSlice{}
	var order []string
	for _, pod := range pods {
		ports, key := slicePorts(service, pod)
		slice, ok := slices[key]
		if !ok {
			slice = &discoveryv1.EndpointSlice{
				TypeMeta: metav1.TypeMeta{APIVersion: "discovery.k8s.io/v1", Kind: "EndpointSlice"},
				ObjectMeta: metav1.ObjectMeta{
					Name:      service.Name + "-" + strconv.Itoa(len(order)),
					Namespace: service.Namespace,
					Labels:    map[string]string{discoveryv1.LabelServiceName: service.Name},
				},
				AddressType: discoveryv1.AddressTypeIPv4,
				Ports:       ports,
			}
			if service.Headless() {
				slice.Labels[corev1.IsHeadlessService] = ""
			}
			slices[key] = slice
			order = append(order, key)
		}
		ready, node := true, pod.Node.Name
		endpoint := discoveryv1.Endpoint{
			Addresses:  []string{pod.IP},
			Conditions: discoveryv1.EndpointConditions{Ready: &ready, Serving: &ready},
			NodeName:   &node,
			TargetRef:  &corev1.ObjectReference{Kind: "Pod", Name: pod.Name, Namespace: pod.Workload.Namespace, UID: types.UID(pod.ID())},
		}
		if zone := pod.Node.Labels[corev1.LabelTopologyZone]; zone != "" {
			endpoint.Zone = &zone
		}
		slice.Endpoints = append(slice.Endpoints, endpoint)
	}
	ordered := make([]*discoveryv1.EndpointSlice, 0, len(order))
	for _, key := range order {
		ordered = append(ordered, slices[key])
	}
	return ordered
}

func slicePorts(service *Service, pod *Pod) ([]discoveryv1.EndpointPort, string) {
	var ports []discoveryv1.EndpointPort
	key := ""
	for _, port := range service.Spec.Ports {
		number, ok := TargetPort(port, pod)
		if !ok {
			continue
		}
		name, protocol, target := port.Name, port.Protocol, int32(number)
		ports = append(ports, discoveryv1.EndpointPort{Name: &name, Protocol: &protocol, Port: &target, AppProtocol: port.AppProtocol})
		key += fmt.Sprintf("%s=%d;", name, number)
	}
	return ports, key
}
