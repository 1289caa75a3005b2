package mesh

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"cdk8s-istio/conformance/judge/mesh/control"
	"cdk8s-istio/conformance/judge/mesh/topology"
)

const (
	// How long a pod that ends may take to answer what it was asked.
	gracePeriod = 10 * time.Second
	// The last answer's way from the application through the pod's Envoy to the caller.
	lastAnswer = 200 * time.Millisecond
)

func (m *Mesh) opScale(line json.RawMessage) (any, error) {
	var request struct {
		call
		Workload string `json:"workload"`
		Replicas *int   `json:"replicas"`
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	pods, err := m.choose(request.Workload)
	if err != nil {
		return nil, err
	}
	if pods[0].WorkloadID() != request.Workload {
		return nil, fmt.Errorf("workload: %q is a pod; its workload is %q", request.Workload, pods[0].WorkloadID())
	}
	if request.Replicas == nil {
		return nil, errors.New("replicas is missing")
	}
	if *request.Replicas < 0 || *request.Replicas > len(pods) {
		return nil, fmt.Errorf("replicas %d is not between 0 and %d, which the manifests declare", *request.Replicas, len(pods))
	}
	m.changes.Lock()
	defer m.changes.Unlock()
	var coming, going []*pod
	for i, p := range pods {
		switch stopped := p.Stopped.Load(); {
		case i < *request.Replicas && stopped:
			coming = append(coming, p)
		case i >= *request.Replicas && !stopped:
			going = append(going, p)
		}
	}
	start := time.Now()
	if err := errors.Join(m.startPods(coming), m.stopPods(going)); err != nil {
		return nil, err
	}
	return map[string]any{"started": ids(coming), "stopped": ids(going), "ms": time.Since(start).Milliseconds()}, nil
}

func ids(pods []*pod) []string {
	names := []string{}
	for _, p := range pods {
		names = append(names, p.ID())
	}
	return names
}

// startPods lets pods run; nobody is led to them before they are ready.
func (m *Mesh) startPods(pods []*pod) error {
	deadline := time.Now().Add(m.options.ReadyTimeout)
	for _, p := range pods {
		if err := p.application.Start(); err != nil {
			return err
		}
		if p.Injected {
			if err := m.startProxy(p); err != nil {
				return err
			}
		}
	}
	for _, p := range pods {
		if !p.Injected {
			continue
		}
		if err := m.waitFor(p, p.unready, deadline); err != nil {
			return err
		}
	}
	for _, p := range pods {
		m.startProbe(p)
	}
	return m.lead(pods, true)
}

// stopPods lets nobody be led to pods any more, and then ends them.
func (m *Mesh) stopPods(pods []*pod) error {
	if err := m.lead(pods, false); err != nil {
		return err
	}
	for _, p := range pods {
		p.endProbe()
		p.application.Stop(gracePeriod)
	}
	if len(pods) > 0 {
		time.Sleep(lastAnswer)
	}
	for _, p := range pods {
		if proxy := p.running.Swap(nil); proxy != nil {
			proxy.Signal()
			proxy.Stop(2 * time.Second)
		}
	}
	return nil
}

// lead changes whether Services lead to pods, and waits until everyone knows.
func (m *Mesh) lead(pods []*pod, to bool) error {
	if len(pods) == 0 {
		return nil
	}
	affected := map[*topology.Service]bool{}
	note := func() {
		for _, service := range m.topology.Services {
			selected := m.topology.Selected(service)
			if slices.ContainsFunc(pods, func(p *pod) bool { return slices.Contains(selected, p.Pod) }) {
				affected[service] = true
			}
		}
	}
	note()
	for _, p := range pods {
		p.Stopped.Store(!to)
	}
	note()
	var endpoints []control.Endpoints
	for service := range affected {
		endpoints = append(endpoints, control.Endpoints{
			Namespace: service.Namespace, Service: service.Name, Slices: m.topology.EndpointSlices(service),
		})
	}
	if err := m.network.Serve(m.virtualServices()); err != nil {
		return err
	}
	if err := m.istiod.SetEndpoints(endpoints, m.proxyCount(), changeTimeout); err != nil {
		return err
	}
	return m.waitWarm(time.Now().Add(changeTimeout))
}
