package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// No client outlives a forgotten test by more than this.
	longestRun       = 10 * time.Minute
	steadySenders    = 4
	steadyIntervalMs = 20
	shownFailures    = 20
	firstPhase       = "start"
)

// Connections say how the senders of a steady client connect.
const (
	connectionsNew    = "new"
	connectionsReused = "reused"
	connectionsBoth   = "both"
)

// Plan is what a client asks that never stops by itself.
type Plan struct {
	Order
	// Variants are sent in turn; without any, the order itself is sent.
	Variants    []Variant `json:"variants,omitempty"`
	Connections string    `json:"connections,omitempty"`
	Phase       string    `json:"phase,omitempty"`
	Failures    int       `json:"failures,omitempty"`

	orders []*Order
}

// Variant is a request that differs from the plan's.
type Variant struct {
	Name    string  `json:"name"`
	Headers Headers `json:"headers,omitempty"`
	Method  string  `json:"method,omitempty"`
	// Path replaces the path and the query of the URL.
	Path string `json:"path,omitempty"`
}

// Check fills in the defaults and refuses what makes no sense.
func (p *Plan) Check() error {
	switch {
	case p.Count != 0:
		return errors.New("count: this client asks until it is stopped")
	case p.ReuseConnections:
		return errors.New("reuseConnections: say connections: \"new\", \"reused\" or \"both\"")
	case p.Failures < 0:
		return fmt.Errorf("failures %d is negative", p.Failures)
	}
	if p.Connections == "" {
		p.Connections = connectionsBoth
	}
	if !slices.Contains([]string{connectionsNew, connectionsReused, connectionsBoth}, p.Connections) {
		return fmt.Errorf("connections %q is none of \"new\", \"reused\" and \"both\"", p.Connections)
	}
	if p.Concurrency == 0 {
		p.Concurrency = steadySenders
	}
	if p.IntervalMs == 0 {
		p.IntervalMs = steadyIntervalMs
	}
	if p.Phase == "" {
		p.Phase = firstPhase
	}
	if p.Failures == 0 {
		p.Failures = shownFailures
	}
	if err := p.Order.Check(); err != nil {
		return err
	}
	if p.WebSocket != nil {
		return errors.New("websocket: this client sends requests that end")
	}
	return p.vary()
}

func (p *Plan) vary() error {
	variants := p.Variants
	if len(variants) == 0 {
		variants = []Variant{{}}
	}
	names := map[string]bool{}
	for _, variant := range variants {
		if len(p.Variants) > 0 && (variant.Name == "" || names[variant.Name]) {
			return fmt.Errorf("variants: each needs a name of its own, %q is none", variant.Name)
		}
		names[variant.Name] = true
		order, err := p.with(variant)
		if err != nil {
			return fmt.Errorf("variant %q: %w", variant.Name, err)
		}
		p.orders = append(p.orders, order)
	}
	return nil
}

func (p *Plan) with(variant Variant) (*Order, error) {
	order := p.Order
	target := *order.target
	order.target = &target
	if variant.Method != "" {
		order.Method = variant.Method
	}
	if variant.Path != "" {
		if !strings.HasPrefix(variant.Path, "/") {
			return nil, fmt.Errorf("the path %q does not begin with /", variant.Path)
		}
		reference, err := target.Parse(variant.Path)
		if err != nil {
			return nil, err
		}
		order.target = reference
	}
	order.Headers = Headers{}
	for _, headers := range []Headers{p.Headers, variant.Headers} {
		for name, values := range headers {
			order.Headers[http.CanonicalHeaderKey(name)] = values
		}
	}
	return &order, nil
}

// SteadyClient asks until it is stopped.
type SteadyClient struct {
	plan    *Plan
	tally   *tally
	context context.Context
	cancel  context.CancelFunc
	senders sync.WaitGroup
}

// StartClient lets all senders of a plan begin.
func (p *Plan) StartClient(dial Dial, address func() string) *SteadyClient {
	c := &SteadyClient{plan: p, tally: newTally(p.Phase, p.Failures)}
	c.context, c.cancel = context.WithTimeout(context.Background(), longestRun)
	for number := range p.Concurrency {
		reuse := p.Connections == connectionsReused || p.Connections == connectionsBoth && number%2 == 1
		c.senders.Go(func() { c.send(number, reuse, dial, address) })
	}
	return c
}

// send asks one variant after the other, beginning with another one than the other senders.
func (c *SteadyClient) send(number int, reuse bool, dial Dial, address func() string) {
	senders := make([]*sender, len(c.plan.orders))
	for i, order := range c.plan.orders {
		own := *order
		own.ReuseConnections = reuse
		senders[i] = own.sender(dial, address)
		// All variants of one sender share its connections, as the requests of one program do.
		senders[i].transport = senders[0].transport
	}
	defer senders[0].end()
	pause := time.NewTicker(max(time.Duration(c.plan.IntervalMs)*time.Millisecond, time.Millisecond))
	defer pause.Stop()
	for turn := number; c.context.Err() == nil; turn++ {
		variant := turn % len(senders)
		belongs := c.tally.begin()
		result := senders[variant].send()
		c.tally.add(belongs, c.variantName(variant), result)
		select {
		case <-pause.C:
		case <-c.context.Done():
		}
	}
}

func (c *SteadyClient) variantName(index int) string {
	if len(c.plan.Variants) == 0 {
		return ""
	}
	return c.plan.Variants[index].Name
}

// Mark begins a phase: what is sent from now on is counted there.
func (c *SteadyClient) Mark(phase string) error {
	if c.context.Err() != nil {
		return fmt.Errorf("this client has ended: no client asks for longer than %s", longestRun)
	}
	return c.tally.mark(phase)
}

// Await waits until the running phase has so many outcomes and answers its counts.
func (c *SteadyClient) Await(count int, patience time.Duration) (Phase, error) {
	deadline := time.Now().Add(patience)
	for {
		phase := c.tally.current()
		switch {
		case phase.Count >= count:
			return phase, nil
		case c.context.Err() != nil:
			return phase, errors.New("this client has ended")
		case time.Now().After(deadline):
			return phase, fmt.Errorf("the phase %q has %d requests and not %d after %s", phase.Name, phase.Count, count, patience)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Stop lets every sender finish its request and answers what became of all.
func (c *SteadyClient) Stop() Report {
	c.cancel()
	c.senders.Wait()
	return c.tally.report()
}

// Abandon ends a client about which nobody asks any more.
func (c *SteadyClient) Abandon() { c.cancel() }
