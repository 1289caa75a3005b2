package control

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	metadatafake "k8s.io/client-go/metadata/fake"
	k8stesting "k8s.io/client-go/testing"
	"sigs.k8s.io/gateway-api/pkg/consts"

	"istio.io/istio/pkg/config/schema/gvr"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/kclient/clienttest"
)

// installCRDs lets istiod find those of Gateway API, in the version that it was built with. It looks for the version,
// and without it passes over some kinds.
func (l *lifetime) installCRDs(client kube.Client) {
	metadata, ok := client.Metadata().(*metadatafake.FakeMetadataClient)
	if !ok {
		l.Fatal("its client is no fake")
	}
	mark := func(action k8stesting.Action) (bool, runtime.Object, error) {
		if made, ok := action.(k8stesting.CreateAction); ok {
			if crd, ok := made.GetObject().(*metav1.PartialObjectMetadata); ok {
				metav1.SetMetaDataAnnotation(&crd.ObjectMeta, consts.BundleVersionAnnotation, consts.BundleVersion)
			}
		}
		return false, nil, nil
	}
	metadata.PrependReactor("create", "customresourcedefinitions", mark)
	metadata.PrependReactor("update", "customresourcedefinitions", mark)
	for _, kind := range []schema.GroupVersionResource{gvr.BackendTLSPolicy, gvr.ListenerSet} {
		clienttest.MakeCRD(l, client, kind)
	}
}
