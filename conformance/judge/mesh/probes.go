package mesh

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	networking "istio.io/api/networking/v1alpha3"
)

// probe is what Istio's agent does on a machine whose WorkloadGroup has a probe: istiod leads nobody there before it
// hears that the application is well. It says so on a change only.
type probe struct {
	pod    *pod
	wanted *networking.ReadinessProbe
	report func(healthy bool, message string)
	cancel context.CancelFunc
	told   atomic.Bool
}

// startProbes lets istiod hear of every machine before the mesh counts as ready.
func (m *Mesh) startProbes(deadline time.Time) error {
	for _, p := range m.pods {
		m.startProbe(p)
	}
	for _, p := range m.pods {
		for p.probe != nil && !p.probe.told.Load() {
			if time.Now().After(deadline) {
				return fmt.Errorf("%s was not asked for its health in time", p.ID())
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	return nil
}

func (m *Mesh) startProbe(p *pod) {
	if p.Machine == nil || p.Machine.Probe == nil || p.Machine.Group == "" || p.proxy() == nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.probe = &probe{pod: p, wanted: p.Machine.Probe, cancel: cancel, report: func(healthy bool, message string) {
		if err := m.istiod.ReportHealth(p.Name+"."+p.Workload.Namespace, healthy, message); err != nil {
			m.options.Report(err.Error())
		}
	}}
	go p.probe.run(ctx)
}

func (p *pod) endProbe() {
	if p.probe != nil {
		p.probe.cancel()
	}
}

// run asks again and again. The defaults are those of Istio's agent.
func (p *probe) run(ctx context.Context) {
	pause := func(seconds int32) bool {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(time.Duration(seconds) * time.Second):
			return true
		}
	}
	if !pause(p.wanted.InitialDelaySeconds) {
		return
	}
	healthy, failures, successes := false, int32(0), int32(0)
	for {
		err := p.ask(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			successes, failures = successes+1, 0
		} else {
			successes, failures = 0, failures+1
		}
		switch {
		case err == nil && successes >= max(p.wanted.SuccessThreshold, 1) && !(healthy && p.told.Load()):
			healthy = true
			p.report(true, "")
			p.told.Store(true)
		case err != nil && failures >= max(p.wanted.FailureThreshold, 1) && (healthy || !p.told.Load()):
			healthy = false
			p.report(false, err.Error())
			p.told.Store(true)
		}
		if !pause(orDefault(p.wanted.PeriodSeconds, 10)) {
			return
		}
	}
}

func orDefault(value, otherwise int32) int32 {
	if value == 0 {
		return otherwise
	}
	return value
}

func (p *probe) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(orDefault(p.wanted.TimeoutSeconds, 1))*time.Second)
	defer cancel()
	dial := func(ctx context.Context, port uint32) (net.Conn, error) {
		return p.pod.space.Dial(ctx, fmt.Sprintf("%s:%d", p.pod.IP, port))
	}
	switch method := p.wanted.HealthCheckMethod.(type) {
	case *networking.ReadinessProbe_TcpSocket:
		connection, err := dial(ctx, method.TcpSocket.Port)
		if err == nil {
			_ = connection.Close()
		}
		return err
	case *networking.ReadinessProbe_HttpGet:
		return askHTTP(ctx, method.HttpGet, dial)
	case *networking.ReadinessProbe_Exec:
		return errors.New("there is no program on a machine here: exec cannot be asked")
	default:
		return errors.New("only httpGet and tcpSocket can be asked here")
	}
}

func askHTTP(ctx context.Context, wanted *networking.HTTPHealthCheckConfig, dial func(context.Context, uint32) (net.Conn, error)) error {
	client := &http.Client{
		Transport: &http.Transport{
			DisableKeepAlives: true,
			DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, wanted.Port) },
			TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	scheme := strings.ToLower(wanted.Scheme)
	if scheme == "" {
		scheme = "http"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s://machine:%d/%s", scheme, wanted.Port, strings.TrimPrefix(wanted.Path, "/")), nil)
	if err != nil {
		return err
	}
	for _, header := range wanted.HttpHeaders {
		request.Header.Add(header.Name, header.Value)
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode >= 400 {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	return nil
}
