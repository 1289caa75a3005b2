package mesh

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// podState is a pod as the protocol shows it.
type podState struct {
	ID             string            `json:"id"`
	Namespace      string            `json:"namespace"`
	Workload       string            `json:"workload"`
	Kind           string            `json:"kind"`
	Index          int               `json:"index"`
	Name           string            `json:"name"`
	Version        string            `json:"version,omitempty"`
	ServiceAccount string            `json:"serviceAccount"`
	Labels         map[string]string `json:"labels"`
	IP             string            `json:"ip"`
	Locality       string            `json:"locality,omitempty"`
	Injected       bool              `json:"injected"`
	Gateway        bool              `json:"gateway"`
	Ready          bool              `json:"ready"`
	Problem        string            `json:"problem,omitempty"`
	Ports          []int             `json:"ports"`
	EnvoyPID       int               `json:"envoyPid,omitempty"`
}

type serviceState struct {
	Host     string        `json:"host"`
	IP       string        `json:"ip"`
	Headless bool          `json:"headless"`
	Ports    []servicePort `json:"ports"`
}

type servicePort struct {
	Name        string `json:"name"`
	Port        int    `json:"port"`
	Protocol    string `json:"protocol"`
	AppProtocol string `json:"appProtocol,omitempty"`
}

func (m *Mesh) podStates() []podState {
	states := make([]podState, 0, len(m.pods))
	for _, p := range m.pods {
		problem := p.problem()
		state := podState{
			ID: p.ID(), Namespace: p.Workload.Namespace, Workload: p.Workload.Name, Kind: p.Workload.Kind, Index: p.Index, Name: p.Name,
			Version: p.Version(), ServiceAccount: p.ServiceAccount, Labels: p.Labels, IP: p.IP, Locality: p.Locality().String(), Injected: p.Injected,
			Gateway: p.Gateway, Ready: problem == "", Problem: problem, Ports: p.PortNumbers(),
		}
		if proxy := p.proxy(); proxy != nil {
			state.EnvoyPID = proxy.PID()
		}
		states = append(states, state)
	}
	return states
}

func (m *Mesh) opStatus(line json.RawMessage) (any, error) {
	var request struct{ call }
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	services := make([]serviceState, 0, len(m.topology.Services))
	for _, service := range m.topology.Services {
		state := serviceState{Host: service.Host(), IP: service.Spec.ClusterIP, Headless: service.Headless(), Ports: []servicePort{}}
		for _, port := range service.Spec.Ports {
			shown := servicePort{Name: port.Name, Port: int(port.Port), Protocol: string(port.Protocol)}
			if port.AppProtocol != nil {
				shown.AppProtocol = *port.AppProtocol
			}
			state.Ports = append(state.Ports, shown)
		}
		services = append(services, state)
	}
	return map[string]any{"pods": m.podStates(), "services": services}, nil
}

// choose finds running pods by "ns/workload" or "ns/workload/index".
func (m *Mesh) choose(target string) ([]*pod, error) {
	derived, err := m.topology.Select(target)
	if err != nil {
		return nil, err
	}
	pods := make([]*pod, 0, len(derived))
	for _, p := range derived {
		pods = append(pods, m.byID[p.ID()])
	}
	return pods, nil
}

// proxyOf finds the one Envoy that a question is about.
func (m *Mesh) proxyOf(target string) (*pod, error) {
	pods, err := m.choose(target)
	if err != nil {
		return nil, err
	}
	if pods[0].admin == nil {
		return nil, fmt.Errorf("%s has no Envoy: it is a plain pod", pods[0].ID())
	}
	return pods[0], nil
}

func (m *Mesh) opConfigDump(line json.RawMessage) (any, error) {
	var request struct {
		call
		Pod      string `json:"pod"`
		Resource string `json:"resource"`
		Path     string `json:"path"`
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	p, err := m.proxyOf(request.Pod)
	if err != nil {
		return nil, err
	}
	path := request.Path
	if path == "" {
		path = "/config_dump"
		if request.Resource != "" {
			path += "?resource=" + request.Resource
		}
	}
	status, body, err := p.admin.Get(path)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("the Envoy of %s answers %d to %s: %.300s", p.ID(), status, path, body)
	}
	if json.Valid(body) {
		return map[string]any{"pod": p.ID(), "config": json.RawMessage(body)}, nil
	}
	return map[string]any{"pod": p.ID(), "text": string(body)}, nil
}

func (m *Mesh) opEnvoyStats(line json.RawMessage) (any, error) {
	var request struct {
		call
		Pod    string `json:"pod"`
		Filter string `json:"filter"`
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	p, err := m.proxyOf(request.Pod)
	if err != nil {
		return nil, err
	}
	stats, err := p.admin.Stats(request.Filter)
	if err != nil {
		return nil, err
	}
	return map[string]any{"pod": p.ID(), "stats": stats}, nil
}
