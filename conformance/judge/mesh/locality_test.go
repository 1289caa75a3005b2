package mesh

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// locality is a DestinationRule that balances by place.
func locality(setting, outlierDetection string) string {
	return `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: back, namespace: shop}
spec:
  host: back
  trafficPolicy:
    loadBalancer: {localityLbSetting: ` + setting + `}
` + outlierDetection
}

const ejectAtOnce = "    outlierDetection: {consecutive5xxErrors: 1, interval: 500ms, baseEjectionTime: 60s, maxEjectionPercent: 100}\n"

// TestLocalities: requests stay or go where the places of client and service, and the rule about them, lead.
func TestLocalities(t *testing.T) {
	requireMachine(t)
	d := start(t, buildJudge(t), "testdata/zones.yaml")
	send := func(client string, count int) reply {
		return d.do("request", ask{"caller": "shop/" + client, "url": "http://back/", "count": count, "results": "none"})
	}
	places := func(client string) string {
		return strings.Join(slices.Sorted(maps.Keys(send(client, 60).ByVersion)), " ")
	}
	t.Run("without a rule all places share", func(t *testing.T) {
		if got := places("client-a"); got != "eu-a eu-b us-c" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("distribute sends 80 % to one zone and 20 % to the other", func(t *testing.T) {
		d.do("apply", ask{"yaml": locality(`{distribute: [{from: eu/eu-a/*, to: {eu/eu-a/*: 80, eu/eu-b/*: 20}}]}`, "")})
		answer := send("client-a", 2000)
		// 400 expected; four standard deviations of 17.9 fail once in 16,000 runs.
		if b := answer.ByVersion["eu-b"]; answer.ByVersion["eu-a"]+b != 2000 || b < 328 || b > 472 {
			t.Errorf("%v", answer.ByVersion)
		}
		if got := places("client-us"); got != "eu-a eu-b us-c" {
			t.Errorf("a client elsewhere, whom the rule does not name, reaches %s", got)
		}
	})
	t.Run("without outlier detection nothing stays near", func(t *testing.T) {
		d.do("apply", ask{"yaml": locality(`{failover: [{from: eu, to: us}]}`, "")})
		if got := places("client-a"); got != "eu-a eu-b us-c" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("with it requests stay in their zone, then go to the next, then to the next region", func(t *testing.T) {
		d.do("apply", ask{"yaml": locality(`{failover: [{from: eu, to: us}]}`, ejectAtOnce)})
		if a, us := places("client-a"), places("client-us"); a != "eu-a" || us != "us-c" {
			t.Fatalf("all are well: from eu-a to %s, from us-c to %s", a, us)
		}
		for _, step := range []struct{ fails, next string }{{"eu-a", "eu-b"}, {"eu-b", "us-c"}} {
			d.do("behave", ask{"pod": "shop/back-" + step.fails, "status": 503})
			send("client-a", 20)
			// Envoy tells its workers of ejections at most once a second.
			deadline := time.Now().Add(3 * time.Second)
			answer := send("client-a", 60)
			for answer.ByVersion[step.fails] > 0 && time.Now().Before(deadline) {
				time.Sleep(100 * time.Millisecond)
				answer = send("client-a", 60)
			}
			if answer.ByVersion[step.next] != 60 || answer.ByStatus["200"] != 60 {
				t.Errorf("%s fails: %v, %v", step.fails, answer.ByVersion, answer.ByStatus)
			}
		}
	})
}
