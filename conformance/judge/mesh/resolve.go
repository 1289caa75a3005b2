package mesh

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"istio.io/istio/pkg/config/host"

	"cdk8s-istio/conformance/judge/mesh/topology"
)

// nowhere is the address of names outside the cluster. No route leads there: what a sidecar does with such a
// request is the question, not what would answer.
const nowhere = "240.240.0.1"

// errNoSuchName is what a pod's resolver would say.
var errNoSuchName = errors.New("no such name")

// resolve finds where a request is sent to: an address that can change from one connection to the next.
func (m *Mesh) resolve(caller *pod, via, name string) (func() string, error) {
	if via == "" {
		return m.lookUp(caller, name)
	}
	if _, err := netip.ParseAddr(via); err == nil {
		return always(via), nil
	}
	if service, found := strings.CutPrefix(via, "svc:"); found {
		namespace, short, _ := strings.Cut(service, "/")
		known := m.topology.FindService(namespace, short)
		if known == nil {
			return nil, fmt.Errorf("via: there is no Service %s", service)
		}
		return m.addressOf(known)
	}
	pods, err := m.choose(via)
	if err != nil {
		return nil, fmt.Errorf("via: %w", err)
	}
	return always(pods[0].IP), nil
}

// lookUp does what DNS would do for the pod.
func (m *Mesh) lookUp(caller *pod, name string) (func() string, error) {
	if _, err := netip.ParseAddr(name); err == nil {
		return always(name), nil
	}
	if service := m.serviceNamed(caller.Workload.Namespace, name); service != nil {
		return m.addressOf(service)
	}
	if p := m.podNamed(caller.Workload.Namespace, name); p != nil {
		return always(p.IP), nil
	}
	if address, ok := m.externalAddress(name); ok {
		return always(address), nil
	}
	if !strings.Contains(name, ".") || strings.HasSuffix(name, ".cluster.local") || strings.HasSuffix(name, ".svc") {
		return nil, fmt.Errorf("%w: %s", errNoSuchName, name)
	}
	return always(nowhere), nil
}

// serviceNamed follows the search path of a pod's resolver.
func (m *Mesh) serviceNamed(namespace, name string) *topology.Service {
	name = strings.TrimSuffix(name, ".")
	name = strings.TrimSuffix(name, ".svc.cluster.local")
	name = strings.TrimSuffix(name, ".svc")
	short, of, qualified := strings.Cut(name, ".")
	if qualified {
		namespace = of
	}
	return m.topology.FindService(namespace, short)
}

// podNamed finds a StatefulSet's pod by the name it has under its headless Service: db-0.db.
func (m *Mesh) podNamed(namespace, name string) *pod {
	short, rest, _ := strings.Cut(name, ".")
	service := m.serviceNamed(namespace, rest)
	if service == nil || !service.Headless() {
		return nil
	}
	for _, derived := range m.topology.Selected(service) {
		if derived.Name == short && derived.Workload.Kind == "StatefulSet" {
			return m.byID[derived.ID()]
		}
	}
	return nil
}

func (m *Mesh) addressOf(service *topology.Service) (func() string, error) {
	if !service.Headless() {
		if service.Spec.ClusterIP == "" {
			return always(nowhere), nil
		}
		return always(service.Spec.ClusterIP), nil
	}
	if m.topology.AnyPod(service) == nil {
		return nil, fmt.Errorf("%w: the headless Service %s has no pods", errNoSuchName, service.Host())
	}
	return func() string { return m.topology.AnyPod(service).IP }, nil
}

// externalAddress finds the address that a ServiceEntry gives a name.
func (m *Mesh) externalAddress(name string) (string, bool) {
	for _, entry := range m.istiod.ServiceEntries() {
		matches := slices.ContainsFunc(entry.Hosts, func(pattern string) bool {
			return host.Name(name).SubsetOf(host.Name(pattern))
		})
		if !matches {
			continue
		}
		for _, address := range entry.Addresses {
			// A network instead of an address: any address in it will do, the first one does.
			if network, err := netip.ParsePrefix(address); err == nil {
				return network.Addr().String(), true
			}
			return address, true
		}
		return nowhere, true
	}
	return "", false
}

func always(address string) func() string { return func() string { return address } }
