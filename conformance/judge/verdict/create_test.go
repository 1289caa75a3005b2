package verdict

import (
	"strings"
	"testing"
)

// What a strict create does where it is easy to get wrong, a table a theme.

func TestNulls(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a null object is dropped":             {destinationRule("trafficPolicy: null"), ok},
		"a null map is dropped":                {destinationRule("subsets: [{name: v1, labels: null}]"), ok},
		"a null list is dropped":               {destinationRule("subsets: null"), ok},
		"a null map value is dropped":          {destinationRule("subsets: [{name: v1, labels: {version: null}}]"), ok},
		"a null required field is missing":     {object("networking.istio.io/v1", "DestinationRule", "name: r", "host: null"), "spec.host: Required value"},
		"a null array element is rejected":     {destinationRule("subsets: [null]"), "spec.subsets[0]"},
		"a null string in a list is rejected":  {destinationRule("exportTo: [null]"), "spec.exportTo[0]"},
		"an unknown null field is rejected":    {destinationRule("bogus: null"), `unknown field "spec.bogus"`},
		"a null in a nullable field is kept":   {destinationRule("trafficPolicy: {connectionPool: {http: {maxRetries: 1}}, outlierDetection: {consecutive5xxErrors: null}}"), ok},
		"a null spec is dropped, then missing": {"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: r}\nspec: null", ok},
	} {
		t.Run(name, func(t *testing.T) { checkAPIServer(t, judgeOne(t, c.text), c.want) })
	}
}

func TestUnknownFieldsAndRepeatedKeys(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"in the spec":              {destinationRule("trafficPolicy: {bogus: {}}"), `unknown field "spec.trafficPolicy.bogus"`},
		"in an array":              {destinationRule("subsets: [{name: v1, lables: {}}]"), `unknown field "spec.subsets[0].lables"`},
		"at the top":               {destinationRule("") + "bogus: 1\n", `unknown field "bogus"`},
		"in metadata":              {object("networking.istio.io/v1", "DestinationRule", "name: r\nbogus: 1", "host: a"), `unknown field "metadata.bogus"`},
		"snake_case":               {destinationRule("traffic_policy: {}"), `unknown field "spec.traffic_policy"`},
		"another case":             {destinationRule("Subsets: []"), `unknown field "spec.Subsets"`},
		"a repeated key":           {destinationRule("host: other"), `line 8: key "host" already set in map`},
		"anything in a free form":  {object("networking.istio.io/v1alpha3", "EnvoyFilter", "name: r", "configPatches: [{applyTo: CLUSTER, patch: {operation: MERGE, value: {anything: {goes: [1]}}}}]"), ok},
		"in the status":            {destinationRule("") + "status: {bogus: 1}\n", ok},
		"a status of a wrong type": {destinationRule("") + "status: 12\n", ok},
	} {
		t.Run(name, func(t *testing.T) { checkAPIServer(t, judgeOne(t, c.text), c.want) })
	}
}

func TestMetadata(t *testing.T) {
	withMetadata := func(lines string) string {
		return object("networking.istio.io/v1", "DestinationRule", lines, "host: reviews")
	}
	for name, c := range map[string]struct{ text, want string }{
		"a good one":                      {withMetadata("name: reviews.v1\nlabels: {a.io/b: C_1}\nannotations: {a: b c}"), ok},
		"no name":                         {withMetadata("labels: {}"), "metadata.name: Required value"},
		"no metadata":                     {"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nspec: {host: a}", "metadata.name: Required value"},
		"a generated name":                {withMetadata("generateName: reviews-"), ok},
		"a bad generated name":            {withMetadata("generateName: Reviews-"), "metadata.generateName: Invalid value"},
		"a bad name":                      {withMetadata("name: Reviews_v1"), "metadata.name: Invalid value"},
		"a name of 254":                   {withMetadata("name: " + strings.Repeat("a", 254)), "metadata.name: Invalid value"},
		"a name of 253":                   {withMetadata("name: " + strings.Repeat("a", 253)), ok},
		"a number as a name":              {withMetadata("name: 12"), "ObjectMeta.name of type string"},
		"a number as a label":             {withMetadata("name: r\nlabels: {version: 1}"), "ObjectMeta.labels of type string"},
		"a boolean as an annotation":      {withMetadata("name: r\nannotations: {a: true}"), "ObjectMeta.annotations of type string"},
		"a bad label value":               {withMetadata("name: r\nlabels: {version: v 1}"), "metadata.labels: Invalid value"},
		"a label value of 64":             {withMetadata("name: r\nlabels: {version: " + strings.Repeat("a", 64) + "}"), "metadata.labels"},
		"a bad label key":                 {withMetadata("name: r\nlabels: {/a: b}"), "metadata.labels: Invalid value"},
		"a bad namespace":                 {"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: r, namespace: Shop}\nspec: {host: a}", "metadata.namespace: Invalid value"},
		"no namespace: the default one":   {"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: r}\nspec: {host: a}", ok},
		"what the server owns is dropped": {withMetadata("name: r\nuid: x\ncreationTimestamp: null\ngeneration: 7\nmanagedFields: [{}]"), ok},
	} {
		t.Run(name, func(t *testing.T) { checkAPIServer(t, judgeOne(t, c.text), c.want) })
	}
}

func TestNumbersAndStrings(t *testing.T) {
	retries := func(value string) string { return virtualService("retries: {attempts: " + value + "}") }
	maxRetries := func(value string) string {
		return destinationRule("trafficPolicy: {connectionPool: {http: {maxRetries: " + value + "}}}")
	}
	ringSize := func(value string) string {
		return destinationRule("trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, ringHash: {minimumRingSize: " + value + "}}}}")
	}
	plugin := func(name string) string {
		return object("extensions.istio.io/v1alpha1", "WasmPlugin", "name: r", "url: oci://a/b\npluginName: "+name)
	}
	for name, c := range map[string]struct{ text, want string }{
		"an integer":                     {retries("5"), ok},
		"a float that is whole":          {retries("5.0"), ok},
		"a float that is not":            {retries("5.5"), "spec.http[0].retries.attempts"},
		"an exponent that is whole":      {retries("5e0"), ok},
		"a string":                       {retries(`"5"`), "must be of type integer"},
		"a boolean":                      {retries("true"), "must be of type int32"},
		"the greatest int32":             {maxRetries("2147483647"), ok},
		"more than an int32":             {maxRetries("2147483648"), "spec.trafficPolicy.connectionPool.http.maxRetries"},
		"a uint32 at its maximum":        {destinationRule("trafficPolicy: {outlierDetection: {consecutive5xxErrors: 4294967295}}"), ok},
		"a uint32 above it":              {destinationRule("trafficPolicy: {outlierDetection: {consecutive5xxErrors: 4294967296}}"), "consecutive5xxErrors"},
		"no maximum: the greatest int64": {ringSize("9223372036854775807"), ok},
		"no maximum: 2^63":               {ringSize("9223372036854775808"), "must be of type"},
		"lengths count code points, 256": {plugin(strings.Repeat("é", 256)), ok},
		"lengths count code points, 257": {plugin(strings.Repeat("é", 257)), "Too long"},
		"an enum":                        {destinationRule("trafficPolicy: {loadBalancer: {simple: RANDOM}}"), ok},
		"an enum's number":               {destinationRule("trafficPolicy: {loadBalancer: {simple: 2}}"), "loadBalancer.simple"},
		"an enum of another case":        {destinationRule("trafficPolicy: {loadBalancer: {simple: random}}"), "Unsupported value"},
		"one of two":                     {destinationRule("trafficPolicy: {loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}}}"), "loadBalancer"},
	} {
		t.Run(name, func(t *testing.T) { checkAPIServer(t, judgeOne(t, c.text), c.want) })
	}
}
