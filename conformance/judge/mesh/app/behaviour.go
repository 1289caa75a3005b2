package app

import (
	"errors"
	"fmt"
	"strings"
)

// Behaviour is what an application is told; see PROTOCOL.md.
type Behaviour struct {
	Status     int               `json:"status,omitempty"`
	GRPCStatus *int              `json:"grpcStatus,omitempty"`
	Headers    map[string]string `json:"headers,omitempty"`
	DelayMs    int               `json:"delayMs,omitempty"`
	Close      bool              `json:"close,omitempty"`
	Refuse     *bool             `json:"refuse,omitempty"`
	Method     string            `json:"method,omitempty"`
	Path       string            `json:"path,omitempty"`
	Port       int               `json:"port,omitempty"`
	Next       int               `json:"next,omitempty"`
	Healthy    bool              `json:"healthy,omitempty"`
}

// check refuses what would do nothing.
func (b Behaviour) check() error {
	acts := b.Status != 0 || b.GRPCStatus != nil || len(b.Headers) > 0 || b.DelayMs != 0 || b.Close
	switch {
	case b.Healthy && (acts || b.Refuse != nil || b.Next != 0 || b.Method != "" || b.Path != "" || b.Port != 0):
		return errors.New("healthy stands alone: it forgets everything said before")
	case b.Healthy:
		return nil
	case b.Refuse != nil && (acts || b.Next != 0 || b.Method != "" || b.Path != ""):
		return errors.New("refuse is about ports: only port can stand beside it")
	case b.Refuse == nil && !acts:
		return errors.New("nothing to do: give status, grpcStatus, headers, delayMs, close, refuse or healthy")
	case b.Status != 0 && (b.Status < 200 || b.Status > 599):
		return fmt.Errorf("status %d is not between 200 and 599", b.Status)
	case b.DelayMs < 0 || b.DelayMs > 600_000:
		return fmt.Errorf("delayMs %d is not between 0 and 600000", b.DelayMs)
	case b.Next < 0:
		return fmt.Errorf("next %d is negative", b.Next)
	}
	return nil
}

// rule is a behaviour with what is left of it.
type rule struct {
	Behaviour
	left int
}

// Behave tells the application how to answer from now on.
func (a *Application) Behave(behaviour Behaviour) error {
	if err := behaviour.check(); err != nil {
		return err
	}
	switch {
	case behaviour.Healthy:
		a.mutex.Lock()
		a.rules = nil
		a.mutex.Unlock()
		return a.Open()
	case behaviour.Refuse != nil && *behaviour.Refuse:
		return a.refuse(behaviour.Port)
	case behaviour.Refuse != nil:
		return a.listen(behaviour.Port)
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.rules = append(a.rules, &rule{Behaviour: behaviour, left: behaviour.Next})
	return nil
}

// behaviourFor finds the newest rule for a request and counts it.
func (a *Application) behaviourFor(method, path string, port int) Behaviour {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for i := len(a.rules) - 1; i >= 0; i-- {
		candidate := a.rules[i]
		if !candidate.matches(method, path, port) {
			continue
		}
		if candidate.Next > 0 {
			candidate.left--
			if candidate.left == 0 {
				a.rules = append(a.rules[:i:i], a.rules[i+1:]...)
			}
		}
		return candidate.Behaviour
	}
	return Behaviour{}
}

func (r *rule) matches(method, path string, port int) bool {
	if r.Method != "" && r.Method != method || r.Port != 0 && r.Port != port {
		return false
	}
	if prefix, found := strings.CutSuffix(r.Path, "*"); found {
		return strings.HasPrefix(path, prefix)
	}
	return r.Path == "" || r.Path == path
}
