package topology

import (
	"fmt"
	"strings"
	"testing"
)

// placed writes a Deployment of two pods with what its pod spec says about nodes.
func placed(spec string) string {
	return strings.Replace(workload("a", "web", 8080, ""), "spec: {containers", fmt.Sprintf("spec: {%s, containers", spec), 1) +
		"\n---\n" + strings.Replace(workload("b", "web", 8080, ""), "spec:\n", "spec:\n  replicas: 3\n", 1)
}

func node(name, zone string) string {
	return fmt.Sprintf("\n---\napiVersion: v1\nkind: Node\nmetadata: {name: %s, labels: {topology.kubernetes.io/region: eu, topology.kubernetes.io/zone: %s}}\n", name, zone)
}

func TestPodsRunWhereTheyWantTo(t *testing.T) {
	const region, zone, subzone = "topology.kubernetes.io/region: eu", "topology.kubernetes.io/zone: eu-a", "topology.istio.io/subzone: rack-1"
	for _, c := range []struct{ name, yaml, want string }{
		{"nobody says anything", placed("restartPolicy: Always"), "judge-node[] judge-node[] judge-node[] judge-node[]"},
		{"a selector makes its node", placed("nodeSelector: {kubernetes.io/os: linux, " + region + ", " + zone + "}"), "judge-node-eu-eu-a[eu/eu-a] judge-node[] judge-node[] judge-node[]"},
		{"with all three", placed("nodeSelector: {" + region + ", " + zone + ", " + subzone + "}"), "judge-node-eu-eu-a-rack-1[eu/eu-a/rack-1] judge-node[] judge-node[] judge-node[]"},
		{"a node by its name, the others in turn", placed("nodeName: two") + node("one", "eu-a") + node("two", "eu-b"), "two[eu/eu-b] one[eu/eu-a] two[eu/eu-b] one[eu/eu-a]"},
		{"a selector finds a node", placed("nodeSelector: {topology.kubernetes.io/zone: eu-b}") + node("one", "eu-a") + node("two", "eu-b"), "two[eu/eu-b] one[eu/eu-a] two[eu/eu-b] one[eu/eu-a]"},
		{"a label claims a locality", strings.Replace(placed("nodeName: one")+node("one", "eu-a"), "labels: {app: back}", "labels: {app: back, istio-locality: us.us-c}", 1), "one[us/us-c] one[eu/eu-a] one[eu/eu-a] one[eu/eu-a]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, pod := range mustDerive(t, c.yaml).Pods {
				got = append(got, fmt.Sprintf("%s[%s]", pod.Node.Name, pod.Locality()))
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("%s, not %s", text, c.want)
			}
		})
	}
}

func TestPodsThatCannotRunAreSaid(t *testing.T) {
	for name, yaml := range map[string]string{
		"a node that does not exist":    placed("nodeName: three") + node("one", "eu-a"),
		"a selector that matches none":  placed("nodeSelector: {topology.kubernetes.io/zone: eu-b}") + node("one", "eu-a"),
		"a zone that lies in no region": placed("nodeSelector: {topology.kubernetes.io/zone: eu-b}"),
	} {
		if _, err := derive(t, yaml); err == nil || !strings.Contains(err.Error(), "Deployment shop/a") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
