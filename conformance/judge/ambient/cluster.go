// Package ambient asks istiod's own code what the ambient data plane is given for a set of manifests.
package ambient

import (
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	networkingclient "istio.io/client-go/pkg/apis/networking/v1"
	securityclient "istio.io/client-go/pkg/apis/security/v1"
	"istio.io/istio/pkg/config/constants"
	"istio.io/istio/pkg/kube"

	"cdk8s-istio/conformance/judge/mesh/topology"
)

// cluster holds, by kind, what istiod would read from the API server.
type cluster struct {
	namespaces      []*corev1.Namespace
	nodes           []*corev1.Node
	pods            []*corev1.Pod
	services        []*corev1.Service
	slices          []*discoveryv1.EndpointSlice
	gateways        []*gatewayv1.Gateway
	classes         []*gatewayv1.GatewayClass
	serviceEntries  []*networkingclient.ServiceEntry
	workloadEntries []*networkingclient.WorkloadEntry
	policies        []*securityclient.AuthorizationPolicy
	authentications []*securityclient.PeerAuthentication
}

func clusterOf(documents []topology.Document) (*cluster, error) {
	derived, err := topology.Derive(documents)
	if err != nil {
		return nil, err
	}
	c := &cluster{classes: []*gatewayv1.GatewayClass{waypointClass()}}
	for _, object := range derived.KubernetesObjects() {
		c.add(object)
	}
	for _, document := range derived.Istio {
		raw, err := json.Marshal(document.Object)
		if err != nil {
			return nil, err
		}
		object, _, err := kube.IstioCodec.UniversalDeserializer().Decode(raw, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("%s (%s): %w", document, document.Source, err)
		}
		c.add(object)
	}
	for _, namespace := range c.namespaces {
		// The API server writes it; selectors for namespaces ask for it.
		if namespace.Labels == nil {
			namespace.Labels = map[string]string{}
		}
		namespace.Labels[corev1.LabelMetadataName] = namespace.Name
	}
	for _, pod := range c.pods {
		c.redirect(pod)
	}
	for _, gateway := range c.gateways {
		c.runWaypoint(gateway)
	}
	return c, nil
}

func (c *cluster) add(object runtime.Object) {
	switch o := object.(type) {
	case *corev1.Namespace:
		c.namespaces = append(c.namespaces, o)
	case *corev1.Node:
		c.nodes = append(c.nodes, o)
	case *corev1.Pod:
		c.pods = append(c.pods, o)
	case *corev1.Service:
		c.services = append(c.services, o)
	case *discoveryv1.EndpointSlice:
		c.slices = append(c.slices, o)
	case *gatewayv1.Gateway:
		c.gateways = append(c.gateways, o)
	case *gatewayv1.GatewayClass:
		c.classes = append(c.classes, o)
	case *networkingclient.ServiceEntry:
		c.serviceEntries = append(c.serviceEntries, o)
	case *networkingclient.WorkloadEntry:
		c.workloadEntries = append(c.workloadEntries, o)
	case *securityclient.AuthorizationPolicy:
		c.policies = append(c.policies, o)
	case *securityclient.PeerAuthentication:
		c.authentications = append(c.authentications, o)
	}
}

// waypointClass is what istiod creates when it starts.
func waypointClass() *gatewayv1.GatewayClass {
	return &gatewayv1.GatewayClass{
		ObjectMeta: metav1.ObjectMeta{Name: constants.WaypointGatewayClassName},
		Spec:       gatewayv1.GatewayClassSpec{ControllerName: constants.ManagedGatewayMeshController},
	}
}

const (
	modeLabel   = "istio.io/dataplane-mode"
	redirection = "ambient.istio.io/redirection"
)

// redirect does what Istio's CNI agent does with a pod that ztunnel takes in.
func (c *cluster) redirect(pod *corev1.Pod) {
	mode := pod.Labels[modeLabel]
	for _, namespace := range c.namespaces {
		if mode == "" && namespace.Name == pod.Namespace {
			mode = namespace.Labels[modeLabel]
		}
	}
	if mode != constants.DataplaneModeAmbient || pod.Labels["security.istio.io/tlsMode"] == "istio" {
		return
	}
	metav1.SetMetaDataAnnotation(&pod.ObjectMeta, redirection, constants.AmbientRedirectionEnabled)
}

// runWaypoint does what istiod does with a waypoint: it runs a pod of its own, and says where that is.
func (c *cluster) runWaypoint(gateway *gatewayv1.Gateway) {
	if gateway.Spec.GatewayClassName != constants.WaypointGatewayClassName {
		return
	}
	hostname, kind := gateway.Name+"."+gateway.Namespace+".svc."+domain, gatewayv1.HostnameAddressType
	gateway.Status.Addresses = []gatewayv1.GatewayStatusAddress{{Type: &kind, Value: hostname}}
	c.pods = append(c.pods, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: gateway.Name + "-0", Namespace: gateway.Namespace,
			Labels: map[string]string{
				"gateway.networking.k8s.io/gateway-name": gateway.Name,
				"gateway.istio.io/managed":               constants.ManagedGatewayMeshControllerLabel,
				modeLabel:                                constants.DataplaneModeNone,
			},
		},
		Spec: corev1.PodSpec{ServiceAccountName: gateway.Name},
		Status: corev1.PodStatus{
			Phase: corev1.PodRunning, PodIP: fmt.Sprintf("10.255.0.%d", len(c.pods)%250+1),
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		},
	})
}
