package mesh

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"

	"istio.io/istio/pkg/config/host"

	"cdk8s-istio/conformance/judge/mesh/certs"
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
	address, declared := m.virtualAddress(name)
	if address != "" {
		return always(address), nil
	}
	if published := m.published(name); len(published) > 0 {
		return func() string { return published[rand.IntN(len(published))].IP }, nil
	}
	if declared {
		return always(nowhere), nil
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

// virtualAddress finds the address that a ServiceEntry gives a name, and whether any declares the name.
func (m *Mesh) virtualAddress(name string) (address string, declared bool) {
	for _, entry := range m.istiod.ServiceEntries() {
		matches := slices.ContainsFunc(entry.Hosts, func(pattern string) bool {
			return host.Name(name).SubsetOf(host.Name(pattern))
		})
		declared = declared || matches
		if !matches || len(entry.Addresses) == 0 {
			continue
		}
		// A network instead of an address: any address in it will do, the first one does.
		if network, err := netip.ParsePrefix(entry.Addresses[0]); err == nil {
			return network.Addr().String(), true
		}
		return entry.Addresses[0], true
	}
	return "", declared
}

// published are the pods that stand for hosts outside the cluster, under this name.
func (m *Mesh) published(name string) []*topology.Pod {
	var pods []*topology.Pod
	for _, p := range m.topology.Pods {
		names := certs.List(p.Workload.Template.Annotations[certs.DNSNamesAnnotation])
		if slices.ContainsFunc(names, func(pattern string) bool { return host.Name(name).SubsetOf(host.Name(pattern)) }) {
			pods = append(pods, p)
		}
	}
	return pods
}

// publicAddresses are what DNS says of a name: a Service of the cluster, or a host outside of it.
func (m *Mesh) publicAddresses(name string) ([]netip.Addr, bool) {
	var addresses []netip.Addr
	service := m.topology.FindHost(name)
	switch {
	case service == nil:
		pods := m.published(name)
		for _, p := range pods {
			addresses = appendRunning(addresses, p)
		}
		return addresses, len(pods) > 0
	case service.Headless():
		for _, p := range m.topology.Selected(service) {
			addresses = appendRunning(addresses, p)
		}
	case service.Spec.ClusterIP != "":
		addresses = append(addresses, netip.MustParseAddr(service.Spec.ClusterIP))
	}
	return addresses, true
}

func appendRunning(addresses []netip.Addr, p *topology.Pod) []netip.Addr {
	if p.Stopped.Load() {
		return addresses
	}
	return append(addresses, netip.MustParseAddr(p.IP))
}

func always(address string) func() string { return func() string { return address } }
