package control

import (
	"fmt"

	"istio.io/istio/pilot/pkg/autoregistration"
)

// ReportHealth tells istiod how the application of a machine is, as the machine's agent does.
func (i *Istiod) ReportHealth(proxy string, healthy bool, message string) error {
	for _, client := range i.server.Discovery.SortedClients() {
		if client.Proxy().ID == proxy {
			i.server.Discovery.WorkloadEntryController.QueueWorkloadEntryHealth(client.Proxy(), autoregistration.HealthEvent{Healthy: healthy, Message: message})
			return nil
		}
	}
	return fmt.Errorf("istiod does not know %s, so it is not told of its health", proxy)
}
