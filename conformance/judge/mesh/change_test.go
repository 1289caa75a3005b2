package mesh

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
)

// weights are the routes of back, with this share of v2.
func weights(v2 int) string {
	return fmt.Sprintf(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: back, namespace: shop}
spec:
  hosts: [back]
  http:
    - route:
        - {destination: {host: back, subset: v1}, weight: %d}
        - {destination: {host: back, subset: v2}, weight: %d}
`, 100-v2, v2)
}

// subsets are the versions of back that routes can name.
func subsets(names ...string) string {
	text := `
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: back, namespace: shop}
spec:
  host: back
  subsets:
`
	for _, name := range names {
		text += fmt.Sprintf("    - {name: %s, labels: {version: %s}}\n", name, strings.TrimPrefix(name, "again-"))
	}
	return text
}

func toSubset(name string) string {
	return fmt.Sprintf(`
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: back, namespace: shop}
spec: {hosts: [back], http: [{route: [{destination: {host: back, subset: %s}}]}]}
`, name)
}

// testRunningClient is about a client that asks while the configuration changes: the judge itself must not disturb it,
// and what would disturb it in a cluster must be seen.
func testRunningClient(t *testing.T, d *driver) {
	begin := func() string { return d.do("startClient", ask{"caller": front, "url": items}).Client }
	mark := func(client, phase string, count int) reply {
		return d.do("markClient", ask{"client": client, "phase": phase, "count": count})
	}
	t.Run("ten changes of a weight lose no request, and each holds from the next request on", func(t *testing.T) {
		client := begin()
		for i := 1; i <= 10; i++ {
			v2 := i % 2 * 100
			applied := d.do("apply", ask{"yaml": weights(v2)})
			phase := mark(client, fmt.Sprintf("%d: %d %%", i, v2), 200)
			if wrong := phase.ByVersion[map[int]string{0: "v2", 100: "v1"}[v2]]; wrong != 0 || phase.Failed != 0 {
				t.Errorf("at %d %% of v2, after a change of %d ms: %v, %v", v2, applied.Ms, phase.ByVersion, phase.ByStatus)
			}
			mark(client, fmt.Sprintf("%d: changing", i), 0)
		}
		report := d.do("stopClient", ask{"client": client})
		if report.Failed != 0 || report.Count < 2000 || report.ByStatus["200"] != report.Count {
			t.Errorf("of %d requests %d failed: %+v", report.Count, report.Failed, report.Failures)
		}
		t.Logf("%d requests, %d failed, the slowest took %.0f ms", report.Count, report.Failed, report.SlowestMs)
	})
	t.Run("a subset before the route to it, and the route away before the subset's end, lose no request", func(t *testing.T) {
		client := begin()
		d.do("apply", ask{"yaml": subsets("v1", "v2", "again-v2") + toSubset("again-v2"), "inOrder": true})
		mark(client, "there", 200)
		mark(client, "changing", 0)
		applied := d.do("apply", ask{"yaml": toSubset("v1") + subsets("v1", "v2"), "inOrder": true}).Applied
		mark(client, "back again", 200)
		report := d.do("stopClient", ask{"client": client})
		there, back := report.Phases[1], report.Phases[3]
		if report.Failed != 0 || there.ByVersion["v2"] != there.Count || back.ByVersion["v1"] != back.Count {
			t.Errorf("%d failed, phases %+v", report.Failed, report.Phases)
		}
		if got := strings.Join(applied, ", "); got != "VirtualService shop/back, DestinationRule shop/back" {
			t.Errorf("applied: %s", got)
		}
	})
	t.Run("the other way round loses requests, and the client says when and how", func(t *testing.T) {
		client := begin()
		d.do("apply", ask{"yaml": toSubset("again-v2") + subsets("v1", "v2", "again-v2"), "inOrder": true})
		mark(client, "there", 50)
		report := d.do("stopClient", ask{"client": client})
		if report.Failed == 0 || report.ByStatus["503"] != report.Failed || report.Failures[0].Phase != "start" || report.Phases[1].Failed != 0 {
			t.Errorf("%d failed: %+v", report.Failed, report.Failures)
		}
	})
	t.Run("what stands already is applied, and nothing comes of it", func(t *testing.T) {
		// What came of the changes before may still be under way.
		pushes := func() map[string]float64 {
			stats := map[string]float64{}
			for range 20 {
				newer := d.do("envoyStats", ask{"pod": front, "filter": "cluster_manager.cds.update_success"}).Stats
				if maps.Equal(stats, newer) {
					break
				}
				stats = newer
				time.Sleep(300 * time.Millisecond)
			}
			return stats
		}
		before := pushes()
		again := d.do("apply", ask{"yaml": toSubset("again-v2") + subsets("v1", "v2", "again-v2"), "inOrder": true})
		after := pushes()
		if len(again.Applied) != 2 || len(before) != 1 || !maps.Equal(before, after) {
			t.Errorf("applied %v; updates before and after: %v, %v", again.Applied, before, after)
		}
	})
	t.Run("of documents in order, one that istiod refuses refuses all", func(t *testing.T) {
		answer := d.try("apply", ask{"yaml": weights(100) + subsets("v1", "v1"), "inOrder": true})
		if answer.OK || !strings.Contains(answer.Error, "nothing was applied") {
			t.Errorf("%+v", answer)
		}
		if got := d.do("request", ask{"caller": front, "url": items, "count": 20}).ByVersion["v2"]; got != 20 {
			t.Errorf("%d of 20 reach v2", got)
		}
	})
	t.Run("a policy, for which listeners change and old connections end, comes and goes without a lost request", func(t *testing.T) {
		for _, version := range []string{"1.1", "2"} {
			client := d.do("startClient", ask{"caller": front, "url": items, "httpVersion": version}).Client
			d.do("apply", ask{"yaml": denyPath})
			d.do("delete", ask{"kind": "AuthorizationPolicy", "namespace": "shop", "name": "deny"})
			if report := d.do("stopClient", ask{"client": client}); report.Failed != 0 || report.Count < 200 {
				t.Errorf("HTTP %s: %d of %d failed: %+v", version, report.Failed, report.Count, report.Failures)
			}
		}
	})
	t.Run("pods go and come again without a lost request, where no route needs them", func(t *testing.T) {
		d.do("apply", ask{"yaml": weights(0)})
		client := begin()
		d.do("scale", ask{"workload": "shop/back-v2", "replicas": 0})
		d.do("scale", ask{"workload": "shop/back-v1", "replicas": 1})
		alone := mark(client, "one pod", 100)
		if alone.ByPod["shop/back-v1/0"] != alone.Count {
			t.Errorf("with one pod: %v", alone.ByPod)
		}
		d.do("scale", ask{"workload": "shop/back-v1", "replicas": 2})
		d.do("scale", ask{"workload": "shop/back-v2", "replicas": 1})
		d.do("apply", ask{"yaml": weights(50)})
		if all := mark(client, "all pods", 300); len(all.ByPod) != 3 {
			t.Errorf("with all pods: %v", all.ByPod)
		}
		if report := d.do("stopClient", ask{"client": client}); report.Failed != 0 {
			t.Errorf("%d of %d failed: %+v", report.Failed, report.Count, report.Failures)
		}
	})
	t.Run("a route to pods that are gone loses requests", func(t *testing.T) {
		client := begin()
		d.do("scale", ask{"workload": "shop/back-v2", "replicas": 0})
		if gone := mark(client, "gone", 200); gone.ByStatus["503"] < 60 || gone.ByStatus["503"] != gone.Failed {
			t.Errorf("%v", gone.ByStatus)
		}
		d.do("scale", ask{"workload": "shop/back-v2", "replicas": 1})
		if back := mark(client, "back", 200); back.Failed != 0 || back.ByVersion["v2"] < 60 {
			t.Errorf("%v, %v", back.ByStatus, back.ByVersion)
		}
		d.do("stopClient", ask{"client": client})
	})
	t.Run("a workload has as many pods as were declared, at most", func(t *testing.T) {
		for name, fields := range map[string]ask{
			"too many": {"workload": "shop/back-v1", "replicas": 3}, "fewer than none": {"workload": "shop/back-v1", "replicas": -1},
			"a pod": {"workload": "shop/back-v1/0", "replicas": 0}, "no number": {"workload": "shop/back-v1"},
		} {
			if answer := d.try("scale", fields); answer.OK {
				t.Errorf("%s was taken", name)
			}
		}
	})
	t.Run("a client that does not exist can be neither marked nor stopped", func(t *testing.T) {
		for _, op := range []string{"markClient", "stopClient"} {
			fields := ask{"client": "client-99"}
			if op == "markClient" {
				fields["phase"] = "x"
			}
			if answer := d.try(op, fields); answer.OK {
				t.Errorf("%s: %+v", op, answer)
			}
		}
	})
	d.do("apply", ask{"yaml": subsets("v1", "v2") + weights(10)})
}
