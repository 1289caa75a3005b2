// Package push measures what Istio's own code computes for the proxies of a mesh, without any Envoy.
package push

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"cdk8s-istio/conformance/judge/mesh"
	"cdk8s-istio/conformance/judge/mesh/control"
	"cdk8s-istio/conformance/judge/mesh/envoy"
	"cdk8s-istio/conformance/judge/mesh/topology"
)

// Options are what is measured.
type Options struct {
	Paths      []string
	MeshConfig string
	// Proxies are workloads, as ns/name; empty: those of EveryNth workload.
	Proxies  []string
	EveryNth int
	// Runs is how often everything is pushed.
	Runs   int
	Report func(string)
}

// Report is what was measured.
type Report struct {
	Services int     `json:"services"`
	Pods     int     `json:"pods"`
	Objects  int     `json:"objects"`
	Proxies  []Proxy `json:"proxies"`
	Push     Times   `json:"push"`
}

// Proxy is what one proxy is sent.
type Proxy struct {
	Proxy string `json:"proxy"`
	CDS   Size   `json:"cds"`
	EDS   Size   `json:"eds"`
	LDS   Size   `json:"lds"`
	RDS   Size   `json:"rds"`
	Bytes int    `json:"bytes"`
}

// Times are those of the runs: from the order to push everything until the last byte has reached the last proxy.
type Times struct {
	Runs   []float64 `json:"runsMs"`
	Median float64   `json:"medianMs"`
	Min    float64   `json:"minMs"`
	Max    float64   `json:"maxMs"`
}

// Run measures.
func Run(options Options) (*Report, error) {
	documents, err := mesh.ReadManifests(options.Paths)
	if err != nil {
		return nil, err
	}
	derived, err := topology.Derive(documents)
	if err != nil {
		return nil, err
	}
	pods, err := choose(derived, options)
	if err != nil {
		return nil, err
	}
	options.Report(fmt.Sprintf("%d services, %d pods, %d Istio objects, %d proxies", len(derived.Services), len(derived.Pods), len(derived.Istio), len(pods)))
	istiod, socket, err := start(derived, options)
	if err != nil {
		return nil, err
	}
	defer func() {
		istiod.Stop()
		_ = os.RemoveAll(filepath.Dir(socket))
	}()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var proxies []*proxy
	for _, pod := range pods {
		// Each proxy has a connection of its own, as in a mesh.
		connection, err := grpc.NewClient("passthrough:///istiod", grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(1<<30)),
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, "unix", socket)
			}))
		if err != nil {
			return nil, err
		}
		defer connection.Close()
		connected, err := connect(ctx, pod.WorkloadID(), nodeOf(pod), connection)
		if err != nil {
			return nil, err
		}
		proxies = append(proxies, connected)
	}
	times, err := measure(istiod, proxies, options)
	if err != nil {
		return nil, err
	}
	report := &Report{Services: len(derived.Services), Pods: len(derived.Pods), Objects: len(derived.Istio), Push: times}
	for _, p := range proxies {
		sizes := []Size{}
		sum := 0
		for _, kind := range types {
			sizes = append(sizes, p.sizes[kind])
			sum += p.sizes[kind].Bytes
		}
		report.Proxies = append(report.Proxies, Proxy{p.name, sizes[0], sizes[1], sizes[2], sizes[3], sum})
	}
	return report, nil
}

// choose finds the pods whose proxies connect.
func choose(derived *topology.Topology, options Options) ([]*topology.Pod, error) {
	var chosen []*topology.Pod
	for _, name := range options.Proxies {
		pods, err := derived.Select(name)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, pods[0])
	}
	if len(options.Proxies) > 0 {
		return chosen, nil
	}
	seen := map[string]bool{}
	for _, pod := range derived.Pods {
		if !pod.Injected || seen[pod.WorkloadID()] {
			continue
		}
		if seen[pod.WorkloadID()] = true; (len(seen)-1)%options.EveryNth == 0 {
			chosen = append(chosen, pod)
		}
	}
	if len(chosen) == 0 {
		return nil, errors.New("no pod has a sidecar")
	}
	return chosen, nil
}

func start(derived *topology.Topology, options Options) (*control.Istiod, string, error) {
	config, err := control.GivenMeshConfig(options.MeshConfig)
	if err != nil {
		return nil, "", err
	}
	configs, extra, err := control.Sort(derived.Istio)
	if err != nil {
		return nil, "", err
	}
	directory, err := os.MkdirTemp("", "judge-push-")
	if err != nil {
		return nil, "", err
	}
	socket := filepath.Join(directory, "xds.sock")
	istiod, err := control.Start(control.Options{
		Mesh: config, Kubernetes: append(derived.KubernetesObjects(), extra...), Configs: configs,
		DiscoverySocket: socket, Untouched: true, Report: options.Report,
	})
	if err != nil {
		_ = os.RemoveAll(directory)
		return nil, "", err
	}
	return istiod, socket, nil
}

func nodeOf(pod *topology.Pod) envoy.Node {
	return envoy.Node{
		Gateway: pod.Gateway, IP: pod.IP, Pod: pod.Name, Workload: pod.Workload.Name, Namespace: pod.Workload.Namespace,
		ServiceAccount: pod.ServiceAccount, NodeName: pod.Node.Name, Labels: pod.MeshLabels(), Ports: []envoy.Port{},
	}
}

// measure lets every proxy have its first configuration, and then everything pushed, again and again.
func measure(istiod *control.Istiod, proxies []*proxy, options Options) (Times, error) {
	await := func(times int) error {
		var errs []error
		for _, p := range proxies {
			errs = append(errs, p.await(times))
		}
		return errors.Join(errs...)
	}
	if err := await(1); err != nil {
		return Times{}, err
	}
	times := Times{}
	for run := range options.Runs {
		istiod.Settle()
		for _, p := range proxies {
			p.forget()
		}
		begun := time.Now()
		istiod.PushAll()
		if err := await(2); err != nil {
			return Times{}, err
		}
		times.Runs = append(times.Runs, float64(time.Since(begun).Microseconds())/1000)
		options.Report(fmt.Sprintf("push %d of %d: %.0f ms", run+1, options.Runs, times.Runs[run]))
	}
	sorted := slices.Sorted(slices.Values(times.Runs))
	if len(sorted) > 0 {
		times.Min, times.Median, times.Max = sorted[0], sorted[len(sorted)/2], sorted[len(sorted)-1]
	}
	return times, nil
}
