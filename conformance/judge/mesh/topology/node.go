package topology

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"istio.io/api/label"
	"istio.io/istio/pkg/model"
)

const (
	anyNode = "judge-node"
	nodeIP  = "10.244.0.0"
)

// Locality is where a pod runs; empty parts are not known.
type Locality struct {
	Region, Zone, SubZone string
}

// String is Istio's way to write it.
func (l Locality) String() string {
	if l == (Locality{}) {
		return ""
	}
	return strings.TrimRight(l.Region+"/"+l.Zone+"/"+l.SubZone, "/")
}

// topologyLabels say where a node is.
var topologyLabels = []string{corev1.LabelTopologyRegion, corev1.LabelTopologyZone, label.TopologySubzone.Name}

func (t *Topology) addNode(d Document) error {
	node := &corev1.Node{}
	if err := d.decode(node); err != nil {
		return err
	}
	t.nodes = append(t.nodes, completeNode(node))
	t.nodesDeclared = true
	return nil
}

// completeNode adds what the kubelet reports.
func completeNode(node *corev1.Node) *corev1.Node {
	if node.Labels == nil {
		node.Labels = map[string]string{}
	}
	node.Labels[corev1.LabelHostname] = node.Name
	node.Status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: nodeIP}}
	return node
}

// place does the scheduler's part for one pod: the node that is named, else one that the selector matches, in turn.
// Where the manifests declare no nodes, there is one wherever a selector wants one.
func (t *Topology) place(spec corev1.PodSpec, index int) (*corev1.Node, error) {
	if spec.NodeName != "" {
		for _, node := range t.nodes {
			if node.Name == spec.NodeName {
				return node, nil
			}
		}
		return nil, fmt.Errorf("nodeName: there is no Node %q among the manifests", spec.NodeName)
	}
	if !t.nodesDeclared {
		return t.nodeFor(spec.NodeSelector)
	}
	var matching []*corev1.Node
	for _, node := range t.nodes {
		if labels.SelectorFromSet(spec.NodeSelector).Matches(labels.Set(node.Labels)) {
			matching = append(matching, node)
		}
	}
	if len(matching) == 0 {
		return nil, fmt.Errorf("nodeSelector: no Node among the manifests has the labels %v", spec.NodeSelector)
	}
	return matching[index%len(matching)], nil
}

// nodeFor makes the node that a selector wants, of whose labels only those of its locality matter.
func (t *Topology) nodeFor(selector map[string]string) (*corev1.Node, error) {
	name, wanted := anyNode, map[string]string{}
	for _, key := range topologyLabels {
		if value := selector[key]; value != "" {
			name += "-" + value
			wanted[key] = value
		}
	}
	if len(wanted) > 0 && wanted[corev1.LabelTopologyRegion] == "" {
		return nil, errors.New("nodeSelector: a zone without its region is no locality for Istio; say " + corev1.LabelTopologyRegion + " too")
	}
	for _, node := range t.nodes {
		known := maps.Clone(node.Labels)
		delete(known, corev1.LabelHostname)
		if maps.Equal(known, wanted) {
			return node, nil
		}
	}
	node := completeNode(&corev1.Node{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Node"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: wanted},
	})
	t.nodes = append(t.nodes, node)
	return node, nil
}

// Locality is where the pod's node is, or what its own label claims.
func (p *Pod) Locality() Locality {
	if claimed := model.GetLocalityLabel(p.Labels); claimed != "" {
		parts := append(strings.Split(model.SanitizeLocalityLabel(claimed), "/"), "", "")
		return Locality{parts[0], parts[1], parts[2]}
	}
	if p.Machine != nil {
		return p.Machine.locality()
	}
	at := p.Node.Labels
	return Locality{at[topologyLabels[0]], at[topologyLabels[1]], at[topologyLabels[2]]}
}
