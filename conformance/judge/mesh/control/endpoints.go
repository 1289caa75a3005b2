package control

import (
	"context"
	"time"

	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Endpoints are the slices of one Service.
type Endpoints struct {
	Namespace, Service string
	Slices             []*discoveryv1.EndpointSlice
}

// SetEndpoints does what Kubernetes' own controller does when pods come and go, and answers when every Envoy knows.
func (i *Istiod) SetEndpoints(all []Endpoints, proxies int, patience time.Duration) error {
	return i.change(proxies, patience, func() error {
		for _, endpoints := range all {
			if err := i.setEndpoints(endpoints); err != nil {
				return err
			}
		}
		return nil
	})
}

func (i *Istiod) setEndpoints(endpoints Endpoints) error {
	ctx := context.Background()
	client := i.server.KubeClient().Kube().DiscoveryV1().EndpointSlices(endpoints.Namespace)
	before, err := client.List(ctx, metav1.ListOptions{LabelSelector: discoveryv1.LabelServiceName + "=" + endpoints.Service})
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, slice := range endpoints.Slices {
		kept[slice.Name] = true
		_, err := client.Update(ctx, slice, metav1.UpdateOptions{})
		if errors.IsNotFound(err) {
			_, err = client.Create(ctx, slice, metav1.CreateOptions{})
		}
		if err != nil {
			return err
		}
	}
	for _, slice := range before.Items {
		if kept[slice.Name] {
			continue
		}
		if err := client.Delete(ctx, slice.Name, metav1.DeleteOptions{}); err != nil {
			return err
		}
	}
	return nil
}
