package app

import (
	"context"
	"encoding/json"
	"net"
	"strconv"
	"testing"
	"time"
)

// loopback is a pod's network on the machine's own loopback.
type loopback struct{}

func (loopback) Listen(port int) (net.Listener, error) {
	return net.Listen("tcp4", "127.0.0.1:"+strconv.Itoa(port))
}

func dial(ctx context.Context, address string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, "tcp4", address)
}

// freePort finds a port that nothing listens on.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := loopback{}.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func open(t *testing.T, spoken Port) (*Application, string) {
	t.Helper()
	spoken.Number = freePort(t)
	port := spoken.Number
	a := New(Identity{Pod: "shop/back/0", Workload: "shop/back", Version: "v1"}, loopback{}, []Port{spoken}, time.Now())
	if err := a.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a, "127.0.0.1:" + strconv.Itoa(port)
}

func send(t *testing.T, address string, order Order) Result {
	t.Helper()
	if order.URL == "" {
		order.URL = "http://" + address + "/x?q=1"
	}
	if err := order.Check(); err != nil {
		t.Fatal(err)
	}
	return order.Run(dial, func() string { return address })[0]
}

func behave(t *testing.T, a *Application, behaviour Behaviour) {
	t.Helper()
	if err := a.Behave(behaviour); err != nil {
		t.Fatal(err)
	}
}

func TestAnswersSayWhoAndWhatArrived(t *testing.T) {
	a, address := open(t, Port{})
	result := send(t, address, Order{Method: "PUT", Body: "body", Headers: Headers{"X-One": {"1", "2"}, "Host": {"other:1"}}})
	if result.Status != 200 || result.Identity == nil || result.Pod != "shop/back/0" || result.Version != "v1" {
		t.Fatalf("%+v", result)
	}
	seen := result.Seen
	if seen.Method != "PUT" || seen.Path != "/x?q=1" || seen.Host != "other:1" || seen.Headers["x-one"] != "1, 2" {
		t.Errorf("%+v", seen)
	}
	received := a.Received("x-one")
	if received.Total != 1 || received.ByMethodPath["PUT /x"] != 1 || received.ByHeader["1, 2"] != 1 || received.Connections != 1 {
		t.Errorf("%+v", received)
	}
	a.ResetCounts()
	if received := a.Received(""); received.Total != 0 || len(received.Last) != 0 {
		t.Errorf("%+v", received)
	}
}

func TestEveryProtocolIsSpoken(t *testing.T) {
	_, address := open(t, Port{})
	if result := send(t, address, Order{HTTPVersion: "2"}); result.Status != 200 || result.Seen.Proto != "HTTP/2.0" {
		t.Errorf("h2c: %+v", result)
	}
	grpc := send(t, address, Order{HTTPVersion: "2", Method: "POST", Headers: Headers{"Content-Type": {"application/grpc"}}})
	if grpc.Status != 200 || grpc.GRPCStatus != "0" || grpc.Identity == nil {
		t.Errorf("gRPC: %+v", grpc)
	}
	socket := send(t, address, Order{URL: "ws://" + address + "/x", WebSocket: &WebSocket{HoldMs: 50, Messages: 3}})
	if socket.Status != 101 || socket.Identity == nil || socket.WebSocket.Echoed != 3 || socket.WebSocket.ClosedBy != "client" {
		t.Errorf("WebSocket: %+v", socket)
	}
	_, secured := open(t, Port{TLS: true})
	for version, proto := range map[string]string{"1.1": "HTTP/1.1", "2": "HTTP/2.0"} {
		order := Order{URL: "https://" + secured + "/x", HTTPVersion: version, Headers: Headers{"Host": {"shop.example.com"}}}
		if result := send(t, secured, order); result.Status != 200 || result.Seen.Proto != proto || result.Seen.SNI != "shop.example.com" {
			t.Errorf("TLS: %+v", result)
		}
	}
	if result := send(t, secured, Order{}); result.Status != 400 || result.Identity != nil {
		t.Errorf("plaintext to TLS: %+v", result)
	}
	_, bytes := open(t, Port{TCP: true})
	if result := send(t, bytes, Order{URL: "tcp://" + bytes}); result.Key() != "ok" || result.Identity == nil {
		t.Errorf("TCP: %+v", result)
	}
}

func TestFailuresAreToldApart(t *testing.T) {
	a, address := open(t, Port{})
	behave(t, a, Behaviour{Close: true})
	for _, version := range []string{"1.1", "2"} {
		if result := send(t, address, Order{HTTPVersion: version}); result.Key() != "reset" {
			t.Errorf("closed, HTTP %s: %+v", version, result)
		}
	}
	behave(t, a, Behaviour{Healthy: true})
	behave(t, a, Behaviour{DelayMs: 2000})
	if result := send(t, address, Order{TimeoutMs: 50}); result.Key() != "timeout" {
		t.Errorf("slow: %+v", result)
	}
	refuse := true
	behave(t, a, Behaviour{Refuse: &refuse})
	if result := send(t, address, Order{}); result.Key() != "refused" {
		t.Errorf("refused: %+v", result)
	}
	behave(t, a, Behaviour{Healthy: true})
	if result := send(t, address, Order{URL: "https://" + address}); result.Key() != "tls" {
		t.Errorf("TLS to plaintext: %+v", result)
	}
	if result := send(t, address, Order{}); result.Key() != "200" {
		t.Errorf("healthy: %+v", result)
	}
}

func TestRulesHoldForWhatTheyName(t *testing.T) {
	a, address := open(t, Port{})
	behave(t, a, Behaviour{Status: 500, Method: "GET", Path: "/api/*", Next: 2})
	status := func(method, path string) int {
		return send(t, address, Order{URL: "http://" + address + path, Method: method}).Status
	}
	got := []int{status("POST", "/api/x"), status("GET", "/other"), status("GET", "/api/x"), status("GET", "/api/y?q"), status("GET", "/api/x")}
	for i, want := range []int{200, 200, 500, 500, 200} {
		if got[i] != want {
			t.Errorf("answers %v", got)
			break
		}
	}
	behave(t, a, Behaviour{Status: 503})
	behave(t, a, Behaviour{Status: 404, Path: "/new"})
	if first, second := status("GET", "/new"), status("GET", "/old"); first != 404 || second != 503 {
		t.Errorf("the newest rule that matches must hold: %d, %d", first, second)
	}
}

func TestBehaviourThatDoesNothingIsRefused(t *testing.T) {
	yes := true
	for name, behaviour := range map[string]Behaviour{
		"nothing": {}, "only a path": {Path: "/x"}, "healthy and more": {Healthy: true, Status: 500},
		"refuse and more": {Refuse: &yes, Status: 500}, "status 99": {Status: 99}, "status 101": {Status: 101},
	} {
		if behaviour.check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestOrdersAreChecked(t *testing.T) {
	for name, order := range map[string]Order{
		"no url": {}, "no host": {URL: "http:///x"}, "ftp": {URL: "ftp://a/"}, "TCP without a port": {URL: "tcp://a"},
		"HTTP 3": {URL: "http://a", HTTPVersion: "3"}, "a million": {URL: "http://a", Count: 1_000_000},
		"a WebSocket over HTTP 2": {URL: "ws://a", HTTPVersion: "2"}, "a negative timeout": {URL: "http://a", TimeoutMs: -1},
	} {
		if order.Check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
	var headers Headers
	if err := json.Unmarshal([]byte(`{"a": "1", "b": ["2", "3"]}`), &headers); err != nil || len(headers["b"]) != 2 {
		t.Errorf("%v, %v", headers, err)
	}
	if json.Unmarshal([]byte(`{"a": 1}`), &headers) == nil {
		t.Error("a number was taken for a header")
	}
}
