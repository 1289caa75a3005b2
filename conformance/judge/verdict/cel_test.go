package verdict

import "testing"

func TestRules(t *testing.T) {
	timeout := func(value string) string { return virtualService("timeout: " + value) }
	jwksURI := func(value string) string {
		return object("security.istio.io/v1", "RequestAuthentication", "name: r", `jwtRules: [{issuer: a, jwksUri: "`+value+`"}]`)
	}
	portLevel := func(port string) string {
		return object("security.istio.io/v1", "PeerAuthentication", "name: r",
			"selector: {matchLabels: {app: a}}\nportLevelMtls: {"+port+": {mode: STRICT}}")
	}
	for name, c := range map[string]struct{ text, want string }{
		"a duration":                               {timeout("1.5s"), ok},
		"a duration of 0":                          {timeout("0s"), "must be a valid duration greater than 1ms"},
		"a duration below 1ms":                     {timeout("999us"), "must be a valid duration greater than 1ms"},
		"a duration of half milliseconds":          {timeout("1.5ms"), ok},
		"a duration without a unit":                {timeout(`"5"`), "timeout"},
		"a duration in days":                       {timeout("1d"), "timeout"}, // the evaluation itself fails, and that rejects
		"a URL":                                    {jwksURI("https://a.example/keys"), ok},
		"a URL of another scheme":                  {jwksURI("ftp://a.example/keys"), "jwksUri"},
		"a URL that Go cannot parse":               {jwksURI("https://a.example/%zz"), "jwksUri"},
		"a URL that Go can parse: a space":         {jwksURI("https://a.example/a b"), ok},
		"int('80')":                                {portLevel(`"80"`), ok},
		"int('+80')":                               {portLevel(`"+80"`), ok},
		"int('080')":                               {portLevel(`"080"`), ok},
		"int('65536')":                             {portLevel(`"65536"`), "port"},
		"int('http'), an evaluation error":         {portLevel("http"), "portLevelMtls"},
		"a list of unique ports (list type map)":   {gateway("{number: 80, name: a, protocol: HTTP}", "{number: 81, name: b, protocol: HTTP}"), ok},
		"a list type map with the same key twice":  {serviceEntry("{number: 80, name: a}", "{number: 81, name: a}"), `Duplicate value: {"name":"a"}`},
		"a rule over the list: port numbers twice": {serviceEntry("{number: 80, name: a}", "{number: 80, name: b}"), "port number cannot be duplicated"},
	} {
		t.Run(name, func(t *testing.T) { checkAPIServer(t, judgeOne(t, c.text), c.want) })
	}
}

// After a wrong type or a missing field the rules are not run, and the server says so.
func TestRulesAreNotRunOnABrokenObject(t *testing.T) {
	v := judgeOne(t, virtualService("timeout: 0s\nretries: {attempts: many}"))
	checkAPIServer(t, v, "some validation rules were not checked")
	for _, message := range v.APIServer.Errors {
		if message == "spec.http[0].timeout: Invalid value: \"0s\": must be a valid duration greater than 1ms" {
			t.Error("a rule was run although the object has a wrong type")
		}
	}
}

func gateway(servers ...string) string {
	spec := "selector: {istio: ingress}\nservers:\n"
	for _, port := range servers {
		spec += "- {hosts: [a.example], port: " + port + "}\n"
	}
	return object("networking.istio.io/v1", "Gateway", "name: r", spec)
}

func serviceEntry(ports ...string) string {
	spec := "hosts: [a.example]\nresolution: DNS\nports:\n"
	for _, port := range ports {
		spec += "- " + port + "\n"
	}
	return object("networking.istio.io/v1", "ServiceEntry", "name: r", spec)
}
