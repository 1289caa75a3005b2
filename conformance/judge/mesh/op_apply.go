package mesh

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"istio.io/istio/pkg/config"

	"cdk8s-istio/conformance/judge/mesh/control"
	"cdk8s-istio/conformance/judge/mesh/topology"
)

// How long a change may take to reach every Envoy.
const changeTimeout = 30 * time.Second

func (m *Mesh) opApply(line json.RawMessage) (any, error) {
	var request struct {
		call
		YAML string `json:"yaml"`
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	documents, err := topology.Parse([]byte(request.YAML), "apply")
	if err != nil {
		return nil, err
	}
	if len(documents) == 0 {
		return nil, errors.New("yaml holds no object")
	}
	var configs []config.Config
	applied := []string{}
	for _, document := range documents {
		if document.GetNamespace() == "" {
			document.SetNamespace("default")
		}
		read, err := control.Config(document)
		if err != nil {
			return nil, fmt.Errorf("nothing was applied: %w", err)
		}
		configs = append(configs, read)
		applied = append(applied, document.String())
	}
	start := time.Now()
	err = m.change(func() error { return m.istiod.Apply(configs, m.proxyCount(), changeTimeout) })
	if err != nil {
		return nil, err
	}
	return map[string]any{"applied": applied, "ms": time.Since(start).Milliseconds()}, nil
}

func (m *Mesh) opDelete(line json.RawMessage) (any, error) {
	var request struct {
		call
		Kind      string `json:"kind"`
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	start := time.Now()
	err := m.change(func() error {
		return m.istiod.Delete(request.Kind, request.Namespace, request.Name, m.proxyCount(), changeTimeout)
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"ms": time.Since(start).Milliseconds()}, nil
}

// change makes a change and waits until every Envoy works with it.
func (m *Mesh) change(f func() error) error {
	m.changes.Lock()
	defer m.changes.Unlock()
	for _, p := range m.pods {
		if p.proxy == nil {
			continue
		}
		if ended, why := p.proxy.Ended(); ended {
			return fmt.Errorf("nothing was changed: the Envoy of %s ended (%v) and would never have it\nthe end of its log:\n%s", p.ID(), why, p.proxy.Tail(tailLines))
		}
	}
	if err := f(); err != nil {
		return err
	}
	return m.waitWarm(time.Now().Add(changeTimeout))
}
