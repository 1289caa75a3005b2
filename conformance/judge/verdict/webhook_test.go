package verdict

import (
	"strings"
	"testing"
)

// The webhook reads protobuf JSON, so it is laxer about types than the schema, and it
// has rules of its own that no schema knows.
func TestWebhook(t *testing.T) {
	for name, c := range map[string]struct{ text, apiServer, webhook string }{
		"a number in a string":         {virtualService(`retries: {attempts: "5"}`), "must be of type integer", ok},
		"an enum's number":             {destinationRule("trafficPolicy: {loadBalancer: {simple: 2}}"), "loadBalancer.simple", ok},
		"snake_case":                   {destinationRule("traffic_policy: {load_balancer: {simple: RANDOM}}"), "unknown field", ok},
		"an unknown field is ignored":  {destinationRule("bogus: 1"), "unknown field", ok},
		"an unknown field at the top":  {destinationRule("") + "bogus: 1\n", "unknown field", `unknown field "bogus"`},
		"a status is not looked at":    {destinationRule("") + "status: {bogus: 1}\n", ok, ok},
		"nulls that the server drops":  {destinationRule("subsets: [{name: v1, labels: {version: null}}]"), ok, ok},
		"not a whole millisecond":      {virtualService("timeout: 1.5ms"), ok, "only durations to ms precision are supported"},
		"all weights 0":                {virtualService("") + "  tcp:\n  - route: [{destination: {host: a}, weight: 0}, {destination: {host: b}, weight: 0}]\n", ok, "total destination weight = 0"},
		"a DENY policy without rules":  {object("security.istio.io/v1", "AuthorizationPolicy", "name: r", "action: DENY"), ok, "DENY"},
		"any version of Istio's kinds": {strings.Replace(destinationRule(""), "istio.io/v1", "istio.io/v1alpha3", 1), ok, ok},
	} {
		t.Run(name, func(t *testing.T) {
			v := judgeOne(t, c.text)
			checkAPIServer(t, v, c.apiServer)
			checkWebhook(t, v, c.webhook)
			if v.Webhook.Checked != LiveWebhook {
				t.Errorf("checked %q", v.Webhook.Checked)
			}
			if want := c.apiServer == ok && c.webhook == ok; v.Accepted != want {
				t.Errorf("accepted is %v", v.Accepted)
			}
		})
	}
}

func TestWebhookWarns(t *testing.T) {
	v := judgeOne(t, destinationRule("trafficPolicy: {outlierDetection: {consecutiveErrors: 5}}"))
	checkWebhook(t, v, ok)
	if len(v.Webhook.Warnings) != 1 || !strings.Contains(v.Webhook.Warnings[0], "consecutive errors is deprecated") {
		t.Errorf("warnings: %q", v.Webhook.Warnings)
	}
}

func TestWebhookListsEachError(t *testing.T) {
	v := judgeOne(t, object("networking.istio.io/v1", "DestinationRule", "name: r", "host: a_b\nsubsets: [{name: V_1}]"))
	if len(v.Webhook.Errors) < 2 {
		t.Errorf("errors: %q, expected one for the host and one for the subset", v.Webhook.Errors)
	}
	for _, message := range v.Webhook.Errors {
		if strings.ContainsAny(message, "\n\t") {
			t.Errorf("an error is not one line: %q", message)
		}
	}
}
