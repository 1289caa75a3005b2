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
	Count      int            `json:"count"`
	Resolved   string         `json:"resolved"`
	Ms         int64          `json:"ms"`
	ByStatus   map[string]int `json:"byStatus"`
	ByPod      map[string]int `json:"byPod"`
	ByVersion  map[string]int `json:"byVersion"`
	ByWorkload map[string]int `json:"byWorkload"`
	Results    []app.Result   `json:"results"`
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
	callers, err := m.choose(request.Caller)
	if err != nil {
		return nil, fmt.Errorf("caller: %w", err)
	}
	caller := callers[0]
	if caller.Gateway {
		return nil, fmt.Errorf("caller: %s is a gateway: there is no application in it", caller.ID())
	}
	port := request.Port()
	if request.ViaPort != 0 {
		port = request.ViaPort
	}
	start := time.Now()
	destination, err := m.resolve(caller, request.Via, request.Host())
	if errors.Is(err, errNoSuchName) {
		return summarize(unresolved(request.Count, err), "", start, shown), nil
	}
	if err != nil {
		return nil, err
	}
	address := func() string { return fmt.Sprintf("%s:%d", destination(), port) }
	return summarize(request.Run(caller.space.Dial, address), address(), start, shown), nil
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
	s := summary{
		Count: len(results), Resolved: resolved, Ms: time.Since(start).Milliseconds(),
		ByStatus: map[string]int{}, ByPod: map[string]int{}, ByVersion: map[string]int{}, ByWorkload: map[string]int{},
		Results: results[:min(shown, len(results))],
	}
	for _, result := range results {
		s.ByStatus[result.Key()]++
		if result.Identity == nil {
			continue
		}
		s.ByPod[result.Pod]++
		s.ByWorkload[result.Workload]++
		if result.Version != "" {
			s.ByVersion[result.Version]++
		}
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
