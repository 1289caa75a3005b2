package mesh

import (
	"fmt"
	"strings"
	"testing"
)

// rateLimit is an EnvoyFilter that lets five requests a minute through each Envoy that it selects.
func rateLimit(name, context, labels string) string {
	return fmt.Sprintf(`
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: %s, namespace: shop}
spec:
  workloadSelector: {labels: %s}
  configPatches:
    - applyTo: HTTP_FILTER
      match: {context: %s, listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}}}
      patch:
        operation: INSERT_BEFORE
        value:
          name: envoy.filters.http.local_ratelimit
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
            stat_prefix: limiter
            token_bucket: {max_tokens: 5, tokens_per_fill: 5, fill_interval: 600s}
            filter_enabled: {default_value: {numerator: 100}}
            filter_enforced: {default_value: {numerator: 100}}
`, name, labels, context)
}

const backRoutes = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: back, namespace: shop}
spec:
  hosts: [back, v1.example.com]
  http:
    - match: [{headers: {x-fault: {exact: grpc}}}]
      fault: {abort: {grpcStatus: UNAVAILABLE, percentage: {value: 100}}}
      route: [{destination: {host: back, subset: v1}}]
    - match: [{headers: {x-fault: {exact: http}}}]
      fault: {abort: {httpStatus: 418, percentage: {value: 100}}}
      route: [{destination: {host: back, subset: v1}}]
    - match: [{headers: {x-mirror: {}}}]
      route: [{destination: {host: back, subset: v1}}]
      mirrors: [{destination: {host: back, subset: v2}}]
    - route: [{destination: {host: back, subset: v1}}]
  tcp:
    - match: [{port: 5001, sourceLabels: {team: web}}]
      route: [{destination: {host: back, subset: v1}}]
    - match: [{port: 5001}, {port: 5002}]
      route: [{destination: {host: back, subset: v2}}]
  tls:
    - match: [{port: 443, sniHosts: [v1.example.com]}]
      route: [{destination: {host: back, subset: v1}}]
    - match: [{port: 443, sniHosts: [back]}]
      route: [{destination: {host: back, subset: v2}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: gateway-tls, namespace: shop}
spec:
  hosts: [v1.example.com, v2.example.com]
  gateways: [public]
  tls:
    - match: [{port: 443, sniHosts: [v1.example.com]}]
      route: [{destination: {host: back, subset: v1, port: {number: 443}}}]
    - match: [{port: 443, sniHosts: [v2.example.com]}]
      route: [{destination: {host: back, subset: v2, port: {number: 443}}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: gateway-tcp, namespace: shop}
spec:
  hosts: ["*"]
  gateways: [public]
  tcp:
    - match: [{port: 5001}]
      route: [{destination: {host: back, subset: v2, port: {number: 5001}}}]
`

const apiEntry = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  location: MESH_EXTERNAL
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP}, {number: 443, name: tls, protocol: TLS}]
  endpoints: [{address: 10.244.200.1}]
`

const closedSidecar = `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}, egress: [{hosts: [./gateway.shop.svc.cluster.local]}]}
`

const denyPath = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: deny, namespace: shop}
spec: {selector: {matchLabels: {app: back}}, action: DENY, rules: [{to: [{operation: {paths: [/no]}}]}]}
`

// TestEdges: what else than HTTP routes can be told and asked, and taken back while the mesh runs.
func TestEdges(t *testing.T) {
	requireMachine(t)
	d := start(t, buildJudge(t), "testdata/edges.yaml")
	gateway := ask{"via": "svc:shop/gateway"}
	header := func(name, value string) ask { return ask{"headers": ask{name: value}} }

	t.Run("each kind of object holds when it was applied, and is gone when it was deleted", func(t *testing.T) {
		for _, c := range []struct{ kind, name, yaml, url, before, with string }{
			{"AuthorizationPolicy", "deny", denyPath, "http://back/no", "200", "403"},
			{"Sidecar", "default", closedSidecar, "http://back/", "200", "502"},
			{"ServiceEntry", "api", apiEntry, "http://api.example.com/", "503", "200"},
			{"ServiceEntry", "api", apiEntry, "https://api.example.com/", "reset", "200"},
		} {
			before := d.outcome(front, c.url, nil)
			d.do("apply", ask{"yaml": c.yaml})
			with := d.outcome(front, c.url, nil)
			d.do("delete", ask{"kind": c.kind, "namespace": "shop", "name": c.name})
			if after := d.outcome(front, c.url, nil); before != c.before || with != c.with || after != c.before {
				t.Errorf("%s, %s: %s, then %s, then %s", c.kind, c.url, before, with, after)
			}
		}
	})
	d.do("apply", ask{"yaml": backRoutes})
	t.Run("an Envoy counts requests and answers the sixth with 429", func(t *testing.T) {
		for _, c := range []struct {
			context, labels, caller, url string
			more                         ask
		}{
			{"SIDECAR_INBOUND", "{app: back, version: v1}", front, "http://back/", ask{}},
			{"GATEWAY", "{istio: ingress}", "outside/client", "http://shop.example.com/", gateway},
		} {
			fields := ask{"caller": c.caller, "url": c.url, "count": 8, "concurrency": 1}
			for name, value := range c.more {
				fields[name] = value
			}
			d.do("apply", ask{"yaml": rateLimit("limit", c.context, c.labels)})
			limited := d.do("request", fields).ByStatus
			d.do("delete", ask{"kind": "EnvoyFilter", "namespace": "shop", "name": "limit"})
			if free := d.do("request", fields).ByStatus; limited["200"] != 5 || limited["429"] != 3 || free["200"] != 8 {
				t.Errorf("%s: %v with the limit, %v without", c.context, limited, free)
			}
		}
	})
	t.Run("an injected abort is a status, or a gRPC status where gRPC was asked", func(t *testing.T) {
		if got := d.outcome(front, "http://back/", header("x-fault", "http")); got != "418" {
			t.Errorf("HTTP: %s", got)
		}
		call := ask{"caller": front, "url": "http://back:90/shop.Items/Get", "httpVersion": "2", "method": "POST",
			"headers": ask{"x-fault": "grpc", "content-type": "application/grpc", "te": "trailers"}}
		answer := d.do("request", call)
		if result := answer.Results[0]; result.Status != 200 || result.GRPC != "14" || result.Pod != "" || answer.Failed != 1 {
			t.Errorf("gRPC: %+v, %d failed", result, answer.Failed)
		}
	})
	t.Run("a mirrored request arrives under the same Host", func(t *testing.T) {
		d.do("resetCounts", nil)
		d.do("request", ask{"caller": front, "url": "http://back/mirrored", "headers": ask{"x-mirror": "yes"}, "count": 10})
		v1 := d.do("received", ask{"target": "shop/back-v1"})
		v2 := d.do("received", ask{"target": "shop/back-v2", "header": "x-mirror"})
		if v1.Total != 10 || v2.Total != 10 || !strings.Contains(string(v2.Pods), `"byHeader":{"yes":10}`) || !strings.Contains(string(v2.Pods), `"host":"back"`) {
			t.Errorf("v1 received %d, v2 %d: %s", v1.Total, v2.Total, v2.Pods)
		}
	})
	t.Run("bytes are routed by port and by the labels of the caller, TLS by its SNI", func(t *testing.T) {
		for _, c := range []struct{ caller, url, host, via, want string }{
			{front, "tcp://back:5001", "", "", "v1"},
			{front, "tcp://back:5002", "", "", "v2"},
			{"shop/jobs", "tcp://back:5001", "", "", "v2"},
			{front, "https://back/", "v1.example.com", "", "v1"},
			{front, "https://back/", "back", "", "v2"},
			{"outside/client", "https://v1.example.com/", "v1.example.com", "svc:shop/gateway", "v1"},
			{"outside/client", "https://v2.example.com/", "v2.example.com", "svc:shop/gateway", "v2"},
			{"outside/client", "tcp://any.example.com:5001", "", "svc:shop/gateway", "v2"},
		} {
			fields := ask{"caller": c.caller, "url": c.url, "count": 10, "via": c.via}
			if c.host != "" {
				fields["headers"] = ask{"host": c.host}
			}
			if answer := d.do("request", fields); answer.ByVersion[c.want] != 10 {
				t.Errorf("%s → %s %s: %v, %v", c.caller, c.url, c.host, answer.ByVersion, answer.ByStatus)
			}
		}
		if got := d.outcome("outside/client", "https://v3.example.com/", gateway); got != "reset" {
			t.Errorf("an SNI that the gateway does not know is %s", got)
		}
	})
	t.Run("an application that terminates TLS says under which name it was asked, in both versions of HTTP", func(t *testing.T) {
		for version, proto := range map[string]string{"1.1": "HTTP/1.1", "2": "HTTP/2.0"} {
			result := d.do("request", ask{"caller": front, "url": "https://back/x", "httpVersion": version}).Results[0]
			if result.Seen.SNI != "back" || result.Seen.Proto != proto {
				t.Errorf("HTTP %s: %+v", version, result)
			}
		}
	})
}
