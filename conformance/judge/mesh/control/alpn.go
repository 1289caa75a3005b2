package control

import (
	"fmt"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	filterstate "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/common/set_filter_state/v3"
	setfilterstate "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/set_filter_state/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	cel "github.com/envoyproxy/go-control-plane/envoy/extensions/formatter/cel/v3"
	upstreams "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"

	"istio.io/istio/pilot/pkg/model"
	xdsfilters "istio.io/istio/pilot/pkg/xds/filters"
)

// Inside mTLS, the server tells HTTP from other bytes by the ALPN that the client offers. On a port whose protocol
// is not declared nothing else tells it, so without this the judge would take HTTP there for TCP and be wrong about
// every policy that looks at requests. Istio's Envoy has a filter of its own for it, "istio.alpn". Here its work is
// shared out over what a plain Envoy has: the clusters carry, as metadata, the ALPN for each protocol that a request
// may have come in, and a filter in the place of Istio's copies the right one to where TLS looks for it.
const alpnNamespace = "judge.alpn"

// The lists are Istio's.
const (
	alpnHTTP10 = "istio-http/1.0,istio,http/1.0"
	alpnHTTP11 = "istio-http/1.1,istio,http/1.1"
	alpnHTTP2  = "istio-h2,istio,h2"
)

// alpnFilter reads the cluster's metadata and sets the ALPN of the connection.
func alpnFilter() (*hcm.HttpFilter, error) {
	formatter, err := anypb.New(&cel.Cel{})
	if err != nil {
		return nil, err
	}
	expression := fmt.Sprintf("%%CEL(xds.cluster_metadata.filter_metadata['%s'][request.protocol])%%", alpnNamespace)
	config, err := anypb.New(&setfilterstate.Config{OnRequestHeaders: []*filterstate.FilterStateValue{{
		Key:                &filterstate.FilterStateValue_ObjectKey{ObjectKey: "envoy.network.application_protocols"},
		SharedWithUpstream: filterstate.FilterStateValue_ONCE,
		// A cluster without the metadata keeps the ALPN of its TLS settings.
		SkipIfEmpty: true,
		Value: &filterstate.FilterStateValue_FormatString{FormatString: &core.SubstitutionFormatString{
			Format: &core.SubstitutionFormatString_TextFormatSource{TextFormatSource: &core.DataSource{
				Specifier: &core.DataSource_InlineString{InlineString: expression},
			}},
			OmitEmptyValues: true,
			Formatters:      []*core.TypedExtensionConfig{{Name: "envoy.formatter.cel", TypedConfig: formatter}},
		}},
	}}})
	if err != nil {
		return nil, err
	}
	return &hcm.HttpFilter{Name: xdsfilters.AlpnFilterName, ConfigType: &hcm.HttpFilter_TypedConfig{TypedConfig: config}}, nil
}

// alpnClusters adds the metadata to what istiod makes.
type alpnClusters struct {
	model.XdsResourceGenerator
}

func (g alpnClusters) Generate(proxy *model.Proxy, watched *model.WatchedResource, request *model.PushRequest) (model.Resources, model.XdsLogDetails, error) {
	resources, details, err := g.XdsResourceGenerator.Generate(proxy, watched, request)
	// Nothing means that there is nothing to send. An empty list would take every cluster away from the Envoy.
	if err != nil || resources == nil {
		return nil, details, err
	}
	marked := make(model.Resources, 0, len(resources))
	for _, resource := range resources {
		// istiod may keep the original for other proxies, so it stays as it is.
		with, err := markCluster(resource)
		if err != nil {
			return nil, details, err
		}
		marked = append(marked, with)
	}
	return marked, details, nil
}

func markCluster(resource *discovery.Resource) (*discovery.Resource, error) {
	c := &cluster.Cluster{}
	if err := resource.GetResource().UnmarshalTo(c); err != nil {
		return nil, err
	}
	// istiod says so of clusters outside the mesh that do their own TLS.
	if c.GetMetadata().GetFilterMetadata()["istio"].GetFields()["alpn_override"].GetStringValue() == "false" {
		return resource, nil
	}
	lists, err := alpnByProtocol(c)
	if err != nil {
		return nil, err
	}
	if c.Metadata == nil {
		c.Metadata = &core.Metadata{}
	}
	if c.Metadata.FilterMetadata == nil {
		c.Metadata.FilterMetadata = map[string]*structpb.Struct{}
	}
	c.Metadata.FilterMetadata[alpnNamespace] = lists
	packed, err := anypb.New(c)
	if err != nil {
		return nil, err
	}
	copied := proto.Clone(resource).(*discovery.Resource)
	copied.Resource = packed
	return copied, nil
}

// alpnByProtocol maps the protocol of a request to the ALPN of the connection that takes it on. Only a cluster whose
// protocol istiod does not know speaks what the request came in.
func alpnByProtocol(c *cluster.Cluster) (*structpb.Struct, error) {
	options := &upstreams.HttpProtocolOptions{}
	if packed := c.GetTypedExtensionProtocolOptions()["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]; packed != nil {
		if err := packed.UnmarshalTo(options); err != nil {
			return nil, err
		}
	}
	lists := map[string]any{"HTTP/1.0": alpnHTTP11, "HTTP/1.1": alpnHTTP11, "HTTP/2": alpnHTTP11}
	switch {
	case options.GetUseDownstreamProtocolConfig() != nil:
		lists = map[string]any{"HTTP/1.0": alpnHTTP10, "HTTP/1.1": alpnHTTP11, "HTTP/2": alpnHTTP2}
	case options.GetExplicitHttpConfig().GetHttp2ProtocolOptions() != nil:
		lists = map[string]any{"HTTP/1.0": alpnHTTP2, "HTTP/1.1": alpnHTTP2, "HTTP/2": alpnHTTP2}
	}
	return structpb.NewStruct(lists)
}
