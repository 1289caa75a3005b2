package envoy

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Dial opens a connection from inside the pod.
type Dial func(ctx context.Context, address string) (net.Conn, error)

// Admin asks an Envoy about itself.
type Admin struct {
	client *http.Client
}

// NewAdmin reaches the admin port through the pod's own network.
func NewAdmin(dial Dial) *Admin {
	return &Admin{client: &http.Client{
		Timeout: 20 * time.Second,
		Transport: &http.Transport{
			MaxIdleConnsPerHost: 1,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return dial(ctx, fmt.Sprintf("127.0.0.1:%d", AdminPort))
			},
		},
	}}
}

// Get reads an admin page.
func (a *Admin) Get(path string) (int, []byte, error) {
	response, err := a.client.Get("http://envoy" + path)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, body, err
}

// Stats reads the counters and gauges whose names match a regular expression; empty: all of them.
func (a *Admin) Stats(filter string) (map[string]float64, error) {
	path := "/stats?format=json"
	if filter != "" {
		path += "&filter=" + url.QueryEscape(filter)
	}
	status, body, err := a.Get(path)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("Envoy answers %d: %s", status, strings.TrimSpace(string(body)))
	}
	var page struct {
		Stats []struct {
			Name  string          `json:"name"`
			Value json.RawMessage `json:"value"`
		} `json:"stats"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, err
	}
	stats := map[string]float64{}
	for _, stat := range page.Stats {
		var value float64
		if stat.Name != "" && json.Unmarshal(stat.Value, &value) == nil {
			stats[stat.Name] = value
		}
	}
	return stats, nil
}

// Draining says what Envoy still does by an older configuration; empty: nothing. Connections that were open when a
// listener changed, such as those of other sidecars, are judged by the old policies until they are drained.
func (a *Admin) Draining() string {
	stats, err := a.Stats("^listener_manager.total_(listeners|filter_chains)_draining$")
	if err != nil {
		return fmt.Sprintf("its statistics do not answer: %v", err)
	}
	if count := stats["listener_manager.total_listeners_draining"] + stats["listener_manager.total_filter_chains_draining"]; count > 0 {
		return fmt.Sprintf("%.0f old listeners drain", count)
	}
	return ""
}

// Unready says what Envoy still waits for; empty: nothing.
func (a *Admin) Unready() string {
	status, body, err := a.Get("/ready")
	if err != nil {
		return fmt.Sprintf("its admin page does not answer: %v", err)
	}
	if status != http.StatusOK {
		return fmt.Sprintf("Envoy is %s", strings.TrimSpace(string(body)))
	}
	stats, err := a.Stats("^(listener_manager.(workers_started|total_listeners_warming|lds.update_success)|cluster_manager.(warming_clusters|cds.update_success))$")
	if err != nil {
		return fmt.Sprintf("its statistics do not answer: %v", err)
	}
	switch {
	case stats["cluster_manager.cds.update_success"] == 0:
		return "it has no clusters from istiod yet"
	case stats["listener_manager.lds.update_success"] == 0:
		return "it has no listeners from istiod yet"
	case stats["listener_manager.workers_started"] == 0:
		return "its workers have not started"
	case stats["cluster_manager.warming_clusters"] > 0:
		return fmt.Sprintf("%.0f clusters wait for endpoints or certificates", stats["cluster_manager.warming_clusters"])
	case stats["listener_manager.total_listeners_warming"] > 0:
		return fmt.Sprintf("%.0f listeners wait for routes or certificates", stats["listener_manager.total_listeners_warming"])
	}
	return ""
}
