package control

import (
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	networking "istio.io/api/networking/v1alpha3"

	"istio.io/istio/pilot/pkg/model"
	istioxds "istio.io/istio/pilot/pkg/xds"
	v3 "istio.io/istio/pilot/pkg/xds/v3"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/gvk"
)

// Apply creates or replaces objects and answers when every Envoy works with them.
func (i *Istiod) Apply(objects []config.Config, proxies int, patience time.Duration) error {
	var changed []config.Config
	for _, object := range objects {
		// Of what stands already nothing would come, and there would be no end of it to wait for.
		if i.written[object.Key()] != text(object) {
			changed = append(changed, object)
		}
	}
	if len(changed) == 0 {
		return i.Rejections()
	}
	return i.change(proxies, patience, func() error {
		for _, object := range changed {
			if err := i.put(object); err != nil {
				return fmt.Errorf("cannot apply %s %s/%s: %w", object.GroupVersionKind.Kind, object.Namespace, object.Name, err)
			}
		}
		return nil
	})
}

func (i *Istiod) put(object config.Config) error {
	store := i.server.Store()
	said := text(object)
	put := store.Create
	if before := store.Get(object.GroupVersionKind, object.Name, object.Namespace); before != nil {
		// An update keeps the age, by which Istio settles ties.
		object.CreationTimestamp = before.CreationTimestamp
		object.ResourceVersion = before.ResourceVersion
		put = store.Update
	} else if object.CreationTimestamp.IsZero() {
		object.CreationTimestamp = time.Now()
	}
	if _, err := put(object); err != nil {
		return err
	}
	i.written[object.Key()] = said
	return nil
}

// text is what an object says. The store's own objects cannot be asked later, as istiod completes names in them.
func text(object config.Config) string {
	raw, _ := config.ToJSON(object.Spec)
	return fmt.Sprint(object.Labels, object.Annotations, string(raw))
}

// Delete removes an object and answers when every Envoy works without it.
func (i *Istiod) Delete(kind, namespace, name string, proxies int, patience time.Duration) error {
	gvk, err := kindOf(kind)
	if err != nil {
		return err
	}
	store := i.server.Store()
	if store.Get(gvk, name, namespace) == nil {
		return fmt.Errorf("there is no %s %s/%s", kind, namespace, name)
	}
	return i.change(proxies, patience, func() error {
		if err := store.Delete(gvk, name, namespace, nil); err != nil {
			return err
		}
		delete(i.written, config.Key(gvk.Group, gvk.Version, gvk.Kind, name, namespace))
		return nil
	})
}

// How long nothing has to reach istiod's queue of updates before it is quiet, and how long to wait for that.
const (
	quietFor   = 50 * time.Millisecond
	quietAfter = 2 * time.Second
)

// change makes a change, pushes everything to everyone, and waits until that push is acknowledged. A push of one's
// own is certain to carry the change, whichever of istiod's caches and queues the change itself went through.
func (i *Istiod) change(proxies int, patience time.Duration, f func() error) error {
	// What the change before set off must not be taken for this one's.
	i.quiet()
	received := i.server.Discovery.InboundUpdates.Load()
	if err := f(); err != nil {
		return err
	}
	// Some objects reach the queue through collections that work on their own goroutines. A change that changes
	// nothing never gets there, so the wait has an end.
	settle := time.Now().Add(500 * time.Millisecond)
	for i.server.Discovery.InboundUpdates.Load() == received && time.Now().Before(settle) {
		time.Sleep(5 * time.Millisecond)
	}
	i.quiet()
	return i.Push(proxies, patience)
}

// quiet waits until istiod has worked off its updates and gets no more.
func (i *Istiod) quiet() {
	discovery := i.server.Discovery
	seen, since := discovery.InboundUpdates.Load(), time.Now()
	for end := time.Now().Add(quietAfter); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if now := discovery.InboundUpdates.Load(); now != seen || discovery.CommittedUpdates.Load() < now {
			seen, since = now, time.Now()
		} else if time.Since(since) >= quietFor {
			return
		}
	}
}

// Push sends everything to every Envoy and waits for the acknowledgements.
func (i *Istiod) Push(proxies int, patience time.Duration) error {
	discovery := i.server.Discovery
	i.forgetRejections()
	discovery.ConfigUpdate(&model.PushRequest{Forced: true, Reason: model.NewReasonStats(model.DebugTrigger)})
	target := discovery.InboundUpdates.Load()
	deadline := time.Now().Add(patience)
	for discovery.CommittedUpdates.Load() < target {
		if time.Now().After(deadline) {
			return fmt.Errorf("istiod did not work off its updates within %s", patience)
		}
		time.Sleep(5 * time.Millisecond)
	}
	version := pushNumber(i.server.PushContext().PushVersion)
	for {
		waiting, err := i.unacknowledged(version, proxies)
		if err != nil {
			return err
		}
		if waiting == "" {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the configuration did not reach every Envoy within %s: %s", patience, waiting)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// forgetRejections makes room for the answers to the next push: istiod keeps what an Envoy refused until it accepts
// something of the same type, and that would look like a refusal of the new configuration.
func (i *Istiod) forgetRejections() {
	for _, client := range i.server.Discovery.SortedClients() {
		proxy := client.Proxy()
		for typeURL, resource := range proxy.DeepCloneWatchedResources() {
			if resource.LastError == "" {
				continue
			}
			proxy.UpdateWatchedResource(typeURL, func(known *model.WatchedResource) *model.WatchedResource {
				known.LastError = ""
				return known
			})
		}
	}
}

// unacknowledged names an Envoy that has not acknowledged the push with this number, or answers "".
func (i *Istiod) unacknowledged(version, proxies int) (string, error) {
	clients := i.server.Discovery.SortedClients()
	if len(clients) < proxies {
		return fmt.Sprintf("%d of %d Envoys are connected", len(clients), proxies), nil
	}
	waiting := ""
	for _, client := range clients {
		state, err := acknowledged(client, version)
		if err != nil {
			return "", err
		}
		if state != "" && waiting == "" {
			waiting = client.Proxy().ID + " " + state
		}
	}
	return waiting, nil
}

// acknowledged relies on the order in which istiod works: it sends all types of a push before it reads the next
// acknowledgement, so once clusters and listeners of a push are acknowledged, its routes were sent too.
func acknowledged(client *istioxds.Connection, version int) (string, error) {
	watched := client.Proxy().DeepCloneWatchedResources()
	for _, resource := range watched {
		if resource.LastError != "" {
			return "", rejection(client, v3.GetShortType(resource.TypeUrl), resource.LastError)
		}
	}
	for _, typeURL := range []string{v3.ClusterType, v3.ListenerType} {
		resource, ok := watched[typeURL]
		if !ok || pushNumber(resource.NonceSent) < version {
			return fmt.Sprintf("was not yet sent its %s", v3.GetShortType(typeURL)), nil
		}
	}
	for _, resource := range watched {
		if resource.NonceSent != resource.NonceAcked {
			return fmt.Sprintf("has not acknowledged its %s", v3.GetShortType(resource.TypeUrl)), nil
		}
	}
	return "", nil
}

func rejection(client *istioxds.Connection, what, message string) error {
	return fmt.Errorf("the Envoy of %s rejects its %s: %s", client.Proxy().ID, what, message)
}

// Rejections are what Envoys have refused so far.
func (i *Istiod) Rejections() error {
	var all []error
	for _, client := range i.server.Discovery.SortedClients() {
		for _, resource := range client.Proxy().DeepCloneWatchedResources() {
			if resource.LastError != "" {
				all = append(all, rejection(client, v3.GetShortType(resource.TypeUrl), resource.LastError))
			}
		}
	}
	sort.Slice(all, func(a, b int) bool { return all[a].Error() < all[b].Error() })
	return errors.Join(all...)
}

// pushNumber reads the number of a push from its version "TIME/NUMBER", which also begins every nonce.
func pushNumber(version string) int {
	_, after, found := strings.Cut(version, "/")
	if !found {
		return -1
	}
	// A nonce goes on with a UUID of 36 characters.
	if len(after) > 36 {
		after = after[:len(after)-36]
	}
	number, err := strconv.Atoi(after)
	if err != nil {
		return -1
	}
	return number
}

// ServiceEntries are the entries in force.
func (i *Istiod) ServiceEntries() []*networking.ServiceEntry {
	var entries []*networking.ServiceEntry
	for _, object := range i.server.Store().List(gvk.ServiceEntry, "") {
		if entry, ok := object.Spec.(*networking.ServiceEntry); ok {
			entries = append(entries, entry)
		}
	}
	return entries
}
