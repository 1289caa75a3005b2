package mesh

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	fixture = "testdata/shop.yaml"
	front   = "shop/front"
	items   = "http://back:9080/items/1"
)

// TestMesh asks a real mesh what is known of Istio: if an answer is wrong here, no answer of the judge can be trusted.
func TestMesh(t *testing.T) {
	requireMachine(t)
	d := start(t, buildJudge(t), fixture)
	t.Logf("ready after %d ms", d.ready.StartMs)

	t.Run("an allowed call is answered, and carries the caller's identity", func(t *testing.T) {
		answer := d.do("request", ask{"caller": front, "url": items})
		if answer.ByStatus["200"] != 1 {
			t.Fatalf("got %v", answer.ByStatus)
		}
		if xfcc := answer.Results[0].Seen.Headers["x-forwarded-client-cert"]; !strings.Contains(xfcc, "URI=spiffe://cluster.local/ns/shop/sa/front") {
			t.Errorf("the application saw no identity of the caller: %q", xfcc)
		}
	})
	for _, refused := range []struct{ name, caller, url, want string }{
		{"a path that no policy allows", front, "http://back:9080/other", "403"},
		{"a caller that no policy allows", "shop/other", items, "403"},
		{"a caller that no policy allows, over TCP", "shop/other", "tcp://back:9081", "reset"},
		{"plaintext under STRICT", "outside/client", "http://back.shop:9080/items/1", "reset"},
		{"plaintext under STRICT, over TCP", "outside/client", "tcp://back.shop:9081", "reset"},
		{"plaintext to a pod's address", "outside/client", "http://10.244.0.4:9080/items/1", "reset"},
		{"a service that reaches itself is a caller too", front, "http://front/", "403"},
		{"a name that does not exist", front, "http://nosuch/", "dns"},
	} {
		t.Run("refused: "+refused.name, func(t *testing.T) {
			if got := d.outcome(refused.caller, refused.url, nil); got != refused.want {
				t.Errorf("%s → %s is %s, not %s", refused.caller, refused.url, got, refused.want)
			}
		})
	}
	t.Run("HTTP is recognised on a port that does not say so, in both versions", func(t *testing.T) {
		for version, proto := range map[string]string{"1.1": "HTTP/1.1", "2": "HTTP/2.0"} {
			answer := d.do("request", ask{"caller": front, "url": "http://auto:7000/items/1", "httpVersion": version})
			if result := answer.Results[0]; result.Status != 200 || result.Seen.Proto != proto {
				t.Errorf("HTTP %s: %+v", version, result)
			}
			if got := d.outcome(front, "http://auto:7000/other", ask{"httpVersion": version}); got != "403" {
				t.Errorf("HTTP %s: a path that no policy allows is %s", version, got)
			}
		}
	})
	t.Run("TCP is allowed by port", func(t *testing.T) {
		if got := d.outcome(front, "tcp://back:9081", nil); got != "ok" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("the canary gets its share of 2000", func(t *testing.T) {
		answer := d.do("request", ask{"caller": front, "url": items, "count": 2000, "results": "none"})
		// 200 expected; four standard deviations of 13.4 fail once in 16,000 runs.
		if v2 := answer.ByVersion["v2"]; answer.ByStatus["200"] != 2000 || v2 < 146 || v2 > 254 {
			t.Errorf("%v, of these %v", answer.ByStatus, answer.ByVersion)
		}
	})
	t.Run("the header always reaches the canary", func(t *testing.T) {
		answer := d.do("request", ask{"caller": front, "url": items, "headers": ask{"x-canary": "true"}, "count": 50})
		if answer.ByVersion["v2"] != 50 {
			t.Errorf("%v", answer.ByVersion)
		}
	})
	t.Run("the gateway routes by host", func(t *testing.T) {
		via := ask{"via": "svc:ingress/gateway"}
		if got := d.outcome("outside/client", "http://shop.example.com/", via); got != "200" {
			t.Errorf("a known host is %s", got)
		}
		if got := d.outcome("outside/client", "http://unknown.example.com/", via); got != "404" {
			t.Errorf("an unknown host is %s", got)
		}
	})
	t.Run("a WebSocket stays open", func(t *testing.T) {
		result := d.do("request", ask{"caller": front, "url": "ws://back:9080/items/ws", "websocket": ask{"holdMs": 500, "messages": 3}}).Results[0]
		if result.Status != 101 || result.WebSocket == nil || result.WebSocket.Echoed != 3 || result.WebSocket.ClosedBy != "client" {
			t.Errorf("%+v", result)
		}
	})
	t.Run("gRPC is answered with a status of its own", func(t *testing.T) {
		call := ask{"caller": front, "url": "http://back:9080/items/Get", "httpVersion": "2", "method": "POST", "headers": ask{"content-type": "application/grpc", "te": "trailers"}}
		if result := d.do("request", call).Results[0]; result.Status != 200 || result.GRPC != "0" || result.Pod == "" {
			t.Errorf("%+v", result)
		}
	})
	testBehaviour(t, d)
	testRunningClient(t, d)
	testChanges(t, d)

	t.Run("questions that make no sense are refused", func(t *testing.T) {
		for name, answer := range map[string]reply{
			"an unknown op":     d.try("nonsense", nil),
			"an unknown field":  d.try("request", ask{"caller": front, "url": items, "cuont": 2}),
			"an unknown caller": d.try("request", ask{"caller": "shop/nobody", "url": items}),
			"too many":          d.try("request", ask{"caller": front, "url": items, "count": 1_000_000}),
			"an idle behaviour": d.try("behave", ask{"pod": front}),
			"no Envoy":          d.try("config_dump", ask{"pod": "outside/client"}),
		} {
			if answer.OK || answer.Error == "" {
				t.Errorf("%s: %+v", name, answer)
			}
		}
	})
	t.Run("down leaves nothing behind", func(t *testing.T) {
		pids := envoyPIDs(t, d.ready)
		d.do("down", nil)
		if code := d.exitCode(); code != 0 {
			t.Errorf("exit code %d", code)
		}
		expectGone(t, pids)
	})
}

// testBehaviour is about what the applications are told.
func testBehaviour(t *testing.T, d *driver) {
	canary := ask{"caller": front, "url": items, "headers": ask{"x-canary": "true"}}
	heal := func() { d.do("behave", ask{"pod": "shop/back-v2", "healthy": true}) }
	with := func(more ask) ask {
		for name, value := range canary {
			more[name] = value
		}
		return more
	}
	t.Run("an application fails the next requests of a method, and is counted", func(t *testing.T) {
		defer heal()
		d.do("resetCounts", nil)
		d.do("behave", ask{"pod": "shop/back-v2", "status": 500, "method": "GET", "path": "/items*", "next": 2})
		answer := d.do("request", with(ask{"count": 5}))
		if answer.ByStatus["500"] != 2 || answer.ByStatus["200"] != 3 {
			t.Errorf("%v", answer.ByStatus)
		}
		if received := d.do("received", ask{"target": "shop/back-v2"}); received.Total != 5 {
			t.Errorf("it received %d", received.Total)
		}
	})
	t.Run("a slow application is a timeout", func(t *testing.T) {
		defer heal()
		d.do("behave", ask{"pod": "shop/back-v2", "delayMs": 1000})
		if answer := d.do("request", with(ask{"timeoutMs": 200})); answer.ByStatus["timeout"] != 1 {
			t.Errorf("%v", answer.ByStatus)
		}
	})
	t.Run("a connection cut behind a sidecar is its 503, without a retry", func(t *testing.T) {
		defer heal()
		d.do("resetCounts", nil)
		d.do("behave", ask{"pod": "shop/back-v2", "close": true})
		answer := d.do("request", with(ask{}))
		if received := d.do("received", ask{"target": "shop/back-v2"}); answer.ByStatus["503"] != 1 || received.Total != 1 {
			t.Errorf("%v, received %d times", answer.ByStatus, received.Total)
		}
	})
	t.Run("a closed port is a 503, and opens again", func(t *testing.T) {
		defer heal()
		d.do("behave", ask{"pod": "shop/back-v2", "refuse": true, "port": 9080})
		if answer := d.do("request", with(ask{})); answer.ByStatus["503"] != 1 {
			t.Errorf("refused: %v", answer.ByStatus)
		}
		heal()
		if answer := d.do("request", with(ask{})); answer.ByStatus["200"] != 1 {
			t.Errorf("open again: %v", answer.ByStatus)
		}
	})
}

// testChanges changes the configuration; each case also shows that the cases before could have failed.
func testChanges(t *testing.T, d *driver) {
	t.Run("without STRICT plaintext is heard, and then refused by policy", func(t *testing.T) {
		d.do("delete", ask{"kind": "PeerAuthentication", "namespace": "shop", "name": "default"})
		if got := d.outcome("outside/client", "http://back.shop:9080/items/1", nil); got != "403" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("without policies everything is answered", func(t *testing.T) {
		for _, name := range []string{"deny-all", "allow-front-to-back", "allow-gateway-to-back"} {
			d.do("delete", ask{"kind": "AuthorizationPolicy", "namespace": "shop", "name": name})
		}
		for _, caller := range []string{"outside/client", "shop/other", front} {
			if got := d.outcome(caller, "http://back.shop:9080/other", nil); got != "200" {
				t.Errorf("%s: %s", caller, got)
			}
		}
	})
	t.Run("a new route holds at once", func(t *testing.T) {
		d.do("apply", ask{"yaml": `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: back, namespace: shop}
spec:
  hosts: [back]
  http: [{route: [{destination: {host: back, subset: v2}}]}]
`})
		if answer := d.do("request", ask{"caller": front, "url": items, "count": 100}); answer.ByVersion["v2"] != 100 {
			t.Errorf("%v", answer.ByVersion)
		}
	})
	t.Run("what istiod refuses is not applied", func(t *testing.T) {
		answer := d.try("apply", ask{"yaml": `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: back, namespace: shop}
spec:
  hosts: [back]
  http: [{timeout: 0s, route: [{destination: {host: back, subset: v1}}]}]
`})
		if answer.OK || !strings.Contains(answer.Error, "VirtualService shop/back") {
			t.Errorf("%+v", answer)
		}
		if answer := d.do("request", ask{"caller": front, "url": items, "count": 20}); answer.ByVersion["v2"] != 20 {
			t.Errorf("%v", answer.ByVersion)
		}
	})
	t.Run("what Envoy refuses is said, and a later change is judged by itself", func(t *testing.T) {
		answer := d.try("apply", ask{"yaml": `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: broken, namespace: shop}
spec:
  workloadSelector: {labels: {app: back}}
  configPatches:
    - applyTo: HTTP_FILTER
      match: {context: SIDECAR_INBOUND, listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}}}
      patch: {operation: INSERT_BEFORE, value: {name: nobody.knows.this, typed_config: {"@type": type.googleapis.com/udpa.type.v1.TypedStruct, type_url: type.googleapis.com/nobody.knows.This}}}
`})
		if answer.OK || !strings.Contains(answer.Error, "rejects") || !strings.Contains(answer.Error, "nobody.knows") {
			t.Errorf("%+v", answer)
		}
		d.do("delete", ask{"kind": "EnvoyFilter", "namespace": "shop", "name": "broken"})
	})
	t.Run("Envoy tells its statistics", func(t *testing.T) {
		stats := d.do("envoyStats", ask{"pod": front, "filter": "outbound.9080.v2.back.*upstream_rq_total$"}).Stats
		if len(stats) != 1 {
			t.Fatalf("%v", stats)
		}
		for name, value := range stats {
			if value < 100 {
				t.Errorf("%s is %.0f", name, value)
			}
		}
	})
}

// TestMeshIsKilled: not even SIGKILL leaves an Envoy behind, and the next run removes the directory.
func TestMeshIsKilled(t *testing.T) {
	requireMachine(t)
	d := start(t, buildJudge(t), fixture)
	pids := envoyPIDs(t, d.ready)
	if err := d.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = d.exitCode()
	expectGone(t, pids)
	l, err := acquire(10*time.Second, func(message string) { t.Log(message) })
	if err != nil {
		t.Fatal(err)
	}
	defer l.release()
	removeLeftovers(func(message string) { t.Log(message) })
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), runPrefix+"*")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func envoyPIDs(t *testing.T, ready reply) []int {
	t.Helper()
	var pods []struct {
		EnvoyPID int `json:"envoyPid"`
	}
	if err := json.Unmarshal(ready.Pods, &pods); err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, p := range pods {
		if p.EnvoyPID != 0 {
			pids = append(pids, p.EnvoyPID)
		}
	}
	if len(pids) != 7 {
		t.Fatalf("%d Envoys run, not 7", len(pids))
	}
	return pids
}

// expectGone waits a moment for processes to end. One that has ended but that its new parent has not yet asked
// about (a zombie) is gone.
func expectGone(t *testing.T, pids []int) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for _, pid := range pids {
		for alive(pid) {
			if time.Now().After(deadline) {
				t.Fatalf("the Envoy with the process id %d still runs", pid)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}
