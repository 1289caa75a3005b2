package mesh

import (
	"encoding/json"
	"errors"
	"fmt"

	"cdk8s-istio/conformance/judge/mesh/app"
)

func (m *Mesh) opBehave(line json.RawMessage) (any, error) {
	var request struct {
		call
		Pod string `json:"pod"`
		app.Behaviour
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	pods, err := m.choose(request.Pod)
	if err != nil {
		return nil, err
	}
	told := []string{}
	for _, p := range pods {
		if p.Gateway {
			return nil, fmt.Errorf("%s is a gateway: there is no application in it", p.ID())
		}
		if err := p.application.Behave(request.Behaviour); err != nil {
			return nil, fmt.Errorf("%s: %w", p.ID(), err)
		}
		told = append(told, p.ID())
	}
	return map[string]any{"pods": told}, nil
}

func (m *Mesh) opReceived(line json.RawMessage) (any, error) {
	var request struct {
		call
		Target string `json:"target"`
		Header string `json:"header"`
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	pods, err := m.choose(request.Target)
	if err != nil {
		return nil, err
	}
	total := 0
	received := map[string]app.Received{}
	for _, p := range pods {
		what := p.application.Received(request.Header)
		total += what.Total
		received[p.ID()] = what
	}
	return map[string]any{"total": total, "pods": received}, nil
}

func (m *Mesh) opResetCounts(line json.RawMessage) (any, error) {
	var request struct {
		call
		Target *string `json:"target"`
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	pods := m.pods
	if request.Target != nil {
		if *request.Target == "" {
			return nil, errors.New("target is empty; leave it out to reset all pods")
		}
		var err error
		if pods, err = m.choose(*request.Target); err != nil {
			return nil, err
		}
	}
	for _, p := range pods {
		p.application.ResetCounts()
	}
	return nil, nil
}
