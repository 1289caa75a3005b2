package control

import (
	"istio.io/istio/pilot/pkg/model"
)

// Serving is where a proxy connects to.
func (i *Istiod) Serving() string { return i.server.Listener.Addr().String() }

// PushAll computes everything anew and sends it to every proxy; it does not wait.
func (i *Istiod) PushAll() {
	i.server.Discovery.ConfigUpdate(&model.PushRequest{Forced: true, Reason: model.NewReasonStats(model.DebugTrigger)})
}

// Settle waits until istiod has nothing more to work off.
func (i *Istiod) Settle() { i.quiet() }
