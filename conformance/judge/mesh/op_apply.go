package mesh

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
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
		YAML    string `json:"yaml"`
		InOrder bool   `json:"inOrder"`
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	configs, names, err := readConfigs(request.YAML)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if !request.InOrder {
		if err := m.applyTogether(configs); err != nil {
			return nil, err
		}
	} else {
		// As slow as a change can be: what comes first is everywhere before what comes next is anywhere.
		for i := range configs {
			if err := m.applyTogether(configs[i : i+1]); err != nil {
				return nil, fmt.Errorf("%s (applied before it: %s): %w", names[i], strings.Join(names[:i], ", "), err)
			}
		}
	}
	return map[string]any{"applied": names, "ms": time.Since(start).Milliseconds()}, nil
}

// readConfigs reads what shall be applied; one document that istiod refuses refuses all.
func readConfigs(yaml string) ([]config.Config, []string, error) {
	documents, err := topology.Parse([]byte(yaml), "apply")
	if err != nil {
		return nil, nil, err
	}
	if len(documents) == 0 {
		return nil, nil, errors.New("yaml holds no object")
	}
	var configs []config.Config
	names := []string{}
	for _, document := range documents {
		if document.GetNamespace() == "" {
			document.SetNamespace("default")
		}
		read, err := control.Config(document)
		if err != nil {
			return nil, nil, fmt.Errorf("nothing was applied: %w", err)
		}
		configs = append(configs, read)
		names = append(names, document.String())
	}
	return configs, names, nil
}

func (m *Mesh) applyTogether(configs []config.Config) error {
	return m.change(func() error { return m.istiod.Apply(configs, m.proxyCount(), changeTimeout) })
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
		proxy := p.proxy()
		if proxy == nil {
			continue
		}
		if ended, why := proxy.Ended(); ended {
			return fmt.Errorf("nothing was changed: the Envoy of %s ended (%v) and would never have it\nthe end of its log:\n%s", p.ID(), why, proxy.Tail(tailLines))
		}
	}
	if err := f(); err != nil {
		return err
	}
	return m.waitWarm(time.Now().Add(changeTimeout))
}
