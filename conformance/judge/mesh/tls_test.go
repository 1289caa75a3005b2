package mesh

import (
	"slices"
	"strings"
	"testing"
)

// TestTLS: what a client with a real handshake gets from a gateway that terminates TLS.
func TestTLS(t *testing.T) {
	requireMachine(t)
	d := start(t, buildJudge(t), "testdata/tls.yaml")
	const client = "outside/client"
	// asked sends one request to the gateway and answers "200", or why the handshake failed.
	asked := func(url string, tls ask) (string, reply) {
		t.Helper()
		answer := d.do("request", ask{"caller": client, "url": url, "via": "svc:edge/gateway", "tls": tls})
		result := answer.Results[0]
		switch {
		case result.TLS != nil && result.TLS.Failure != "":
			return result.Error + " " + result.TLS.Failure, answer
		case result.Error != "":
			return result.Error, answer
		case result.Status != 0:
			return statusName(result.Status), answer
		}
		return "answered", answer
	}
	for _, c := range []struct {
		name, url string
		tls       ask
		want      string
	}{
		{"SIMPLE", "https://shop.example.com/", ask{"ca": "edge/shop-cert"}, "200"},
		{"SIMPLE, by the authority's name", "https://shop.example.com/", ask{"ca": "public"}, "200"},
		{"a wildcard", "https://a.wild.example.com/", ask{"ca": "edge/shop-cert"}, "200"},
		{"a root that did not sign", "https://shop.example.com/", ask{"ca": "edge/mutual-cert"}, "tls certificate"},
		{"a name that the certificate does not have", "https://modern.example.com/", ask{"ca": "edge/shop-cert"}, "tls certificate"},
		{"an SNI that no server has", "https://nobody.example.com/", ask{}, "reset closed"},
		{"an SNI other than the host", "https://shop.example.com/", ask{"serverName": "nobody.example.com"}, "reset closed"},
		{"a host other than the SNI", "https://nobody.example.com/", ask{"serverName": "shop.example.com"}, "404"},
		{"no SNI", "https://shop.example.com/", ask{"serverName": "10.0.0.1"}, "reset closed"},
		{"MUTUAL without a certificate", "https://mutual.example.com/", ask{}, "tls alert"},
		{"MUTUAL without a certificate, TLS 1.2", "https://mutual.example.com/", ask{"maxVersion": "1.2"}, "tls alert"},
		{"MUTUAL", "https://mutual.example.com/", ask{"clientCertificate": "outside/partner", "ca": "public"}, "200"},
		{"MUTUAL by a stranger", "https://mutual.example.com/", ask{"clientCertificate": "outside/stranger"}, "tls alert"},
		{"MUTUAL, too late", "https://mutual.example.com/", ask{"clientCertificate": "outside/late-partner"}, "tls alert"},
		{"OPTIONAL_MUTUAL without a certificate", "https://optional.example.com/", ask{"ca": "edge/optional-cert"}, "200"},
		{"OPTIONAL_MUTUAL", "https://optional.example.com/", ask{"clientCertificate": "outside/partner"}, "200"},
		{"OPTIONAL_MUTUAL by a stranger", "https://optional.example.com/", ask{"clientCertificate": "outside/stranger"}, "tls alert"},
		{"at least 1.3", "https://modern.example.com/", ask{}, "200"},
		{"at least 1.3, asked with 1.2", "https://modern.example.com/", ask{"maxVersion": "1.2"}, "tls alert"},
		{"at most 1.2", "https://old.example.com/", ask{}, "200"},
		{"at most 1.2, asked with 1.3", "https://old.example.com/", ask{"minVersion": "1.3"}, "tls alert"},
		{"one cipher, another one offered", "https://old.example.com/", ask{"maxVersion": "1.2", "ciphers": []string{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}}, "tls alert"},
		{"a credential of another namespace", "https://elsewhere.example.com/", ask{}, "reset closed"},
		{"PASSTHROUGH", "https://pass.example.com:8443/", ask{"ca": "public"}, "200"},
		{"bytes inside TLS", "tls://bytes.example.com:5443", ask{"serverName": "bytes.example.com"}, "answered"},
		{"ISTIO_MUTUAL without a certificate", "https://mesh.example.com:6443/", ask{}, "tls alert"},
		{"ISTIO_MUTUAL by a partner", "https://mesh.example.com:6443/", ask{"clientCertificate": "outside/partner"}, "tls alert"},
		{"ISTIO_MUTUAL", "https://mesh.example.com:6443/", ask{"clientCertificate": "outside/member"}, "200"},
		{"AUTO_PASSTHROUGH", "https://back.shop:15443/", ask{"clientCertificate": "outside/member", "serverName": "outbound_.80_._.back.shop.svc.cluster.local", "alpn": []string{"istio-http/1.1", "istio"}}, "200"},
		{"AUTO_PASSTHROUGH without Istio's ALPN", "https://back.shop:15443/", ask{"clientCertificate": "outside/member", "serverName": "outbound_.80_._.back.shop.svc.cluster.local"}, "reset closed"},
		{"AUTO_PASSTHROUGH to nobody", "https://back.shop:15443/", ask{"serverName": "outbound_.80_._.nobody.shop.svc.cluster.local", "alpn": []string{"istio"}}, "reset closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, answer := asked(c.url, c.tls); got != c.want {
				t.Errorf("%s, not %s: %+v", got, c.want, answer.Results[0])
			}
		})
	}
	t.Run("the client tells what it was shown", func(t *testing.T) {
		_, answer := asked("https://old.example.com/", ask{"ca": "edge/shop-cert", "serverName": "old.example.com", "maxVersion": "1.2"})
		if shown := answer.Results[0].TLS; shown == nil || shown.Version != "1.2" || shown.Verified || !slices.Equal(shown.Peer.DNSNames, []string{"shop.example.com", "*.wild.example.com"}) || shown.Peer.Issuer != "root of public" {
			t.Errorf("%+v", shown)
		}
		_, answer = asked("https://shop.example.com/", ask{"ca": "edge/shop-cert"})
		if shown := answer.Results[0].TLS; shown == nil || shown.Version != "1.3" || !shown.Verified || !strings.HasPrefix(shown.Cipher, "TLS_AES") {
			t.Errorf("%+v", shown)
		}
	})
	t.Run("a client that goes on asking speaks TLS too", func(t *testing.T) {
		steady := d.do("startClient", ask{"caller": client, "url": "https://mutual.example.com/", "via": "svc:edge/gateway",
			"tls": ask{"clientCertificate": "outside/partner", "ca": "public"}}).Client
		d.do("markClient", ask{"client": steady, "phase": "on", "count": 50})
		if report := d.do("stopClient", ask{"client": steady}); report.Failed != 0 {
			t.Errorf("%+v", report.Failures)
		}
	})
	t.Run("a request that makes no sense is refused", func(t *testing.T) {
		for name, fields := range map[string]ask{
			"TLS without TLS":   {"url": "http://shop.example.com/", "tls": ask{}},
			"no such version":   {"url": "https://shop.example.com/", "tls": ask{"minVersion": "1.4"}},
			"versions reversed": {"url": "https://shop.example.com/", "tls": ask{"minVersion": "1.3", "maxVersion": "1.2"}},
			"no such Secret":    {"url": "https://shop.example.com/", "tls": ask{"ca": "edge/nobody"}},
			"no such authority": {"url": "https://shop.example.com/", "tls": ask{"ca": "nobody"}},
			"no key in it":      {"url": "https://shop.example.com/", "tls": ask{"clientCertificate": "edge/optional-cert-cacert"}},
			"no such cipher":    {"url": "https://shop.example.com/", "tls": ask{"maxVersion": "1.2", "ciphers": []string{"best"}}},
		} {
			fields["caller"], fields["via"] = client, "svc:edge/gateway"
			if answer := d.try("request", fields); answer.OK {
				t.Errorf("%s was taken", name)
			}
		}
	})
}
