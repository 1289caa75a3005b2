// The rate limit service of Envoy's makers, as it is, with a Redis in its own memory: for tests, in one process.
//
//	ratelimit DIRECTORY PORT
//
// reads the descriptors from DIRECTORY/ratelimit/config/*.yaml and answers Envoy on PORT. It writes {"event":"ready"} when it does,
// and ends with its standard input.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/envoyproxy/ratelimit/src/service_cmd/runner"
	"github.com/envoyproxy/ratelimit/src/settings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ratelimit:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: ratelimit DIRECTORY PORT")
	}
	directory, port := args[0], args[1]
	redis := miniredis.NewMiniRedis()
	if err := redis.StartAddr("127.0.0.1:0"); err != nil {
		return err
	}
	defer redis.Close()
	for name, value := range map[string]string{
		"REDIS_SOCKET_TYPE": "tcp",
		"REDIS_URL":         redis.Addr(),
		// As a Deployment has them that mounts a ConfigMap: docs/rate-limits.md.
		"RUNTIME_ROOT":           directory,
		"RUNTIME_SUBDIRECTORY":   "ratelimit",
		"RUNTIME_WATCH_ROOT":     "false",
		"RUNTIME_IGNOREDOTFILES": "true",
		"GRPC_PORT":              port,
		"HOST":                   "127.0.0.1",
		"PORT":                   "0",
		"DEBUG_HOST":             "127.0.0.1",
		"DEBUG_PORT":             "0",
		"DISABLE_STATS":          "true",
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	go announce(port)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	service := runner.NewRunner(settings.NewSettings())
	service.Run()
	return nil
}

// announce says so when the port answers.
func announce(port string) {
	for range 300 {
		if connection, err := net.DialTimeout("tcp", "127.0.0.1:"+port, time.Second); err == nil {
			connection.Close()
			fmt.Println(`{"event":"ready"}`)
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}
