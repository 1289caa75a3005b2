package push

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	v3 "istio.io/istio/pilot/pkg/xds/v3"

	"cdk8s-istio/conformance/judge/mesh/envoy"
)

// Size is what one type of a proxy's configuration comes to.
type Size struct {
	Bytes     int `json:"bytes"`
	Resources int `json:"resources"`
}

// patience is how long one push to one proxy may take.
const patience = 10 * time.Minute

// types are what is measured, in the order in which istiod sends them.
var types = []string{v3.ClusterType, v3.EndpointType, v3.ListenerType, v3.RouteType}

// proxy asks istiod for its configuration as an Envoy does, and keeps nothing of it but its size.
type proxy struct {
	name   string
	stream discovery.AggregatedDiscoveryService_StreamAggregatedResourcesClient
	node   *core.Node

	mutex    sync.Mutex
	changed  *sync.Cond
	sizes    map[string]Size
	arrivals map[string]int
	names    map[string][]string
	// absent types are those of which the proxy has nothing to ask for.
	absent  map[string]bool
	failure error
}

// connect begins the conversation.
func connect(ctx context.Context, name string, node envoy.Node, connection grpc.ClientConnInterface) (*proxy, error) {
	introduced, err := introduction(node)
	if err != nil {
		return nil, err
	}
	stream, err := discovery.NewAggregatedDiscoveryServiceClient(connection).StreamAggregatedResources(ctx)
	if err != nil {
		return nil, err
	}
	p := &proxy{name: name, stream: stream, node: introduced, sizes: map[string]Size{}, arrivals: map[string]int{}, names: map[string][]string{}, absent: map[string]bool{}}
	p.changed = sync.NewCond(&p.mutex)
	if err := stream.Send(&discovery.DiscoveryRequest{TypeUrl: v3.ClusterType, Node: introduced}); err != nil {
		return nil, err
	}
	go p.receive()
	return p, nil
}

// introduction is the node of the bootstrap that an Envoy of the mesh would start with.
func introduction(node envoy.Node) (*core.Node, error) {
	bootstrap, err := envoy.Bootstrap(node, "", "")
	if err != nil {
		return nil, err
	}
	var parts struct{ Node json.RawMessage }
	if err := json.Unmarshal(bootstrap, &parts); err != nil {
		return nil, err
	}
	introduced := &core.Node{}
	return introduced, protojson.Unmarshal(parts.Node, introduced)
}

func (p *proxy) receive() {
	for {
		response, err := p.stream.Recv()
		if err == nil {
			err = p.take(response)
		}
		if err != nil {
			p.fail(err)
			return
		}
	}
}

func (p *proxy) fail(err error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.failure = err
	p.changed.Broadcast()
}

// take notes a response, acknowledges it, and asks for what it names.
func (p *proxy) take(response *discovery.DiscoveryResponse) error {
	kind := response.GetTypeUrl()
	p.mutex.Lock()
	first := p.arrivals[kind] == 0
	p.sizes[kind] = Size{proto.Size(response), len(response.GetResources())}
	p.arrivals[kind]++
	names := p.names[kind]
	p.changed.Broadcast()
	p.mutex.Unlock()
	acknowledged := &discovery.DiscoveryRequest{
		TypeUrl: kind, VersionInfo: response.GetVersionInfo(), ResponseNonce: response.GetNonce(), ResourceNames: names,
	}
	if err := p.stream.Send(acknowledged); err != nil || !first {
		return err
	}
	switch kind {
	case v3.ClusterType:
		named, err := namesIn(response.GetResources(), endpointName)
		if err != nil {
			return err
		}
		if err := p.ask(v3.EndpointType, named); err != nil {
			return err
		}
		return p.ask(v3.ListenerType, nil)
	case v3.ListenerType:
		named, err := namesIn(response.GetResources(), routeNames)
		if err != nil {
			return err
		}
		return p.ask(v3.RouteType, named)
	}
	return nil
}

func (p *proxy) ask(kind string, names []string) error {
	p.mutex.Lock()
	p.names[kind] = names
	p.absent[kind] = kind != v3.ListenerType && len(names) == 0
	absent := p.absent[kind]
	p.changed.Broadcast()
	p.mutex.Unlock()
	if absent {
		return nil
	}
	return p.stream.Send(&discovery.DiscoveryRequest{TypeUrl: kind, ResourceNames: names})
}

// await waits until every type has arrived so often.
func (p *proxy) await(times int) error {
	// A proxy that hears nothing more would be waited for in vain.
	late := time.AfterFunc(patience, func() { p.fail(fmt.Errorf("it was not sent everything within %s", patience)) })
	defer late.Stop()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for {
		if p.failure != nil {
			return fmt.Errorf("%s: %w", p.name, p.failure)
		}
		complete := true
		for _, kind := range types {
			complete = complete && (p.arrivals[kind] >= times || p.absent[kind])
		}
		if complete {
			return nil
		}
		p.changed.Wait()
	}
}

// forget lets the count of arrivals begin anew after the first configuration.
func (p *proxy) forget() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, kind := range types {
		p.arrivals[kind] = 1
	}
}

func namesIn(resources []*anypb.Any, find func(*anypb.Any) ([]string, error)) ([]string, error) {
	var names []string
	seen := map[string]bool{}
	for _, resource := range resources {
		found, err := find(resource)
		if err != nil {
			return nil, err
		}
		for _, name := range found {
			if !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names, nil
}

func endpointName(resource *anypb.Any) ([]string, error) {
	c := &cluster.Cluster{}
	if err := resource.UnmarshalTo(c); err != nil {
		return nil, err
	}
	if c.GetType() != cluster.Cluster_EDS {
		return nil, nil
	}
	if name := c.GetEdsClusterConfig().GetServiceName(); name != "" {
		return []string{name}, nil
	}
	return []string{c.GetName()}, nil
}

func routeNames(resource *anypb.Any) ([]string, error) {
	l := &listener.Listener{}
	if err := resource.UnmarshalTo(l); err != nil {
		return nil, err
	}
	var names []string
	chains := l.GetFilterChains()
	if l.GetDefaultFilterChain() != nil {
		chains = append(chains, l.GetDefaultFilterChain())
	}
	for _, chain := range chains {
		for _, filter := range chain.GetFilters() {
			manager := &hcm.HttpConnectionManager{}
			if !filter.GetTypedConfig().MessageIs(manager) {
				continue
			}
			if err := filter.GetTypedConfig().UnmarshalTo(manager); err != nil {
				return nil, err
			}
			if name := manager.GetRds().GetRouteConfigName(); name != "" {
				names = append(names, name)
			}
		}
	}
	return names, nil
}
