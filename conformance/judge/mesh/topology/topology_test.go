package topology

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func derive(t *testing.T, yaml string) (*Topology, error) {
	t.Helper()
	documents, err := Parse([]byte(yaml), "test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return Derive(documents)
}

func mustDerive(t *testing.T, yaml string) *Topology {
	t.Helper()
	topology, err := derive(t, yaml)
	if err != nil {
		t.Fatal(err)
	}
	return topology
}

// workload writes a Deployment with one named port.
func workload(name, port string, number int, more string) string {
	return fmt.Sprintf(`
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s, namespace: shop}
spec:
  selector: {matchLabels: {app: back}}
  template:
    metadata: {labels: {app: back}%s}
    spec: {containers: [{name: c, image: none, ports: [{name: %s, containerPort: %d}]}]}
`, name, more, port, number)
}

func TestAPortNamedByStringIsEachPodsOwn(t *testing.T) {
	topology := mustDerive(t, workload("a", "web", 8080, "")+workload("b", "web", 9090, "")+`
---
apiVersion: v1
kind: Service
metadata: {name: back, namespace: shop}
spec: {selector: {app: back}, ports: [{name: http, port: 80, targetPort: web}]}
`)
	numbers := map[int32]string{}
	for _, object := range topology.KubernetesObjects() {
		if slice, ok := object.(*discoveryv1.EndpointSlice); ok {
			numbers[*slice.Ports[0].Port] = slice.Endpoints[0].TargetRef.Name
		}
	}
	if len(numbers) != 2 || numbers[8080] != "a-0" || numbers[9090] != "b-0" {
		t.Errorf("the slices lead to %v", numbers)
	}
}

func TestInjection(t *testing.T) {
	enabled, revision := map[string]string{"istio-injection": "enabled"}, map[string]string{"istio.io/rev": "canary"}
	disabled := map[string]string{"istio-injection": "disabled"}
	no, yes := map[string]string{injectKey: "false"}, map[string]string{injectKey: "true"}
	for _, c := range []struct {
		name                          string
		namespace, labels, annotation map[string]string
		host, want                    bool
	}{
		{name: "a namespace without labels", want: false},
		{name: "an enabled namespace", namespace: enabled, want: true},
		{name: "a namespace with a revision", namespace: revision, want: true},
		{name: "a disabled namespace", namespace: disabled, labels: yes, want: false},
		{name: "the pod's label says no", namespace: enabled, labels: no, want: false},
		{name: "the pod's annotation says no", namespace: enabled, annotation: no, want: false},
		{name: "the label wins over the annotation", namespace: enabled, labels: yes, annotation: no, want: true},
		{name: "the pod's label says yes", labels: yes, want: true},
		{name: "the host's network", namespace: enabled, host: true, want: false},
	} {
		t.Run(c.name, func(t *testing.T) {
			template := corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: c.labels, Annotations: c.annotation},
				Spec:       corev1.PodSpec{HostNetwork: c.host},
			}
			namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Labels: c.namespace}}
			if got := isInjected(namespace, template); got != c.want {
				t.Errorf("injected is %v", got)
			}
		})
	}
}

func TestGatewaysAreRecognised(t *testing.T) {
	topology := mustDerive(t, workload("a", "web", 8080, ", annotations: {inject.istio.io/templates: gateway}")+workload("b", "web", 8080, ""))
	if a, b := topology.Pods[0], topology.Pods[1]; !a.Gateway || !a.Injected || b.Gateway {
		t.Errorf("a: gateway %v, injected %v; b: gateway %v", a.Gateway, a.Injected, b.Gateway)
	}
}

func TestPodsListenWhereServicesLead(t *testing.T) {
	topology := mustDerive(t, workload("a", "web", 8080, "")+`
---
apiVersion: v1
kind: Service
metadata: {name: back, namespace: shop}
spec:
  selector: {app: back}
  ports: [{name: http, port: 80, targetPort: web}, {name: tcp-x, port: 81}, {name: x, appProtocol: redis, port: 82, targetPort: 6379}, {name: https, port: 443}]
`)
	want := []Port{{Number: 81, TCP: true}, {Number: 443, TLS: true}, {Number: 6379, TCP: true}, {Number: 8080}}
	if got := topology.Pods[0].Ports; !slices.Equal(got, want) {
		t.Errorf("the pod listens on %v", got)
	}
}

func TestNumbersOfPodsAndAddresses(t *testing.T) {
	topology := mustDerive(t, workload("none", "web", 8080, "")+`
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}, annotations: {judge.cdk8s-istio/ip: 10.244.200.7}}
    spec: {containers: [{name: c, image: none}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: none}]}}}
`)
	var ids, ips []string
	for _, pod := range topology.Pods {
		ids, ips = append(ids, pod.ID()), append(ips, pod.IP)
	}
	if got := strings.Join(ids, " "); got != "shop/none/0 default/db/0 default/db/1 default/db/2" {
		t.Errorf("pods: %s", got)
	}
	if got := strings.Join(ips, " "); got != "10.244.0.1 10.244.200.7 10.244.0.2 10.244.0.3" {
		t.Errorf("addresses: %s", got)
	}
	if service := topology.FindService("default", "db"); !service.Headless() || topology.AnyPod(service) == nil {
		t.Error("the headless Service has an address, or no pods")
	}
	if !slices.ContainsFunc(topology.Ignored, func(text string) bool { return strings.Contains(text, "Job default/once") }) {
		t.Errorf("the Job is not said to be ignored: %v", topology.Ignored)
	}
}

func TestWhatMakesNoSenseIsRefused(t *testing.T) {
	for name, yaml := range map[string]string{
		"the same object twice":         workload("a", "web", 8080, "") + workload("a", "web", 8080, ""),
		"a field that does not exist":   strings.Replace(workload("a", "web", 8080, ""), "image:", "imaeg:", 1),
		"no pods":                       "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}",
		"hundreds of pods":              strings.Replace(workload("a", "web", 8080, ""), "spec:\n", "spec:\n  replicas: 200\n", 1),
		"an address of no pod":          workload("a", "web", 8080, ", annotations: {judge.cdk8s-istio/ip: 1.2.3.4}"),
		"a port that the sidecar takes": workload("a", "web", 15006, `, annotations: {sidecar.istio.io/inject: "true"}`),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := derive(t, yaml); err == nil {
				t.Error("it was taken")
			}
		})
	}
}
