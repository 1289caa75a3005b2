package mesh

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"istio.io/istio/pkg/util/protomarshal"

	"cdk8s-istio/conformance/judge/mesh/certs"
	"cdk8s-istio/conformance/judge/mesh/envoy"
	"cdk8s-istio/conformance/judge/mesh/netns"
	"cdk8s-istio/conformance/judge/mesh/topology"
)

// How much of an Envoy's log a message shows.
const tailLines = 12

func node(p *topology.Pod) envoy.Node {
	ports := []envoy.Port{}
	for _, container := range p.Workload.Template.Spec.Containers {
		for _, port := range container.Ports {
			ports = append(ports, envoy.Port{Name: port.Name, ContainerPort: port.ContainerPort, Protocol: string(port.Protocol)})
		}
	}
	locality := p.Locality()
	group, probe := "", json.RawMessage(nil)
	if p.Machine != nil {
		group = p.Machine.Group
		if group != "" && p.Machine.Probe != nil {
			probe, _ = protomarshal.Marshal(p.Machine.Probe)
		}
	}
	return envoy.Node{
		Machine:        p.Machine != nil,
		Group:          group,
		Probe:          probe,
		NodeName:       p.Node.Name,
		Region:         locality.Region,
		Zone:           locality.Zone,
		SubZone:        locality.SubZone,
		Gateway:        p.Gateway,
		IP:             p.IP,
		Pod:            p.Name,
		Workload:       p.Workload.Name,
		Namespace:      p.Workload.Namespace,
		ServiceAccount: p.ServiceAccount,
		Identity:       identityOf(p),
		Labels:         p.MeshLabels(),
		Annotations:    p.Workload.Template.Annotations,
		Ports:          ports,
	}
}

func identityOf(p *topology.Pod) string {
	return certs.Identity(p.Workload.Namespace, p.ServiceAccount)
}

func (m *Mesh) startProxies() error {
	resolvers := m.path("resolv.conf")
	if err := os.WriteFile(resolvers, []byte("nameserver "+netns.Gateway+"\n"), 0o644); err != nil {
		return err
	}
	var err error
	if m.spawner, err = envoy.NewSpawner(resolvers); err != nil {
		return err
	}
	for _, p := range m.pods {
		if !p.Injected {
			continue
		}
		if err := m.startProxy(p); err != nil {
			return err
		}
		p.admin = envoy.NewAdmin(p.space.Dial)
	}
	return nil
}

func (m *Mesh) startProxy(p *pod) error {
	bootstrap, err := envoy.Bootstrap(node(p.Pod), m.path("xds.sock"), m.path("sds.sock"))
	if err != nil {
		return err
	}
	name := strings.ReplaceAll(p.ID(), "/", "_")
	return m.spawner.Do(func() error {
		return p.space.DoHere(func() error {
			proxy, err := envoy.Start(m.binary, m.directory, name, bootstrap, netns.ProxyUID, m.options.EnvoyLogLevel)
			if err == nil {
				p.running.Store(proxy)
			}
			return err
		})
	})
}

// waitReady waits until every Envoy has its configuration and its certificates.
func (m *Mesh) waitReady() error {
	deadline := time.Now().Add(m.options.ReadyTimeout)
	for _, p := range m.pods {
		if p.proxy() == nil {
			continue
		}
		if err := m.waitFor(p, p.problem, deadline); err != nil {
			return err
		}
	}
	if err := m.startProbes(deadline); err != nil {
		return err
	}
	// Certificates and endpoints came while others were waited for; what istiod sent last must be there too.
	if err := m.istiod.Push(m.proxyCount(), max(time.Until(deadline), 5*time.Second)); err != nil {
		return err
	}
	return m.waitWarm(deadline)
}

// waitFor waits until a pod has no problem of the given sort.
func (m *Mesh) waitFor(p *pod, ask func() string, deadline time.Time) error {
	for {
		problem := ask()
		if problem == "" {
			return nil
		}
		if ended, _ := p.proxy().Ended(); ended {
			return fmt.Errorf("%s: %s\nthe end of its log:\n%s", p.ID(), problem, p.proxy().Tail(tailLines))
		}
		if rejected := m.istiod.Rejections(); rejected != nil {
			return fmt.Errorf("the Envoys do not accept what istiod made of the manifests:\n%w", rejected)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s did not become ready in time: %s\nthe end of its log:\n%s", p.ID(), problem, p.proxy().Tail(tailLines))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// waitWarm waits until every Envoy works with its newest configuration and with no other.
func (m *Mesh) waitWarm(deadline time.Time) error {
	var errs []error
	for _, p := range m.pods {
		if p.proxy() != nil {
			errs = append(errs, m.waitFor(p, p.settling, deadline))
		}
	}
	return errors.Join(errs...)
}

func (m *Mesh) proxyCount() int {
	count := 0
	for _, p := range m.pods {
		if p.proxy() != nil {
			count++
		}
	}
	return count
}

// problem says why a pod is not ready; empty: it is.
func (p *pod) problem() string {
	if p.Stopped.Load() {
		return "it was stopped"
	}
	return p.unready()
}

// unready says what a pod that runs still waits for; empty: nothing.
func (p *pod) unready() string {
	proxy := p.proxy()
	if proxy == nil {
		return ""
	}
	if ended, why := proxy.Ended(); ended {
		return fmt.Sprintf("its Envoy ended: %v", why)
	}
	return p.admin.Unready()
}

// settling says what of its configuration a pod's Envoy has not finished to take over; empty: nothing.
func (p *pod) settling() string {
	if problem := p.unready(); problem != "" {
		return problem
	}
	return p.admin.Draining()
}
