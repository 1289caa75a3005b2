// Package envoy starts real Envoys as sidecars and gateways and talks to their admin pages.
package envoy

import (
	"encoding/json"
	"fmt"
)

// AdminPort is where a pod's Envoy answers questions about itself.
const AdminPort = 15000

// IdentityMetadata is the gRPC metadata in which an Envoy tells the judge's control plane its identity.
const IdentityMetadata = "x-judge-identity"

// istioVersion is what the proxies say they are; istiod leaves out what an older proxy would not understand.
const istioVersion = "1.31.0"

// Node is a pod as its Envoy introduces it to istiod.
type Node struct {
	Gateway bool
	// Machine: it is no pod. Group is the WorkloadGroup by which istiod registers it.
	Machine bool
	Group   string
	// Probe is how the machine's agent was told to ask for the health of the application, as JSON.
	Probe          json.RawMessage
	IP             string
	Pod            string
	Workload       string
	Namespace      string
	ServiceAccount string
	// NodeName is the machine that the pod runs on.
	NodeName string
	// Region, Zone and SubZone say where that is.
	Region, Zone, SubZone string
	// Identity is the SPIFFE ID.
	Identity    string
	Labels      map[string]string
	Annotations map[string]string
	Ports       []Port
}

// Port is a container port, in the form in which the injector writes it for the proxy.
type Port struct {
	Name          string `json:"name,omitempty"`
	ContainerPort int32  `json:"containerPort"`
	Protocol      string `json:"protocol"`
}

// ID is the node id that istiod parses.
func (n Node) ID() string {
	kind := "sidecar"
	if n.Gateway {
		kind = "router"
	}
	return fmt.Sprintf("%s~%s~%s.%s~%s.svc.cluster.local", kind, n.IP, n.Pod, n.Namespace, n.Namespace)
}

// Bootstrap is the configuration Envoy starts with: who it is, and where istiod and its certificates are. It keeps
// to what Istio's agent writes, without what only the agent serves.
func Bootstrap(node Node, discoverySocket, secretSocket string) ([]byte, error) {
	// istiod takes the ports as text, as they reach a real proxy through its environment.
	ports, err := json.Marshal(node.Ports)
	if err != nil {
		return nil, err
	}
	metadata := object{
		"NAMESPACE":         node.Namespace,
		"LABELS":            node.Labels,
		"ANNOTATIONS":       node.Annotations,
		"SERVICE_ACCOUNT":   node.ServiceAccount,
		"WORKLOAD_NAME":     node.Workload,
		"NAME":              node.Pod,
		"NODE_NAME":         node.NodeName,
		"ISTIO_VERSION":     istioVersion,
		"CLUSTER_ID":        "Kubernetes",
		"MESH_ID":           "cluster.local",
		"INSTANCE_IPS":      node.IP,
		"POD_PORTS":         string(ports),
		"INTERCEPTION_MODE": "REDIRECT",
	}
	if node.Gateway {
		// Without capture, Envoy itself binds the ports.
		metadata["INTERCEPTION_MODE"] = "NONE"
		metadata["UNPRIVILEGED_POD"] = "false"
	}
	if node.Machine {
		delete(metadata, "POD_PORTS")
		delete(metadata, "NODE_NAME")
	}
	if node.Group != "" {
		metadata["AUTO_REGISTER_GROUP"] = node.Group
	}
	if node.Probe != nil {
		metadata["PROXY_CONFIG"] = object{"readinessProbe": node.Probe}
	}
	introduction := object{
		"id":       node.ID(),
		"cluster":  node.Workload + "." + node.Namespace,
		"metadata": metadata,
	}
	if node.Region != "" {
		introduction["locality"] = object{"region": node.Region, "zone": node.Zone, "sub_zone": node.SubZone}
	}
	ads := object{"ads": object{}, "initial_fetch_timeout": "0s", "resource_api_version": "V3"}
	return json.MarshalIndent(object{
		"node":  introduction,
		"admin": object{"address": socketAddress("127.0.0.1", AdminPort)},
		"layered_runtime": object{"layers": []any{
			object{"name": "static", "static_layer": object{
				// Istio's agent sets these; they decide about requests.
				"re2.max_program_size.error_level":                                                                     32768,
				"envoy.reloadable_features.http_reject_path_with_fragment":                                             false,
				"envoy.reloadable_features.coalesce_lb_rebuilds_on_batch_update":                                       false,
				"envoy.deprecated_features:envoy.config.listener.v3.Listener.hidden_envoy_deprecated_use_original_dst": true,
			}},
			object{"name": "admin", "admin_layer": object{}},
		}},
		"bootstrap_extensions": []any{object{
			"name": "envoy.bootstrap.internal_listener",
			"typed_config": object{
				"@type": "type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener",
			},
		}},
		"dynamic_resources": object{
			"lds_config": ads,
			"cds_config": ads,
			"ads_config": object{
				// State of the world and not deltas: each push is then answered in full, which is how the
				// judge knows that a change has arrived.
				"api_type":                       "GRPC",
				"set_node_on_first_message_only": true,
				"transport_api_version":          "V3",
				"grpc_services": []any{object{
					"envoy_grpc": object{"cluster_name": "xds-grpc"},
					// Who the pod is; istiod hands certificates only to gateways it knows.
					"initial_metadata": []any{object{"key": IdentityMetadata, "value": node.Identity}},
				}},
			},
		},
		"static_resources": object{"clusters": []any{
			grpcCluster("xds-grpc", discoverySocket),
			grpcCluster("sds-grpc", secretSocket),
		}},
		"overload_manager": object{"resource_monitors": []any{object{
			"name": "envoy.resource_monitors.global_downstream_max_connections",
			"typed_config": object{
				"@type":                             "type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
				"max_active_downstream_connections": 2147483647,
			},
		}}},
	}, "", " ")
}

type object map[string]any

func socketAddress(address string, port int) object {
	return object{"socket_address": object{"address": address, "port_value": port}}
}

// grpcCluster reaches a service of the judge. A unix socket crosses network namespaces, so the pods' network needs
// no way out to it.
func grpcCluster(name, socket string) object {
	return object{
		"name":            name,
		"type":            "STATIC",
		"connect_timeout": "5s",
		"typed_extension_protocol_options": object{
			"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": object{
				"@type":                "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
				"explicit_http_config": object{"http2_protocol_options": object{}},
			},
		},
		"load_assignment": object{
			"cluster_name": name,
			"endpoints": []any{object{"lb_endpoints": []any{object{
				"endpoint": object{"address": object{"pipe": object{"path": socket}}},
			}}}},
		},
	}
}
