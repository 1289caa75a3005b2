package ambient

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"sort"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/serviceregistry/ambient"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/config/schema/kind"
	"istio.io/istio/pkg/kube/krt"
	"istio.io/istio/pkg/workloadapi/security"

	"cdk8s-istio/conformance/judge/mesh/topology"
)

const (
	domain          = "cluster.local"
	systemNamespace = "istio-system"
	clusterID       = "Kubernetes"
	patience        = time.Minute
)

// Answer is what istiod makes of a set of manifests.
type Answer struct {
	// Workloads are the pods as ztunnel knows them.
	Workloads []Workload `json:"workloads"`
	// Services are the Services and hosts as ztunnel knows them.
	Services []Service `json:"services"`
	// Authorizations are the policies that ztunnel is given, also those made of PeerAuthentications.
	Authorizations []Authorization `json:"authorizations"`
	// Policies are the AuthorizationPolicies with what istiod writes into their status.
	Policies []Policy `json:"policies"`
}

// Workload is a pod.
type Workload struct {
	Name           string `json:"name"`
	Namespace      string `json:"namespace"`
	ServiceAccount string `json:"serviceAccount"`
	// Addresses are the pod's own.
	Addresses []string `json:"addresses"`
	// Tunnel: ztunnel stands before it.
	Tunnel bool `json:"tunnel"`
	// Waypoint is the host of the waypoint for calls of the pod itself.
	Waypoint string `json:"waypoint"`
	// Problem is why it has not the waypoint that it asks for.
	Problem string `json:"problem"`
	// Authorizations that select the pod, by namespace/name; those for a namespace or the mesh are not named by the pod.
	Authorizations []string `json:"authorizations"`
}

// Service is a Kubernetes Service or a host of a ServiceEntry.
type Service struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Hostname  string `json:"hostname"`
	// Waypoint is the host of its waypoint.
	Waypoint string `json:"waypoint"`
	// IngressUsesWaypoint: what comes from gateways goes through the waypoint, too.
	IngressUsesWaypoint bool   `json:"ingressUsesWaypoint"`
	Problem             string `json:"problem"`
}

// Authorization is a policy as ztunnel is given it.
type Authorization struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	// Message is Istio's own, as JSON.
	Message json.RawMessage `json:"message"`
}

// Policy is an AuthorizationPolicy and its status.
type Policy struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	// Ztunnel is the condition about ztunnel; nil where istiod writes none.
	Ztunnel *Condition `json:"ztunnel"`
	// Waypoint is the condition about waypoints; nil where istiod writes none.
	Waypoint *Condition `json:"waypoint"`
}

// Condition is one of the status.
type Condition struct {
	Status  bool   `json:"status"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// Report asks istiod's own code.
func Report(documents []topology.Document) (*Answer, error) {
	known, err := clusterOf(documents)
	if err != nil {
		return nil, err
	}
	stop := make(chan struct{})
	defer close(stop)
	made, err := collect(known, krt.NewOptionsBuilder(stop, "judge", nil), stop)
	if err != nil {
		return nil, err
	}
	return made.answer()
}

// collections are istiod's own.
type collections struct {
	services       krt.Collection[model.ServiceInfo]
	workloads      krt.Collection[model.WorkloadInfo]
	authorizations krt.Collection[model.WorkloadAuthorization]
	converted      krt.Collection[model.WorkloadAuthorization]
	bound          krt.Collection[model.WaypointPolicyStatus]
}

func collect(c *cluster, opts krt.OptionsBuilder, stop <-chan struct{}) (*collections, error) {
	mesh := meshwatcher.NewTestWatcher(nil)
	namespaces, pods, services := static(c.namespaces, opts), static(c.pods, opts), static(c.services, opts)
	gateways, classes := static(c.gateways, opts), static(c.classes, opts)
	entries, workloadEntries := static(c.serviceEntries, opts), static(c.workloadEntries, opts)
	policies, authentications := static(c.policies, opts), static(c.authentications, opts)
	networks := ambient.BuildNetworkCollections(namespaces, gateways, ambient.Options{SystemNamespace: systemNamespace, ClusterID: clusterID}, opts)
	builder := ambient.Builder{DomainSuffix: domain, ClusterID: clusterID, Networks: networks}
	waypoints := builder.WaypointsCollection(clusterID, gateways, classes, pods, opts)
	visibility := model.ServiceEntryVisibilityCollection(mesh.AsCollection(), opts)
	made := &collections{}
	made.converted, made.authorizations = ambient.PolicyCollections(policies, authentications, mesh, waypoints, opts, builder.Flags)
	made.services = builder.ServicesCollection(clusterID, services, entries, waypoints, namespaces, mesh, visibility, opts, true)
	made.bound = ambient.WaypointPolicyStatusCollection(policies, waypoints, services, entries, classes, mesh, visibility, namespaces, opts)
	nodes := ambient.NodesCollection(static(c.nodes, opts), opts.WithName("nodes")...)
	made.workloads = builder.WorkloadsCollection(pods, nodes, mesh, made.converted, authentications, waypoints, made.services,
		workloadEntries, entries, static(c.slices, opts), namespaces, opts)
	late := time.NewTimer(patience)
	defer late.Stop()
	ended := make(chan struct{})
	go func() {
		select {
		case <-late.C:
		case <-stop:
		}
		close(ended)
	}()
	for _, one := range []interface{ WaitUntilSynced(<-chan struct{}) bool }{made.services, made.workloads, made.authorizations, made.converted, made.bound} {
		if !one.WaitUntilSynced(ended) {
			return nil, fmt.Errorf("istiod's collections are not complete after %s", patience)
		}
	}
	return made, nil
}

func static[T any](objects []T, opts krt.OptionsBuilder) krt.Collection[T] {
	return krt.NewStaticCollection[T](nil, objects, opts.WithName(fmt.Sprintf("%T", objects))...)
}

func (c *collections) answer() (*Answer, error) {
	answer := &Answer{Workloads: []Workload{}, Services: []Service{}, Authorizations: []Authorization{}, Policies: []Policy{}}
	for _, one := range c.workloads.List() {
		addresses := []string{}
		for _, address := range one.Workload.Addresses {
			if ip, ok := netip.AddrFromSlice(address); ok {
				addresses = append(addresses, ip.String())
			}
		}
		answer.Workloads = append(answer.Workloads, Workload{
			Name: one.Workload.Name, Namespace: one.Workload.Namespace, ServiceAccount: orDefault(one.Workload.ServiceAccount), Addresses: addresses,
			Tunnel: one.Workload.TunnelProtocol.String() == "HBONE", Waypoint: one.Workload.GetWaypoint().GetHostname().GetHostname(),
			Problem: problem(one.Waypoint.Error), Authorizations: append([]string{}, one.Workload.AuthorizationPolicies...),
		})
	}
	for _, one := range c.services.List() {
		answer.Services = append(answer.Services, Service{
			Name: one.Service.Name, Namespace: one.Service.Namespace, Hostname: one.Service.Hostname,
			Waypoint: one.Service.GetWaypoint().GetHostname().GetHostname(), IngressUsesWaypoint: one.Waypoint.IngressUseWaypoint,
			Problem: problem(one.Waypoint.Error),
		})
	}
	for _, one := range c.authorizations.List() {
		if one.Authorization == nil {
			continue
		}
		message, err := message(one.Authorization)
		if err != nil {
			return nil, err
		}
		answer.Authorizations = append(answer.Authorizations, Authorization{Name: one.Authorization.Name, Namespace: one.Authorization.Namespace, Message: message})
	}
	answer.Policies = c.policies()
	byName(answer.Workloads, func(one Workload) string { return one.Namespace + "/" + one.Name })
	byName(answer.Services, func(one Service) string { return one.Namespace + "/" + one.Hostname })
	byName(answer.Authorizations, func(one Authorization) string { return one.Namespace + "/" + one.Name })
	return answer, nil
}

// policies are the AuthorizationPolicies of which istiod says anything: it says of each either whether ztunnel or whether waypoints take it.
func (c *collections) policies() []Policy {
	found := map[string]*Policy{}
	of := func(source model.TypedObject) *Policy {
		name := source.Namespace + "/" + source.Name
		if found[name] == nil {
			found[name] = &Policy{Name: source.Name, Namespace: source.Namespace}
		}
		return found[name]
	}
	for _, one := range c.converted.List() {
		if one.Source.Kind == kind.AuthorizationPolicy {
			of(one.Source).Ztunnel = condition(one.GetConditions(nil), model.ZtunnelAccepted)
		}
	}
	for _, one := range c.bound.List() {
		of(one.Source).Waypoint = condition(one.GetConditions(nil), model.WaypointAccepted)
	}
	all := []Policy{}
	for _, one := range found {
		all = append(all, *one)
	}
	byName(all, func(one Policy) string { return one.Namespace + "/" + one.Name })
	return all
}

func condition(all model.ConditionSet, name model.ConditionType) *Condition {
	found := all[name]
	if found == nil {
		return nil
	}
	return &Condition{found.Status, found.Reason, found.Message}
}

func message(authorization *security.Authorization) (json.RawMessage, error) {
	return protojson.MarshalOptions{EmitUnpopulated: false}.Marshal(authorization)
}

func problem(status *model.StatusMessage) string {
	if status == nil {
		return ""
	}
	return status.Reason + ": " + status.Message
}

// orDefault: of the most usual name nothing is sent.
func orDefault(account string) string {
	if account == "" {
		return "default"
	}
	return account
}

func byName[T any](all []T, name func(T) string) {
	sort.Slice(all, func(i, j int) bool { return name(all[i]) < name(all[j]) })
}
