package app

import (
	"testing"
	"time"
)

func steady(t *testing.T, address string, plan Plan) *SteadyClient {
	t.Helper()
	plan.URL = "http://" + address + "/x"
	if err := plan.Check(); err != nil {
		t.Fatal(err)
	}
	client := plan.StartClient(dial, func() string { return address })
	t.Cleanup(func() { client.Stop() })
	return client
}

func await(t *testing.T, client *SteadyClient, phase string, count int) Phase {
	t.Helper()
	if err := client.Mark(phase); err != nil {
		t.Fatal(err)
	}
	counts, err := client.Await(count, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

func TestASteadyClientTellsPhasesApart(t *testing.T) {
	a, address := open(t, Port{})
	client := steady(t, address, Plan{Order: Order{IntervalMs: 1}, Failures: 3})
	await(t, client, "well", 30)
	behave(t, a, Behaviour{Status: 503})
	await(t, client, "ill", 30)
	behave(t, a, Behaviour{Healthy: true})
	await(t, client, "settling", 10)
	await(t, client, "well again", 30)
	report := client.Stop()
	counts := map[string]Phase{}
	sum := 0
	for _, phase := range report.Phases {
		counts[phase.Name] = phase
		sum += phase.Count
	}
	if sum != report.Count || report.ByStatus["200"]+report.ByStatus["503"] != sum {
		t.Errorf("%d requests, %d in phases, %v", report.Count, sum, report.ByStatus)
	}
	// A request sent just before the application was told may be answered after.
	if well, ill, again := counts["well"], counts["ill"], counts["well again"]; well.Failed > 4 || ill.ByStatus["503"] < 30 || again.Failed != 0 {
		t.Errorf("well %v, ill %v, well again %v", well.ByStatus, ill.ByStatus, again.ByStatus)
	}
	if len(report.Failures) != 3 || report.Failed < 30 || report.Failures[0].Status != 503 || report.Failures[0].Phase == "" {
		t.Errorf("%d failed, shown: %+v", report.Failed, report.Failures)
	}
	if err := client.Mark("after its end"); err == nil {
		t.Error("a client that was stopped begins a phase")
	}
}

func TestASteadyClientConnectsAsToldAndVaries(t *testing.T) {
	variants := []Variant{{Name: "plain"}, {Name: "marked", Headers: Headers{"x-mark": {"yes"}}, Method: "POST", Path: "/y?q=1"}}
	for connections, isRight := range map[string]func(requests, connections int) bool{
		"new":    func(requests, connections int) bool { return connections == requests },
		"reused": func(_, connections int) bool { return connections == 4 },
		"both":   func(requests, connections int) bool { return connections > 2+requests/3 && connections < requests },
	} {
		a, address := open(t, Port{})
		client := steady(t, address, Plan{Order: Order{IntervalMs: 1}, Variants: variants, Connections: connections})
		await(t, client, "measured", 100)
		report := client.Stop()
		received := a.Received("x-mark")
		if report.Failed != 0 || received.Total != report.Count || !isRight(received.Total, received.Connections) {
			t.Errorf("%s: %d connections for %d requests, %d failed", connections, received.Connections, received.Total, report.Failed)
		}
		marked := 0
		for _, phase := range report.Phases {
			if counts := phase.ByVariant["marked"]; counts != nil {
				marked += counts.Count
			}
		}
		if marked < report.Count/3 || received.ByHeader["yes"] != marked || received.ByMethodPath["POST /y"] != marked || received.ByMethodPath["GET /x"] != report.Count-marked {
			t.Errorf("%s: %d of %d were marked, the application saw %v", connections, marked, report.Count, received.ByMethodPath)
		}
	}
}

func TestAKeptConnectionThatIsCutIsAFailure(t *testing.T) {
	a, address := open(t, Port{})
	client := steady(t, address, Plan{Order: Order{IntervalMs: 1}, Connections: "reused"})
	await(t, client, "before", 20)
	behave(t, a, Behaviour{Close: true, Next: 1})
	await(t, client, "after", 40)
	if report := client.Stop(); report.Failed != 1 || report.Failures[0].Error != "reset" {
		t.Errorf("%d failed: %+v", report.Failed, report.Failures)
	}
}

func TestPlansAreChecked(t *testing.T) {
	for name, plan := range map[string]Plan{
		"a count":                {Order: Order{URL: "http://a", Count: 2}},
		"a WebSocket":            {Order: Order{URL: "ws://a"}, Connections: "new"},
		"connections":            {Order: Order{URL: "http://a"}, Connections: "few"},
		"a variant with no name": {Order: Order{URL: "http://a"}, Variants: []Variant{{Path: "/x"}}},
		"two of one name":        {Order: Order{URL: "http://a"}, Variants: []Variant{{Name: "x"}, {Name: "x"}}},
		"a path without /":       {Order: Order{URL: "http://a"}, Variants: []Variant{{Name: "x", Path: "y"}}},
		"failures":               {Order: Order{URL: "http://a"}, Failures: -1},
	} {
		if plan.Check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
