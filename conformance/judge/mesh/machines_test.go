package mesh

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMachines: hosts outside Kubernetes are members of the mesh.
func TestMachines(t *testing.T) {
	requireMachine(t)
	d := start(t, buildJudge(t), "testdata/machines.yaml")
	workloads := func(caller, url string) []string {
		return slices.Sorted(maps.Keys(d.do("request", ask{"caller": caller, "url": url, "count": 40}).ByWorkload))
	}
	for _, url := range []string{"http://db.shop.internal/", "tcp://db.shop.internal:5432", "http://db/"} {
		t.Run("a name leads to the pod and to the machine: "+url, func(t *testing.T) {
			if got := workloads(front, url); !slices.Equal(got, []string{"shop/db-pod", "shop/db-vm"}) {
				t.Errorf("%v", got)
			}
		})
	}
	for _, refused := range []struct{ name, caller, url, want string }{
		{"a caller that the policy of both does not allow", "shop/other", "http://db.shop.internal/", "403"},
		{"the same over TCP", "shop/other", "tcp://db.shop.internal:5432", "reset"},
		{"plaintext to the machine", "outside/client", "http://10.244.200.5:8080/", "reset"},
		{"a Service has no machine behind it for who is not in the mesh, and its pod is closed", "outside/client", "http://db.shop/", "reset"},
	} {
		t.Run("refused: "+refused.name, func(t *testing.T) {
			answer := d.do("request", ask{"caller": refused.caller, "url": refused.url, "count": 20})
			if answer.ByStatus[refused.want] != 20 {
				t.Errorf("%v", answer.ByStatus)
			}
		})
	}
	t.Run("a machine calls, and is known by the service account of its entry or its group", func(t *testing.T) {
		for caller, account := range map[string]string{"shop/db-vm": "db-vm", "shop/stock": "stock"} {
			result := d.do("request", ask{"caller": caller, "url": "http://front/"}).Results[0]
			if xfcc := result.Seen.Headers["x-forwarded-client-cert"]; !strings.HasSuffix(xfcc, "URI=spiffe://cluster.local/ns/shop/sa/"+account) {
				t.Errorf("%s is %q", caller, xfcc)
			}
		}
	})
	t.Run("machines of a group come and go with their health", func(t *testing.T) {
		expect := func(when string, want ...string) {
			t.Helper()
			var got []string
			for range 50 {
				got = slices.Sorted(maps.Keys(d.do("request", ask{"caller": front, "url": "http://stock.shop.internal/", "count": 30}).ByPod))
				if slices.Equal(got, want) {
					return
				}
				time.Sleep(200 * time.Millisecond)
			}
			t.Errorf("%s: %v", when, got)
		}
		expect("at first", "shop/stock/0", "shop/stock/1")
		d.do("behave", ask{"pod": "shop/stock/1", "status": 503, "path": "/health"})
		expect("one is ill", "shop/stock/0")
		d.do("behave", ask{"pod": "shop/stock/1", "healthy": true})
		expect("both are well", "shop/stock/0", "shop/stock/1")
	})
}
