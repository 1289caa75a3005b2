package topology

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pkg/util/protomarshal"
)

const (
	machineAnnotation = "judge.cdk8s-istio/virtual-machine"
	groupAnnotation   = "judge.cdk8s-istio/workload-group"
)

// Machine is what a host outside Kubernetes is to the mesh. Its sidecar knows of itself what was written for it when
// it was set up, which is what its WorkloadEntry or its WorkloadGroup says.
type Machine struct {
	// Group is the WorkloadGroup by which istiod registers it when it connects; empty: its WorkloadEntry is written.
	Group    string
	Probe    *networking.ReadinessProbe
	entry    *networking.WorkloadEntry
	labels   map[string]string
	declared bool
}

func isMachine(workload *Workload) (bool, error) {
	switch said := workload.Template.Annotations[machineAnnotation]; said {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, fmt.Errorf("%s %s/%s: %s: %q is neither \"true\" nor \"false\"", workload.Kind, workload.Namespace, workload.Name, machineAnnotation, said)
	}
}

// becomeMachine makes a host outside Kubernetes of a pod that has its address.
func (t *Topology) becomeMachine(p *Pod) error {
	machine, err := t.findMachine(p)
	if err != nil {
		return fmt.Errorf("%s: %w", p.ID(), err)
	}
	p.Machine = machine
	p.Injected = machine.declared && p.Workload.Template.Annotations[injectKey] != "false" && p.Workload.Template.Labels[injectKey] != "false"
	if !machine.declared {
		return nil
	}
	p.Labels = maps.Clone(machine.labels)
	if p.Labels == nil {
		p.Labels = map[string]string{}
	}
	p.ServiceAccount = machine.entry.GetServiceAccount()
	if p.ServiceAccount == "" {
		p.ServiceAccount = "default"
	}
	return nil
}

// findMachine finds the WorkloadEntry with the machine's address, else its WorkloadGroup. A machine of which the mesh
// knows nothing has no sidecar.
func (t *Topology) findMachine(p *Pod) (*Machine, error) {
	name, asked := p.Workload.Template.Annotations[groupAnnotation]
	if name == "" {
		name = p.Workload.Name
	}
	group := &Machine{}
	for _, document := range t.Istio {
		if document.GetNamespace() != p.Workload.Namespace {
			continue
		}
		switch document.GetKind() {
		case "WorkloadEntry":
			entry := &networking.WorkloadEntry{}
			if err := document.spec(entry); err != nil {
				return nil, err
			}
			if entry.Address == p.IP && !asked {
				return &Machine{entry: entry, labels: entry.Labels, declared: true}, nil
			}
		case "WorkloadGroup":
			if document.GetName() != name {
				continue
			}
			said := &networking.WorkloadGroup{}
			if err := document.spec(said); err != nil {
				return nil, err
			}
			joined := maps.Clone(said.GetMetadata().GetLabels())
			if joined == nil {
				joined = map[string]string{}
			}
			maps.Copy(joined, said.GetTemplate().GetLabels())
			group = &Machine{Group: name, Probe: said.Probe, entry: said.GetTemplate(), labels: joined, declared: true}
		}
	}
	if asked && !group.declared {
		return nil, fmt.Errorf("%s: there is no WorkloadGroup %s/%s", groupAnnotation, p.Workload.Namespace, name)
	}
	return group, nil
}

// spec reads what an Istio object says.
func (d Document) spec(into proto.Message) error {
	raw, err := json.Marshal(d.Object["spec"])
	if err == nil {
		err = protomarshal.Unmarshal(raw, into)
	}
	if err != nil {
		return fmt.Errorf("%s (%s): %w", d, d.Source, err)
	}
	return nil
}

// locality is what the machine's entry claims.
func (m *Machine) locality() Locality {
	parts := append(strings.Split(m.entry.GetLocality(), "/"), "", "")
	return Locality{parts[0], parts[1], parts[2]}
}
