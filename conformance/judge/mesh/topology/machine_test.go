package topology

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestAMachineIsNoPodOfTheCluster(t *testing.T) {
	topology := mustDerive(t, workload("pod", "web", 8080, "")+`
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: vm, namespace: shop}
spec:
  selector: {matchLabels: {app: ignored}}
  template:
    metadata: {labels: {app: ignored}, annotations: {judge.cdk8s-istio/virtual-machine: "true", judge.cdk8s-istio/ip: 10.244.200.5}}
    spec: {containers: [{name: c, image: none}]}
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: vm, namespace: shop}
spec: {address: 10.244.200.5, labels: {app: back}, serviceAccount: machine}
---
apiVersion: v1
kind: Service
metadata: {name: back, namespace: shop}
spec: {selector: {app: back}, ports: [{name: http, port: 80}]}
`)
	vm, err := topology.Select("shop/vm")
	if err != nil || vm[0].ServiceAccount != "machine" || vm[0].Labels["app"] != "back" || !vm[0].Injected {
		t.Errorf("%+v, %v", vm[0], err)
	}
	if selected := topology.Selected(topology.FindService("shop", "back")); len(selected) != 1 || selected[0].Workload.Name != "pod" {
		t.Errorf("the Service selects %d pods", len(selected))
	}
	for _, object := range topology.KubernetesObjects() {
		if pod, ok := object.(*corev1.Pod); ok && pod.Name == "vm-0" {
			t.Error("istiod finds the machine in the cluster")
		}
	}
}
