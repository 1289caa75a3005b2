package mesh

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

const backURL = "http://back.shop/"

// TestPolicies: policies that ask somebody else, and tokens.
func TestPolicies(t *testing.T) {
	requireMachine(t)
	d := start(t, buildJudge(t), "--config", "testdata/providers.yaml", "testdata/policies.yaml")
	for _, provider := range []string{"http", "grpc"} {
		t.Run("a provider decides, by "+provider, func(t *testing.T) { testProvider(t, d, provider) })
	}
	t.Run("a provider that is not there closes the door, unless it was told to leave it open", func(t *testing.T) {
		for provider, want := range map[string]string{"http": "403", "http-open": "200", "grpc": "403"} {
			d.do("apply", ask{"yaml": custom(provider)})
			d.do("behave", ask{"pod": "outside/decider", "refuse": true})
			got := d.outcome(front, backURL+"asked", nil)
			if d.do("behave", ask{"pod": "outside/decider", "healthy": true}); got != want {
				t.Errorf("%s: %s", provider, got)
			}
		}
		d.do("delete", ask{"kind": "AuthorizationPolicy", "namespace": "shop", "name": "ask"})
	})
	t.Run("tokens", func(t *testing.T) { testTokens(t, d) })
}

func custom(provider string) string {
	return fmt.Sprintf(`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ask, namespace: shop}
spec: {selector: {matchLabels: {app: back}}, action: CUSTOM, provider: {name: %s}, rules: [{to: [{operation: {paths: [/asked*]}}]}]}
`, provider)
}

func testProvider(t *testing.T, d *driver, provider string) {
	const decider = "outside/decider"
	d.do("apply", ask{"yaml": custom(provider)})
	d.do("resetCounts", nil)
	d.do("behave", ask{"pod": decider, "headers": ask{"x-user": "alice", "x-other": "no"}})
	d.do("behave", ask{"pod": decider, "path": "/asked/secret", "status": 403, "headers": ask{"x-reason": "secret"}})
	d.do("behave", ask{"pod": decider, "path": "/asked/who", "status": 401})
	for path, want := range map[string]string{"asked": "200", "asked/secret": "403", "asked/who": "401", "free": "200"} {
		if got := d.outcome(front, backURL+path, nil); got != want {
			t.Errorf("%s: %s, not %s", path, got, want)
		}
	}
	if asked := d.do("received", ask{"target": decider}); asked.Total != 3 || strings.Contains(string(asked.Pods), "/free") {
		t.Errorf("the provider was asked %d times: %s", asked.Total, asked.Pods)
	}
	result := d.do("request", ask{"caller": front, "url": backURL + "asked", "headers": ask{"x-ticket": "7"}}).Results[0]
	if result.Seen.Headers["x-user"] != "alice" {
		t.Errorf("the application was not told who it is: %v", result.Seen.Headers)
	}
	result = d.do("request", ask{"caller": front, "url": backURL + "asked/secret"}).Results[0]
	if result.Headers["x-reason"] != "secret" {
		t.Errorf("the client was not told why: %v", result.Headers)
	}
	if asked := d.do("received", ask{"target": decider, "header": "x-ticket"}); !strings.Contains(string(asked.Pods), `"7":1`) {
		t.Errorf("the provider did not see the ticket: %s", asked.Pods)
	}
	d.do("behave", ask{"pod": decider, "healthy": true})
}

// issuer signs tokens.
type issuer struct{ key *rsa.PrivateKey }

func newIssuer(t *testing.T) issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return issuer{key}
}

func encoded(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func (i issuer) jwks() string {
	return fmt.Sprintf(`{"keys":[{"kty":"RSA","kid":"k","alg":"RS256","n":"%s","e":"%s"}]}`,
		encoded(i.key.N.Bytes()), encoded(big.NewInt(int64(i.key.E)).Bytes()))
}

func (i issuer) token(t *testing.T, claims ask) string {
	t.Helper()
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed := encoded([]byte(`{"alg":"RS256","kid":"k","typ":"JWT"}`)) + "." + encoded(body)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + encoded(signature)
}

func testTokens(t *testing.T, d *driver) {
	known, stranger := newIssuer(t), newIssuer(t)
	authentication := func(namespace, selector string) string {
		return fmt.Sprintf(`
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: users, namespace: %s}
spec:
  selector: {matchLabels: {%s}}
  jwtRules:
    - {issuer: shop, jwks: '%s', audiences: [web], forwardOriginalToken: true, outputClaimToHeaders: [{header: x-role, claim: role}]}
`, namespace, selector, known.jwks())
	}
	d.do("apply", ask{"yaml": authentication("shop", "app: back") + authentication("edge", "istio: ingress") + `
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: users, namespace: shop}
spec:
  selector: {matchLabels: {app: back}}
  action: ALLOW
  rules:
    - {from: [{source: {requestPrincipals: ["shop/*"]}}], to: [{operation: {paths: [/users]}}]}
    - {to: [{operation: {paths: [/admins]}}], when: [{key: "request.auth.claims[role]", values: [admin]}]}
    - {to: [{operation: {paths: [/open]}}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: edge}
spec: {selector: {istio: ingress}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: edge, namespace: edge}
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http:
    - {match: [{headers: {"@request.auth.claims.role": {exact: admin}}}], route: [{destination: {host: back-v2.shop.svc.cluster.local}}]}
    - {route: [{destination: {host: back.shop.svc.cluster.local}, headers: {request: {set: {x-way: plain}}}}]}
`})
	claims := func(more ask) ask {
		all := ask{"iss": "shop", "sub": "alice", "aud": "web", "exp": time.Now().Add(time.Hour).Unix()}
		for name, value := range more {
			all[name] = value
		}
		return all
	}
	valid := known.token(t, claims(nil))
	admin := known.token(t, claims(ask{"role": "admin"}))
	for _, c := range []struct{ name, token, path, want string }{
		{"a valid token", valid, "users", "200"},
		{"no token where one is wanted", "", "users", "403"},
		{"no token where none is wanted", "", "open", "200"},
		{"somebody else's signature", stranger.token(t, claims(nil)), "open", "401"},
		{"a token that has ended", known.token(t, claims(ask{"exp": time.Now().Add(-time.Hour).Unix()})), "open", "401"},
		{"another audience", known.token(t, claims(ask{"aud": "mobile"})), "open", "403"},
		{"the right role", admin, "admins", "200"},
		{"another role", known.token(t, claims(ask{"role": "user"})), "admins", "403"},
		{"no role", valid, "admins", "403"},
	} {
		headers := ask{}
		if c.token != "" {
			headers["authorization"] = "Bearer " + c.token
		}
		if got := d.outcome(front, backURL+c.path, ask{"headers": headers}); got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
	for name, c := range map[string]struct{ token, way string }{"a claim chooses the route": {admin, ""}, "another claim does not": {valid, "plain"}} {
		result := d.do("request", ask{"caller": "outside/client", "url": "http://shop.example.com/open", "via": "svc:edge/gateway",
			"headers": ask{"authorization": "Bearer " + c.token}}).Results[0]
		if result.Status != 200 || result.Seen.Headers["x-way"] != c.way {
			t.Errorf("%s: %+v", name, result)
		}
	}
	result := d.do("request", ask{"caller": front, "url": backURL + "open", "headers": ask{"authorization": "Bearer " + admin}}).Results[0]
	if result.Seen.Headers["x-role"] != "admin" {
		t.Errorf("the claim is no header: %v", result.Seen.Headers)
	}
}
