package mesh

import "testing"

// TestGatewayAPI: the other API for the same gateway.
func TestGatewayAPI(t *testing.T) {
	requireMachine(t)
	d := start(t, buildJudge(t), "testdata/policies.yaml", "testdata/gateway-api.yaml")
	for _, c := range []struct {
		name, url string
		more      ask
		want      string
	}{
		{"a redirect to HTTPS", "http://shop.example.com/api", ask{}, "301"},
		{"HTTPS with the gateway's own Secret", "https://shop.example.com/api/x", ask{"tls": ask{"ca": "edge/shop-cert"}}, "200"},
		{"a path that no rule names", "https://shop.example.com/other", ask{}, "404"},
		{"a Secret of another namespace that grants it", "https://granted.example.com/api", ask{"tls": ask{"ca": "shop/granted-cert"}}, "200"},
		{"a Secret of another namespace that does not", "https://refused.example.com/api", ask{}, "reset"},
		{"a Service of another namespace that does not grant it", "http://elsewhere.example.com/", ask{}, "500"},
		{"TLS that the application ends", "https://pass.example.com/", ask{}, "200"},
		{"a host that nobody named", "https://nobody.example.com/", ask{}, "reset"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.more["via"] = "svc:edge/gateway"
			if got := d.outcome("outside/client", c.url, c.more); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
	t.Run("matches and filters hold", func(t *testing.T) {
		request := func(more ask) reply {
			more["caller"], more["via"], more["count"] = "outside/client", "svc:edge/gateway", 20
			return d.do("request", more)
		}
		if answer := request(ask{"url": "https://shop.example.com/", "headers": ask{"x-version": "v2"}}); answer.ByVersion["v2"] != 20 {
			t.Errorf("%v, %v", answer.ByVersion, answer.ByStatus)
		}
		if answer := request(ask{"url": "https://shop.example.com/api/x"}); answer.Results[0].Seen.Path != "/v1/x" || len(answer.ByVersion) != 2 {
			t.Errorf("%v, %+v", answer.ByVersion, answer.Results[0].Seen)
		}
	})
}
