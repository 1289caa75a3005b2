package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"cdk8s-istio/conformance/judge/mesh"
)

func init() {
	register("mesh", "runs manifests as a mesh without a cluster and answers questions about requests", runMesh)
}

func runMesh(args []string) int {
	options := mesh.Options{Report: func(message string) { fmt.Fprintln(os.Stderr, "judge mesh:", message) }}
	flags := newFlags("mesh", "[flags] DIR|FILE...",
		"Reads manifests, brings the mesh up and answers JSON lines from standard input on standard output, until the input\n"+
			"ends. conformance/judge/mesh/PROTOCOL.md describes them.")
	flags.StringVar(&options.MeshConfig, "config", "", "a `FILE` with Istio's MeshConfig")
	flags.StringVar(&options.Envoy, "envoy", "", "the `PATH` of the Envoy binary (default: $ENVOY_BINARY, then the one that conformance/setup.sh installed)")
	flags.StringVar(&options.EnvoyLogLevel, "envoy-log-level", "warning", "the `LEVEL` of Envoy's logs")
	flags.DurationVar(&options.ReadyTimeout, "ready-timeout", 90*time.Second, "how long the Envoys may take to become ready")
	flags.DurationVar(&options.LockTimeout, "lock-timeout", 60*time.Second, "how long to wait for another mesh on this machine to end")
	flags.StringVar(&options.KeepLogs, "keep-logs", "", "replace this `DIRECTORY` by the Envoys' logs at the end")
	paths, code, ok := parse(flags, args)
	if !ok {
		return code
	}
	if len(paths) == 0 {
		flags.Usage()
		return exitUsage
	}
	options.Paths = paths
	return serveMesh(options)
}

func serveMesh(options mesh.Options) int {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	ending := make(chan struct{})
	type outcome struct {
		mesh *mesh.Mesh
		err  error
	}
	up := make(chan outcome, 1)
	go func() {
		m, err := mesh.Up(options)
		up <- outcome{m, err}
	}()
	select {
	case <-signals:
		// Not up yet: what exists ends with this process, and the next run removes its directory.
		options.Report("ended by a signal while starting")
		return exitRejected
	case result := <-up:
		if result.err != nil {
			return meshFailed(options, result.err)
		}
		go func() {
			<-signals
			close(ending)
			<-signals // asked twice: at once
			os.Exit(exitRejected)
		}()
		defer result.mesh.Down()
		options.Report("ready")
		if err := result.mesh.Serve(os.Stdin, os.Stdout, ending); err != nil {
			options.Report(err.Error())
			return exitRejected
		}
		return exitOK
	}
}

func meshFailed(options mesh.Options, err error) int {
	options.Report(err.Error())
	line, _ := json.Marshal(map[string]string{"event": "error", "error": err.Error()})
	fmt.Println(string(line))
	if errors.Is(err, mesh.ErrPrerequisite) {
		return exitUsage
	}
	return exitRejected
}
