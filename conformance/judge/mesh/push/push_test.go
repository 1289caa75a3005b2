package push

import (
	"os"
	"path/filepath"
	"testing"
)

const shop = "../testdata/shop.yaml"

const narrow = `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [./front.shop.svc.cluster.local]}]}
`

func measured(t *testing.T, options Options) *Report {
	t.Helper()
	options.Runs, options.EveryNth, options.Report = 2, max(options.EveryNth, 1), func(string) {}
	report, err := Run(options)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestAProxyIsSentEverythingAndWithASidecarLess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sidecar.yaml")
	if err := os.WriteFile(path, []byte(narrow), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := measured(t, Options{Paths: []string{shop}, Proxies: []string{"shop/front"}})
	scoped := measured(t, Options{Paths: []string{shop, path}, Proxies: []string{"shop/front"}})
	for name, report := range map[string]*Report{"whole": whole, "scoped": scoped} {
		proxy := report.Proxies[0]
		for kind, size := range map[string]Size{"CDS": proxy.CDS, "EDS": proxy.EDS, "LDS": proxy.LDS, "RDS": proxy.RDS} {
			if size.Resources < 1 || size.Bytes < 100 {
				t.Errorf("%s: %s is %+v", name, kind, size)
			}
		}
		if len(report.Push.Runs) != 2 || report.Push.Min > report.Push.Median || report.Push.Median > report.Push.Max || report.Push.Min <= 0 {
			t.Errorf("%s: %+v", name, report.Push)
		}
		if sum := proxy.CDS.Bytes + proxy.EDS.Bytes + proxy.LDS.Bytes + proxy.RDS.Bytes; proxy.Bytes != sum {
			t.Errorf("%s: %d bytes, not %d", name, proxy.Bytes, sum)
		}
	}
	if less, more := scoped.Proxies[0], whole.Proxies[0]; less.CDS.Resources >= more.CDS.Resources || less.Bytes >= more.Bytes {
		t.Errorf("scoped: %+v, whole: %+v", less, more)
	}
}

func TestWithoutNamesEveryNthWorkloadConnects(t *testing.T) {
	all, third := measured(t, Options{Paths: []string{shop}}), measured(t, Options{Paths: []string{shop}, EveryNth: 3})
	if len(all.Proxies) != 6 || len(third.Proxies) != 2 || third.Proxies[1].Proxy != all.Proxies[3].Proxy {
		t.Errorf("%d and %d proxies", len(all.Proxies), len(third.Proxies))
	}
}

func TestAProxyThatDoesNotExist(t *testing.T) {
	if _, err := Run(Options{Paths: []string{shop}, Proxies: []string{"shop/nobody"}, Runs: 1, Report: func(string) {}}); err == nil {
		t.Error("it was measured")
	}
}
