package mesh

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"cdk8s-istio/conformance/judge/mesh/app"
)

// How long a phase may take to get the requests that are waited for.
const phaseTimeout = 60 * time.Second

// clients are those that ask until they are stopped.
type clients struct {
	mutex  sync.Mutex
	byName map[string]*app.SteadyClient
	count  int
}

func (c *clients) add(client *app.SteadyClient) string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.byName == nil {
		c.byName = map[string]*app.SteadyClient{}
	}
	c.count++
	name := fmt.Sprintf("client-%d", c.count)
	c.byName[name] = client
	return name
}

func (c *clients) find(name string) (*app.SteadyClient, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	client, ok := c.byName[name]
	if !ok {
		return nil, fmt.Errorf("no client %q asks", name)
	}
	return client, nil
}

// take finds a client that shall be stopped, once.
func (c *clients) take(name string) (*app.SteadyClient, error) {
	client, err := c.find(name)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.byName, name)
	return client, err
}

// endAll stops every client without waiting for its last requests: the mesh ends under them.
func (c *clients) endAll() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for name, client := range c.byName {
		client.Abandon()
		delete(c.byName, name)
	}
}

func (m *Mesh) opStartClient(line json.RawMessage) (any, error) {
	var request struct {
		call
		Caller  string `json:"caller"`
		Via     string `json:"via"`
		ViaPort int    `json:"viaPort"`
		app.Plan
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	if err := request.Check(); err != nil {
		return nil, err
	}
	from, err := m.routeFor(request.Caller, request.Via, request.ViaPort, &request.Order)
	if err != nil {
		return nil, err
	}
	return map[string]any{"client": m.clients.add(request.StartClient(from.dial, from.address))}, nil
}

func (m *Mesh) opMarkClient(line json.RawMessage) (any, error) {
	var request struct {
		call
		Client string `json:"client"`
		Phase  string `json:"phase"`
		Count  int    `json:"count"`
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	client, err := m.clients.find(request.Client)
	if err != nil {
		return nil, err
	}
	if request.Phase == "" {
		return nil, fmt.Errorf("phase is missing")
	}
	if err := client.Mark(request.Phase); err != nil {
		return nil, err
	}
	if request.Count < 0 {
		return nil, fmt.Errorf("count %d is negative", request.Count)
	}
	phase, err := client.Await(request.Count, phaseTimeout)
	if err != nil {
		return nil, err
	}
	return phase, nil
}

func (m *Mesh) opStopClient(line json.RawMessage) (any, error) {
	var request struct {
		call
		Client string `json:"client"`
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	client, err := m.clients.take(request.Client)
	if err != nil {
		return nil, err
	}
	return client.Stop(), nil
}
