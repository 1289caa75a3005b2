package verdict

import (
	"strings"
	"testing"

	"istio.io/istio/pkg/log"

	"cdk8s-istio/conformance/judge/document"
)

func init() {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
}

// theJudge is shared: compiling the CEL rules of a kind takes longer than most tests.
var theJudge = func() *Judge {
	judge, err := New()
	if err != nil {
		panic(err)
	}
	return judge
}()

func judgeAll(text string) []Verdict {
	return theJudge.Documents(document.Split("test.yaml", []byte(text)))
}

func judgeOne(t *testing.T, text string) Verdict {
	t.Helper()
	verdicts := judgeAll(text)
	if len(verdicts) != 1 {
		t.Fatalf("%d verdicts, expected one", len(verdicts))
	}
	return verdicts[0]
}

// ok stands for acceptance; anything else has to be part of the one error.
const ok = ""

func checkAPIServer(t *testing.T, v Verdict, want string) {
	t.Helper()
	check(t, "API server", v.APIServer.Accepted, v.APIServer.Errors, want)
}

func checkWebhook(t *testing.T, v Verdict, want string) {
	t.Helper()
	check(t, "webhook", v.Webhook.Accepted, v.Webhook.Errors, want)
}

func check(t *testing.T, who string, accepted bool, errors []string, want string) {
	t.Helper()
	switch {
	case want == ok && !accepted:
		t.Errorf("%s rejects: %q; expected acceptance", who, errors)
	case want != ok && accepted:
		t.Errorf("%s accepts; expected an error about %q", who, want)
	case want != ok && !strings.Contains(strings.Join(errors, "\n"), want):
		t.Errorf("%s says %q; expected %q", who, errors, want)
	case accepted && len(errors) > 0:
		t.Errorf("%s accepts, yet says %q", who, errors)
	}
}

// destinationRule wraps the lines of a trafficPolicy or whatever follows the host.
func destinationRule(spec string) string {
	return object("networking.istio.io/v1", "DestinationRule", "name: reviews", "host: reviews\n"+spec)
}

func virtualService(http string) string {
	return object("networking.istio.io/v1", "VirtualService", "name: reviews", `hosts: [reviews]
http:
- route: [{destination: {host: reviews}}]
`+indent(http, "  "))
}

func object(apiVersion, kind, metadata, spec string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind +
		"\nmetadata:\n  namespace: shop\n" + indent(metadata, "  ") +
		"spec:\n" + indent(spec, "  ")
}

func indent(text, by string) string {
	var out strings.Builder
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		out.WriteString(by + line + "\n")
	}
	return out.String()
}
