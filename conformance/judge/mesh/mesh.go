// Package mesh brings up a mesh without a cluster: pods are network namespaces with a real Envoy and a test
// application in each, configured by Istio's own discovery server from the manifests.
package mesh

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"cdk8s-istio/conformance/judge/mesh/app"
	"cdk8s-istio/conformance/judge/mesh/certs"
	"cdk8s-istio/conformance/judge/mesh/control"
	"cdk8s-istio/conformance/judge/mesh/dns"
	"cdk8s-istio/conformance/judge/mesh/envoy"
	"cdk8s-istio/conformance/judge/mesh/netns"
	"cdk8s-istio/conformance/judge/mesh/topology"
)

// Options are how a mesh is brought up.
type Options struct {
	Paths         []string
	MeshConfig    string
	Envoy         string
	EnvoyLogLevel string
	ReadyTimeout  time.Duration
	LockTimeout   time.Duration
	KeepLogs      string
	// Report tells a person what goes on.
	Report func(string)
}

// Mesh is a running mesh.
type Mesh struct {
	options     Options
	topology    *topology.Topology
	lock        *lock
	directory   string
	network     *netns.Network
	names       *dns.Server
	istiod      *control.Istiod
	spawner     *envoy.Spawner
	binary      string
	authorities *certs.Authorities
	pods        []*pod
	byID        map[string]*pod
	started     time.Time
	taken       time.Duration

	clients clients

	// One change of the configuration at a time: each waits for its own push.
	changes sync.Mutex
	ending  sync.Once
}

// pod is a running pod.
type pod struct {
	*topology.Pod
	space       *netns.Namespace
	application *app.Application
	admin       *envoy.Admin

	// running is the pod's Envoy while it has one that runs.
	running atomic.Pointer[envoy.Process]
	// probe asks the application of a machine for its health while the machine runs.
	probe *probe
}

// proxy is the pod's Envoy; nil: a plain pod, or one that was stopped.
func (p *pod) proxy() *envoy.Process { return p.running.Load() }

// Up brings a mesh up. When it fails, nothing of it is left.
func Up(options Options) (*Mesh, error) {
	m := &Mesh{options: options, started: time.Now(), byID: map[string]*pod{}}
	binary, err := checkMachine(options.Envoy)
	if err != nil {
		return nil, err
	}
	documents, err := ReadManifests(options.Paths)
	if err != nil {
		return nil, err
	}
	if m.topology, err = topology.Derive(documents); err != nil {
		return nil, err
	}
	if m.lock, err = acquire(options.LockTimeout, options.Report); err != nil {
		return nil, err
	}
	removeLeftovers(options.Report)
	if err := m.up(binary); err != nil {
		m.Down()
		return nil, err
	}
	m.taken = time.Since(m.started)
	return m, nil
}

func (m *Mesh) up(binary string) error {
	var err error
	if m.directory, err = os.MkdirTemp("", runPrefix); err != nil {
		return err
	}
	// Envoy is another user and needs the sockets in it.
	if err := os.Chmod(m.directory, 0o755); err != nil {
		return err
	}
	if !reachable(m.directory) {
		return fmt.Errorf("Envoy, which does not run as root, cannot reach the temporary directory %s; set TMPDIR to one that everybody can reach, such as /tmp", m.directory)
	}
	if m.binary, err = usable(binary, m.directory); err != nil {
		return err
	}
	m.options.Report(fmt.Sprintf("%d pods, %d services, %d Istio objects", len(m.topology.Pods), len(m.topology.Services), len(m.topology.Istio)))
	if err := m.startControl(); err != nil {
		return err
	}
	if err := m.startNetwork(); err != nil {
		return err
	}
	if err := m.startApplications(); err != nil {
		return err
	}
	if err := m.startProxies(); err != nil {
		return err
	}
	return m.waitReady()
}

func (m *Mesh) startControl() error {
	config, err := control.MeshConfig(m.options.MeshConfig)
	if err != nil {
		return err
	}
	authority, err := certs.NewAuthority("cluster.local")
	if err != nil {
		return err
	}
	m.authorities = certs.NewAuthorities(authority)
	if err := m.fillCertificates(); err != nil {
		return err
	}
	objects := m.topology.KubernetesObjects()
	configs, extra, err := control.Sort(m.topology.Istio)
	if err != nil {
		return err
	}
	identities := map[string]string{}
	for _, p := range m.topology.Pods {
		identities[node(p).ID()] = identityOf(p)
	}
	m.istiod, err = control.Start(control.Options{
		Mesh:       config,
		Kubernetes: append(objects, extra...),
		Configs:    configs,
		Secrets: &certs.Secrets{Authority: authority, Authorities: m.authorities, IdentityOf: func(node string) (string, bool) {
			identity, ok := identities[node]
			return identity, ok
		}},
		SecretSocket:    m.path("sds.sock"),
		DiscoverySocket: m.path("xds.sock"),
		Report:          m.options.Report,
	})
	return err
}

func (m *Mesh) startNetwork() error {
	links := make([]netns.PodLink, 0, len(m.topology.Pods))
	for _, p := range m.topology.Pods {
		links = append(links, netns.PodLink{Name: p.ID(), IP: p.IP, Capture: capture(p)})
	}
	var err error
	if m.network, err = netns.Build(links, m.virtualServices()); err != nil {
		return err
	}
	socket, err := m.network.ListenPacket(dns.Port)
	if err != nil {
		return fmt.Errorf("cannot answer for names: %w", err)
	}
	m.names = dns.Serve(socket, m.publicAddresses)
	return nil
}

// virtualServices are what kube-proxy knows.
func (m *Mesh) virtualServices() []netns.VirtualService {
	var services []netns.VirtualService
	for _, service := range m.topology.Services {
		if service.Headless() || service.Spec.ClusterIP == "" {
			continue
		}
		for _, port := range service.Spec.Ports {
			virtual := netns.VirtualService{IP: service.Spec.ClusterIP, Port: int(port.Port)}
			for _, endpoint := range m.topology.Endpoints(service, port) {
				virtual.Backends = append(virtual.Backends, fmt.Sprintf("%s:%d", endpoint.Pod.IP, endpoint.Port))
			}
			services = append(services, virtual)
		}
	}
	return services
}

func capture(p *topology.Pod) netns.Capture {
	annotations := p.Workload.Template.Annotations
	return netns.Capture{
		Enabled:                 p.Injected && !p.Gateway,
		ExcludeInboundPorts:     certs.List(annotations["traffic.sidecar.istio.io/excludeInboundPorts"]),
		ExcludeOutboundPorts:    certs.List(annotations["traffic.sidecar.istio.io/excludeOutboundPorts"]),
		ExcludeOutboundIPRanges: certs.List(annotations["traffic.sidecar.istio.io/excludeOutboundIPRanges"]),
	}
}

func (m *Mesh) startApplications() error {
	for i, derived := range m.topology.Pods {
		p := &pod{Pod: derived, space: m.network.Pod(i)}
		m.pods = append(m.pods, p)
		m.byID[p.ID()] = p
		identity := app.Identity{Pod: p.ID(), Workload: p.WorkloadID(), Version: p.Version()}
		var ports []app.Port
		if !p.Gateway {
			for _, port := range p.Ports {
				ports = append(ports, app.Port{Number: port.Number, TCP: port.TCP, TLS: port.TLS})
			}
		}
		p.application = app.New(identity, p.space, ports, m.started)
		pair, clientRoots, err := m.authorities.Server(p.Workload.Template.Annotations)
		if err != nil {
			return fmt.Errorf("%s: %w", p.ID(), err)
		}
		if len(pair.Chain) > 0 {
			p.application.TLS = &app.ServerTLS{Chain: pair.Chain, Key: pair.Key, ClientRoots: clientRoots}
		}
		if err := p.application.Open(); err != nil {
			return err
		}
	}
	return nil
}

func (m *Mesh) path(name string) string { return filepath.Join(m.directory, name) }

// Down ends everything. It can be called at any time and more than once.
func (m *Mesh) Down() {
	m.ending.Do(func() {
		m.clients.endAll()
		for _, p := range m.pods {
			p.endProbe()
		}
		for _, p := range m.pods {
			if proxy := p.proxy(); proxy != nil {
				proxy.Signal()
			}
		}
		for _, p := range m.pods {
			if p.application != nil {
				p.application.Close()
			}
		}
		for _, p := range m.pods {
			if proxy := p.proxy(); proxy != nil {
				proxy.Stop(2 * time.Second)
			}
		}
		if m.istiod != nil {
			m.istiod.Stop()
		}
		if m.names != nil {
			m.names.Stop()
		}
		if m.network != nil {
			m.network.Close()
		}
		if m.directory != "" {
			m.keepLogs()
			_ = os.RemoveAll(m.directory)
		}
		if m.lock != nil {
			m.lock.release()
		}
	})
}

func (m *Mesh) keepLogs() {
	if m.options.KeepLogs == "" {
		return
	}
	if err := errors.Join(os.RemoveAll(m.options.KeepLogs), os.CopyFS(m.options.KeepLogs, logsOnly(m.directory))); err != nil {
		m.options.Report(fmt.Sprintf("cannot keep the logs: %v", err))
	}
}
