package control

import (
	"fmt"
	"net"
	"sort"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	"k8s.io/apimachinery/pkg/runtime"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pilot/test/xdstest"
	"istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/network"

	"cdk8s-istio/conformance/judge/mesh/topology"
)

// Clusters are what one control plane sees: its own cluster, with Istio's objects, and others by their remote secrets.
type Clusters struct {
	// Primary is the name of the cluster of the control plane.
	Primary string `json:"primary"`
	// Manifests are, by cluster, YAML of what its API server has: nothing is derived from it.
	Manifests map[string]string `json:"manifests"`
	Proxies   []ClusterProxy    `json:"proxies"`
	// Kubeconfigs are, by cluster, what remote secrets hold.
	Kubeconfigs map[string]string `json:"kubeconfigs"`
}

// ClusterProxy is a proxy that asks the control plane.
type ClusterProxy struct {
	Name      string            `json:"name"`
	Cluster   string            `json:"cluster"`
	Network   string            `json:"network"`
	Namespace string            `json:"namespace"`
	Address   string            `json:"address"`
	Region    string            `json:"region"`
	Labels    map[string]string `json:"labels"`
	// Gateway makes it a gateway, which sees its own network alone.
	Gateway bool `json:"gateway"`
}

// ProxyView is what a proxy is told.
type ProxyView struct {
	Name string `json:"name"`
	// Endpoints are, by Envoy cluster, where its connections go.
	Endpoints map[string][]ClusterEndpoint `json:"endpoints"`
	// Listeners are the ports it opens, with the SNIs that it knows there.
	Listeners map[string][]string `json:"listeners"`
	// Streams are, by listener, the Envoy clusters that connections of bytes go on to.
	Streams map[string][]string `json:"streams"`
}

// ClusterEndpoint is one address.
type ClusterEndpoint struct {
	Address  string `json:"address"`
	Port     uint32 `json:"port"`
	Region   string `json:"region"`
	Priority uint32 `json:"priority"`
	Weight   uint32 `json:"weight"`
	// MutualTLS says whether auto mTLS is spoken to it.
	MutualTLS bool `json:"mutualTls"`
}

// APIServers reads the kubeconfigs as istiod reads those of remote secrets: where each leads, or why istiod would not take it.
func (c Clusters) APIServers() map[string]string {
	servers := map[string]string{}
	for name, text := range c.Kubeconfigs {
		read, err := kube.NewUntrustedRestConfig([]byte(text))
		if err != nil {
			servers[name] = "refused: " + err.Error()
			continue
		}
		servers[name] = read.Host
	}
	return servers
}

// Views asks Istio's own discovery server what it tells each proxy.
func (c Clusters) Views(report func(string)) ([]ProxyView, error) {
	options := xds.FakeOptions{
		DefaultClusterName:         cluster.ID(c.Primary),
		KubernetesObjectsByCluster: map[cluster.ID][]runtime.Object{},
		DisableSecretAuthorization: true,
	}
	for name, text := range c.Manifests {
		objects, configs, err := sortCluster(text, name)
		if err != nil {
			return nil, err
		}
		options.KubernetesObjectsByCluster[cluster.ID(name)] = objects
		// A control plane reads the configuration of its own cluster alone.
		if name == c.Primary {
			options.Configs = configs
		}
	}
	life := &lifetime{report: report}
	options.KubeClientModifier = life.installCRDs
	defer life.end()
	views := []ProxyView{}
	err := life.run(func() {
		server := xds.NewFakeDiscoveryServer(life, options)
		for _, proxy := range c.Proxies {
			views = append(views, proxy.view(server))
		}
	})
	return views, err
}

func sortCluster(text, name string) ([]runtime.Object, []config.Config, error) {
	documents, err := topology.Parse([]byte(text), name)
	if err != nil {
		return nil, nil, err
	}
	var objects []runtime.Object
	var configs []config.Config
	for _, document := range documents {
		if strings.HasSuffix(document.GroupVersionKind().Group, ".istio.io") {
			read, err := Config(document)
			if err != nil {
				return nil, nil, err
			}
			configs = append(configs, read)
			continue
		}
		raw, err := document.MarshalJSON()
		if err != nil {
			return nil, nil, err
		}
		object, _, err := kube.IstioCodec.UniversalDeserializer().Decode(raw, nil, nil)
		if err != nil {
			return nil, nil, fmt.Errorf("%s (%s): %w", document, name, err)
		}
		objects = append(objects, object)
	}
	return objects, configs, nil
}

func (p ClusterProxy) view(server *xds.FakeDiscoveryServer) ProxyView {
	metadata := &model.NodeMetadata{
		ClusterID: cluster.ID(p.Cluster), Network: network.ID(p.Network), Namespace: p.Namespace, Labels: p.Labels,
	}
	proxy := &model.Proxy{
		ID: p.Name + "." + p.Namespace, Type: model.SidecarProxy, IPAddresses: []string{p.Address}, ConfigNamespace: p.Namespace,
		Labels: p.Labels, Metadata: metadata, Locality: &corev3.Locality{Region: p.Region},
	}
	if p.Gateway {
		proxy.Type = model.Router
		metadata.RequestedNetworkView = []string{p.Network}
	}
	proxy = server.SetupProxy(proxy)
	view := ProxyView{Name: p.Name, Endpoints: map[string][]ClusterEndpoint{}, Listeners: map[string][]string{}, Streams: map[string][]string{}}
	for _, assignment := range server.Endpoints(proxy) {
		view.Endpoints[assignment.ClusterName] = endpointsOf(assignment)
	}
	for _, listener := range server.Listeners(proxy) {
		address := listener.GetAddress().GetSocketAddress()
		port := net.JoinHostPort(address.GetAddress(), fmt.Sprint(address.GetPortValue()))
		names, streams := []string{}, []string{}
		for _, chain := range listener.GetFilterChains() {
			names = append(names, chain.GetFilterChainMatch().GetServerNames()...)
			if stream := xdstest.ExtractTCPProxy(server.T(), chain); stream != nil {
				streams = append(streams, stream.GetCluster())
			}
		}
		sort.Strings(names)
		view.Listeners[port], view.Streams[port] = names, streams
	}
	return view
}

func endpointsOf(assignment *endpointv3.ClusterLoadAssignment) []ClusterEndpoint {
	all := []ClusterEndpoint{}
	for _, group := range assignment.GetEndpoints() {
		for _, one := range group.GetLbEndpoints() {
			address := one.GetEndpoint().GetAddress().GetSocketAddress()
			tls := one.GetMetadata().GetFilterMetadata()["envoy.transport_socket_match"].GetFields()["tlsMode"].GetStringValue()
			all = append(all, ClusterEndpoint{
				Address: address.GetAddress(), Port: address.GetPortValue(), Region: group.GetLocality().GetRegion(), Priority: group.GetPriority(),
				Weight: one.GetLoadBalancingWeight().GetValue(), MutualTLS: tls == "istio",
			})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Address < all[j].Address })
	return all
}
