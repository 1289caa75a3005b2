package topology

import (
	"fmt"
	"maps"
	"slices"
	"sync/atomic"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// More pods than this for one workload are a mistake rather than a test, and each costs a process.
const maxReplicas = 20

// Workload is a Deployment, StatefulSet or DaemonSet.
type Workload struct {
	Namespace string
	Name      string
	Kind      string
	Replicas  int
	Template  corev1.PodTemplateSpec
}

// Pod is one replica of a workload.
type Pod struct {
	Workload       *Workload
	Index          int
	Name           string
	IP             string
	Node           *corev1.Node
	ServiceAccount string
	Labels         map[string]string
	Injected       bool
	Gateway        bool
	// Machine is set of a host outside Kubernetes: no Service selects it, and istiod does not find it in the cluster.
	Machine *Machine
	// Ports are what the pod listens on, with what is spoken there.
	Ports []Port
	// Stopped: it is declared but does not run at the moment, so no Service leads to it.
	Stopped atomic.Bool
}

// Port is a port of a pod.
type Port struct {
	Number int
	// TCP: bytes and not HTTP, as the Services that lead here say.
	TCP bool
	// TLS: what is spoken is inside TLS of the application's own.
	TLS bool
}

// ID names the pod in the protocol.
func (p *Pod) ID() string { return fmt.Sprintf("%s/%d", p.WorkloadID(), p.Index) }

// WorkloadID names the pod's workload in the protocol.
func (p *Pod) WorkloadID() string { return p.Workload.Namespace + "/" + p.Workload.Name }

// Version is what tells the versions of a service apart.
func (p *Pod) Version() string {
	if version := p.Labels["version"]; version != "" {
		return version
	}
	return p.Labels["app.kubernetes.io/version"]
}

// PortNumbers are the ports alone.
func (p *Pod) PortNumbers() []int {
	numbers := make([]int, 0, len(p.Ports))
	for _, port := range p.Ports {
		numbers = append(numbers, port.Number)
	}
	return numbers
}

func (t *Topology) addWorkload(d Document) error {
	workload := &Workload{Namespace: d.GetNamespace(), Name: d.GetName(), Kind: d.GetKind(), Replicas: 1}
	var replicas *int32
	switch d.GetKind() {
	case "Deployment":
		object := &appsv1.Deployment{}
		if err := d.decode(object); err != nil {
			return err
		}
		workload.Template, replicas = object.Spec.Template, object.Spec.Replicas
	case "StatefulSet":
		object := &appsv1.StatefulSet{}
		if err := d.decode(object); err != nil {
			return err
		}
		workload.Template, replicas = object.Spec.Template, object.Spec.Replicas
	case "DaemonSet":
		object := &appsv1.DaemonSet{}
		if err := d.decode(object); err != nil {
			return err
		}
		workload.Template = object.Spec.Template
	}
	completePorts(workload.Template.Spec.Containers)
	completePorts(workload.Template.Spec.InitContainers)
	if replicas != nil {
		workload.Replicas = int(*replicas)
	}
	if workload.Replicas > maxReplicas {
		return fmt.Errorf("%s (%s) wants %d replicas; a mesh in one machine runs at most %d of one workload", d, d.Source, workload.Replicas, maxReplicas)
	}
	t.Workloads = append(t.Workloads, workload)
	return nil
}

// completePorts fills in what the API server does: istiod finds a port by its name and protocol.
func completePorts(containers []corev1.Container) {
	for _, container := range containers {
		for i := range container.Ports {
			if container.Ports[i].Protocol == "" {
				container.Ports[i].Protocol = corev1.ProtocolTCP
			}
		}
	}
}

// addPods makes the pods of all workloads. It runs after every document was read: a Namespace may come last.
func (t *Topology) addPods() error {
	addresses := newAddressPool(podNetwork)
	owners := map[string]string{}
	for _, workload := range t.Workloads {
		fixed := workload.Template.Annotations[fixedAddressAnnotation]
		if fixed == "" || workload.Replicas == 0 {
			continue
		}
		if err := checkFixedAddress(fixed); err != nil {
			return fmt.Errorf("%s %s/%s: %w", workload.Kind, workload.Namespace, workload.Name, err)
		}
		if before, taken := owners[fixed]; taken {
			return fmt.Errorf("%s and %s/%s both want the address %s", before, workload.Namespace, workload.Name, fixed)
		}
		owners[fixed] = workload.Namespace + "/" + workload.Name
	}
	for _, workload := range t.Workloads {
		namespace := t.namespace(workload.Namespace)
		for index := range workload.Replicas {
			pod := &Pod{
				Workload:       workload,
				Index:          index,
				Name:           fmt.Sprintf("%s-%d", workload.Name, index),
				ServiceAccount: serviceAccount(workload.Template.Spec),
				Labels:         maps.Clone(workload.Template.Labels),
				Gateway:        isGateway(workload.Template),
			}
			var err error
			if pod.Node, err = t.place(workload.Template.Spec, index); err != nil {
				return fmt.Errorf("%s %s/%s: %w", workload.Kind, workload.Namespace, workload.Name, err)
			}
			if pod.Labels == nil {
				pod.Labels = map[string]string{}
			}
			pod.Injected = pod.Gateway || isInjected(namespace, workload.Template)
			if fixed := workload.Template.Annotations[fixedAddressAnnotation]; fixed != "" && index == 0 {
				pod.IP = fixed
			} else {
				pod.IP = addresses.next()
			}
			if machine, err := isMachine(workload); err != nil {
				return err
			} else if machine {
				if err := t.becomeMachine(pod); err != nil {
					return err
				}
			}
			t.Pods = append(t.Pods, pod)
		}
	}
	return nil
}

func serviceAccount(spec corev1.PodSpec) string {
	if spec.ServiceAccountName != "" {
		return spec.ServiceAccountName
	}
	if spec.DeprecatedServiceAccount != "" {
		return spec.DeprecatedServiceAccount
	}
	return "default"
}

// containerPort finds a named port of the pod.
func (p *Pod) containerPort(name string) (int, bool) {
	for _, container := range p.allContainers() {
		for _, port := range container.Ports {
			if port.Name == name {
				return int(port.ContainerPort), true
			}
		}
	}
	return 0, false
}

// allContainers are those that run side by side: also init containers that stay (native sidecars).
func (p *Pod) allContainers() []corev1.Container {
	spec := p.Workload.Template.Spec
	containers := slices.Clone(spec.Containers)
	for _, container := range spec.InitContainers {
		if container.RestartPolicy != nil && *container.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			containers = append(containers, container)
		}
	}
	return containers
}
