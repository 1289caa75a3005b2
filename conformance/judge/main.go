// Command judge asks real Istio code what it thinks of Kubernetes YAML: whether the
// API server and istiod would accept it, what istioctl's analyzers say about it, and
// what a mesh does with it.
package main

import (
	"fmt"
	"io"
	"os"
	"sort"

	"istio.io/istio/pkg/log"
)

// Exit codes of every subcommand.
const (
	exitOK       = 0
	exitRejected = 1 // the question was answered, and the answer is no
	exitUsage    = 2 // the question could not be asked
)

type command struct {
	summary string
	run     func(args []string) int
}

var commands = map[string]command{}

// register adds a subcommand; each file cmd_*.go registers its own in init.
func register(name, summary string, run func(args []string) int) {
	commands[name] = command{summary, run}
}

func main() {
	silenceIstio()
	if len(os.Args) < 2 {
		usage(os.Stderr)
		os.Exit(exitUsage)
	}
	name := os.Args[1]
	if name == "help" || name == "-h" || name == "--help" {
		usage(os.Stdout)
		return
	}
	cmd, ok := commands[name]
	if !ok {
		fmt.Fprintf(os.Stderr, "judge: there is no subcommand %q\n\n", name)
		usage(os.Stderr)
		os.Exit(exitUsage)
	}
	os.Exit(cmd.run(os.Args[2:]))
}

func usage(w io.Writer) {
	names := make([]string, 0, len(commands))
	for name := range commands {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Fprintln(w, "usage: judge <subcommand> [flags] [arguments]; judge <subcommand> -h says more")
	fmt.Fprintln(w)
	for _, name := range names {
		fmt.Fprintf(w, "  %-9s %s\n", name, commands[name].summary)
	}
}

// silenceIstio keeps Istio's own log out of stdout, which belongs to the answer.
// What Istio has to say about a document is in the answer already.
func silenceIstio() {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
}
