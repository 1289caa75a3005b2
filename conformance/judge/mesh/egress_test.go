package mesh

import "testing"

// corporationTrusted lets the caller's sidecar believe an authority of its own Secret.
const corporationTrusted = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: private, namespace: shop}
spec:
  host: private.example.com
  workloadSelector: {matchLabels: {app: front}}
  trafficPolicy: {tls: {mode: SIMPLE, credentialName: corporation}}
`

const unverified = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: private, namespace: shop}
spec: {host: private.example.com, trafficPolicy: {tls: {mode: SIMPLE, insecureSkipVerify: true}}}
`

// TestEgress: hosts outside the mesh, found by DNS, with the TLS that proxies originate.
func TestEgress(t *testing.T) {
	requireMachine(t)
	d := start(t, buildJudge(t), "testdata/egress.yaml")
	for _, c := range []struct{ name, caller, url, want string }{
		{"HTTP", front, "http://api.example.com/", "200"},
		{"HTTP on which the sidecar puts TLS", front, "http://api.example.com:8080/", "200"},
		{"TLS of the application's own", front, "https://api.example.com/", "200"},
		{"bytes", front, "tcp://api.example.com:5432", "ok"},
		{"a name that nobody has", front, "http://nobody.example.com/", "503"},
		{"a host that no ServiceEntry names", front, "http://a.wild.example.com/", "502"},
		{"the same host, TLS", front, "https://a.wild.example.com/", "reset"},
		{"the same host from outside the mesh", "outside/client", "https://a.wild.example.com/", "200"},
		{"a server whose authority no machine trusts", front, "http://private.example.com/", "503"},
		{"a server that demands a certificate, through the gateway that has one", front, "http://bank.example.com/", "200"},
		{"the same server, past the gateway", "outside/client", "https://bank.example.com/", "tls"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := d.outcome(c.caller, c.url, nil); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
	t.Run("every address of a name is used", func(t *testing.T) {
		if answer := d.do("request", ask{"caller": front, "url": "http://api.example.com/", "count": 40}); len(answer.ByPod) != 2 {
			t.Errorf("%v", answer.ByPod)
		}
	})
	t.Run("a server tells the SNI and the client certificate that it saw", func(t *testing.T) {
		seen := d.do("request", ask{"caller": front, "url": "http://bank.example.com/"}).Results[0].Seen
		if seen.SNI != "bank.example.com" || seen.Client == nil || seen.Client.Subject != "shop" || seen.Client.Issuer != "root of partners" {
			t.Errorf("the bank saw %+v, %+v", seen.SNI, seen.Client)
		}
		seen = d.do("request", ask{"caller": front, "url": "http://api.example.com:8080/"}).Results[0].Seen
		if seen.SNI != "api.example.com" || seen.Client != nil {
			t.Errorf("the API saw %+v, %+v", seen.SNI, seen.Client)
		}
	})
	t.Run("the gateway counts what goes through it", func(t *testing.T) {
		count := func() float64 {
			return d.do("envoyStats", ask{"pod": "edge/egress", "filter": "bank.example.com;.upstream_rq_2xx$"}).Stats["cluster.outbound|80||bank.example.com;.upstream_rq_2xx"]
		}
		before := count()
		d.do("request", ask{"caller": front, "url": "http://bank.example.com/", "count": 5})
		if got := count() - before; got != 5 {
			t.Errorf("%.0f", got)
		}
	})
	t.Run("a sidecar believes the root of a Secret, or everybody, when it is told to", func(t *testing.T) {
		for name, yaml := range map[string]string{"the root": corporationTrusted, "everybody": unverified} {
			d.do("apply", ask{"yaml": yaml})
			if got := d.outcome(front, "http://private.example.com/", nil); got != "200" {
				t.Errorf("%s: %s", name, got)
			}
		}
	})
}
