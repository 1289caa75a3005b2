package topology

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"istio.io/istio/pkg/config/kube"
)

// Service is a Service with its cluster IP and the pods behind it.
type Service struct {
	*corev1.Service
}

// Host is the name in full.
func (s *Service) Host() string { return fmt.Sprintf("%s.%s.svc.cluster.local", s.Name, s.Namespace) }

// Headless services have no address of their own.
func (s *Service) Headless() bool { return s.Spec.ClusterIP == corev1.ClusterIPNone }

// Endpoint is one pod port behind a service port.
type Endpoint struct {
	Pod  *Pod
	Port int
}

func (t *Topology) addService(d Document) error {
	service := &corev1.Service{}
	if err := d.decode(service); err != nil {
		return err
	}
	// What the API server fills in, istiod relies on.
	if service.Spec.Type == "" {
		service.Spec.Type = corev1.ServiceTypeClusterIP
	}
	for i := range service.Spec.Ports {
		port := &service.Spec.Ports[i]
		if port.Protocol == "" {
			port.Protocol = corev1.ProtocolTCP
		}
		if port.TargetPort == intstr.FromInt32(0) || port.TargetPort == intstr.FromString("") {
			port.TargetPort = intstr.FromInt32(port.Port)
		}
		if len(service.Spec.Ports) > 1 && port.Name == "" {
			return fmt.Errorf("%s (%s): with several ports each needs a name, port %d has none", d, d.Source, port.Port)
		}
	}
	t.Services = append(t.Services, &Service{service})
	return nil
}

// addressServices gives each Service that has none a cluster IP.
func (t *Topology) addressServices() error {
	pool := newAddressPool(ServiceNetwork)
	for _, service := range t.Services {
		ip := service.Spec.ClusterIP
		if ip == "" || service.Headless() {
			continue
		}
		address, err := netip.ParseAddr(ip)
		if err != nil || !ServiceNetwork.Contains(address) {
			return fmt.Errorf("Service %s/%s: the cluster IP %q is not in %s", service.Namespace, service.Name, ip, ServiceNetwork)
		}
		if pool.taken[ip] {
			return fmt.Errorf("Service %s/%s: the cluster IP %s is taken by another Service", service.Namespace, service.Name, ip)
		}
		pool.taken[ip] = true
	}
	for _, service := range t.Services {
		t.namespace(service.Namespace)
		if service.Spec.Type == corev1.ServiceTypeExternalName {
			continue
		}
		if service.Spec.ClusterIP == "" {
			service.Spec.ClusterIP = pool.next()
		}
		service.Spec.ClusterIPs = []string{service.Spec.ClusterIP}
	}
	return nil
}

// Selected are the running pods that the Service's selector picks; without a selector, none.
func (t *Topology) Selected(service *Service) []*Pod {
	if len(service.Spec.Selector) == 0 {
		return nil
	}
	selector := labels.SelectorFromSet(service.Spec.Selector)
	var pods []*Pod
	for _, pod := range t.Pods {
		if pod.Machine == nil && !pod.Stopped.Load() && pod.Workload.Namespace == service.Namespace && selector.Matches(labels.Set(pod.Labels)) {
			pods = append(pods, pod)
		}
	}
	return pods
}

// TargetPort is the port of a pod that a service port leads to.
func TargetPort(port corev1.ServicePort, pod *Pod) (int, bool) {
	if port.TargetPort.Type == intstr.String {
		return pod.containerPort(port.TargetPort.StrVal)
	}
	return port.TargetPort.IntValue(), true
}

// Endpoints are the pod ports behind one service port.
func (t *Topology) Endpoints(service *Service, port corev1.ServicePort) []Endpoint {
	var endpoints []Endpoint
	for _, pod := range t.Selected(service) {
		if number, ok := TargetPort(port, pod); ok {
			endpoints = append(endpoints, Endpoint{pod, number})
		}
	}
	return endpoints
}

// FindService looks a Service up.
func (t *Topology) FindService(namespace, name string) *Service {
	for _, service := range t.Services {
		if service.Namespace == namespace && service.Name == name {
			return service
		}
	}
	return nil
}

// FindHost looks a Service up by its name in full.
func (t *Topology) FindHost(name string) *Service {
	for _, service := range t.Services {
		if service.Host() == name {
			return service
		}
	}
	return nil
}

// AnyPod picks one of the Service's pods, as DNS does for a headless one.
func (t *Topology) AnyPod(service *Service) *Pod {
	pods := t.Selected(service)
	if len(pods) == 0 {
		return nil
	}
	return pods[rand.IntN(len(pods))]
}

// openPorts collects what each pod listens on: its container ports and what Services expect of it. The
// protocol is the Service's to say; of a port to which no Service leads, its name says it.
func (t *Topology) openPorts() error {
	named := map[podPort]corev1.ContainerPort{}
	for _, pod := range t.Pods {
		for _, container := range pod.allContainers() {
			for _, port := range container.Ports {
				if port.Protocol == corev1.ProtocolTCP {
					pod.open(Port{Number: int(port.ContainerPort)})
				}
				if port.Name != "" {
					named[podPort{pod, int(port.ContainerPort)}] = port
				}
			}
		}
	}
	for _, service := range t.Services {
		for _, port := range service.Spec.Ports {
			if port.Protocol != corev1.ProtocolTCP {
				continue
			}
			spoken := kube.ConvertProtocol(port.Port, port.Name, port.Protocol, port.AppProtocol)
			for _, endpoint := range t.Endpoints(service, port) {
				endpoint.Pod.open(Port{endpoint.Port, spoken.IsTCP() && !spoken.IsTLS(), spoken.IsTLS()})
				delete(named, podPort{endpoint.Pod, endpoint.Port})
			}
		}
	}
	for at, port := range named {
		if port.Protocol == corev1.ProtocolTCP {
			spoken := kube.ConvertProtocol(port.ContainerPort, port.Name, port.Protocol, nil)
			at.pod.open(Port{at.number, spoken.IsTCP() && !spoken.IsTLS(), spoken.IsTLS()})
		}
	}
	for _, pod := range t.Pods {
		slices.SortFunc(pod.Ports, func(a, b Port) int { return a.Number - b.Number })
		for _, port := range pod.Ports {
			if reservedPort(port.Number) && pod.Injected && !pod.Gateway {
				return fmt.Errorf("%s listens on port %d, which the sidecar needs for itself", pod.ID(), port.Number)
			}
		}
	}
	return nil
}

// podPort is a port of one pod.
type podPort struct {
	pod    *Pod
	number int
}

// open notes a port; TLS and TCP win, as a Service said so.
func (p *Pod) open(port Port) {
	for i := range p.Ports {
		if known := &p.Ports[i]; known.Number == port.Number {
			known.TLS = known.TLS || port.TLS
			known.TCP = (known.TCP || port.TCP) && !known.TLS
			return
		}
	}
	p.Ports = append(p.Ports, port)
}

// reservedPort knows the ports of Istio's sidecar.
func reservedPort(number int) bool {
	switch number {
	case 15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090:
		return true
	}
	return false
}
