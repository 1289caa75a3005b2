package mesh

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cdk8s-istio/conformance/judge/mesh/app"
)

// How many single results are shown unless asked.
const shownResults = 200

// summary is the answer to a run of requests.
type summary struct {
	app.Counts
	Resolved string       `json:"resolved"`
	Ms       int64        `json:"ms"`
	Results  []app.Result `json:"results"`
}

func (m *Mesh) opRequest(line json.RawMessage) (any, error) {
	var request struct {
		call
		Caller  string          `json:"caller"`
		Via     string          `json:"via"`
		ViaPort int             `json:"viaPort"`
		Results json.RawMessage `json:"results"`
		app.Order
	}
	if err := decode(line, &request); err != nil {
		return nil, err
	}
	if err := request.Check(); err != nil {
		return nil, err
	}
	shown, err := howMany(request.Results, request.Count)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	from, err := m.routeFor(request.Caller, request.Via, request.ViaPort, &request.Order)
	if errors.Is(err, errNoSuchName) {
		return summarize(unresolved(request.Count, err), "", start, shown), nil
	}
	if err != nil {
		return nil, err
	}
	return summarize(request.Run(from.dial, from.address), from.address(), start, shown), nil
}

// route is how the requests of a caller leave its pod.
type route struct {
	dial    app.Dial
	address func() string
}

// routeFor finds the caller and where its requests are sent to. A name that does not exist is errNoSuchName.
func (m *Mesh) routeFor(caller, via string, viaPort int, order *app.Order) (route, error) {
	callers, err := m.choose(caller)
	if err != nil {
		return route{}, fmt.Errorf("caller: %w", err)
	}
	pod := callers[0]
	if pod.Gateway {
		return route{}, fmt.Errorf("caller: %s is a gateway: there is no application in it", pod.ID())
	}
	if pod.Stopped.Load() {
		return route{}, fmt.Errorf("caller: %s was stopped", pod.ID())
	}
	if err := m.equip(order); err != nil {
		return route{}, err
	}
	port := order.Port()
	if viaPort != 0 {
		port = viaPort
	}
	destination, err := m.resolve(pod, via, order.Host())
	if err != nil {
		return route{}, err
	}
	return route{pod.space.Dial, func() string { return fmt.Sprintf("%s:%d", destination(), port) }}, nil
}

// unresolved is what every request comes to when the name does not exist.
func unresolved(count int, err error) []app.Result {
	results := make([]app.Result, count)
	for i := range results {
		results[i] = app.Result{Error: "dns", Detail: err.Error()}
	}
	return results
}

func summarize(results []app.Result, resolved string, start time.Time, shown int) summary {
	s := summary{Counts: app.NewCounts(), Resolved: resolved, Ms: time.Since(start).Milliseconds(), Results: results[:min(shown, len(results))]}
	for _, result := range results {
		s.Add(result)
	}
	return s
}

func howMany(said json.RawMessage, count int) (int, error) {
	var number int
	switch {
	case len(said) == 0:
		return shownResults, nil
	case string(said) == `"all"`:
		return count, nil
	case string(said) == `"none"`:
		return 0, nil
	case json.Unmarshal(said, &number) == nil && number >= 0:
		return number, nil
	}
	return 0, fmt.Errorf("results: %s is neither \"all\" nor \"none\" nor a number", said)
}
