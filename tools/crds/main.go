// Command crds writes Istio's CustomResourceDefinitions as facts only: one served
// version a kind, no prose. The library's L1 classes and its schema checks are
// generated from what this prints, so everything that decides a verdict (types,
// formats, enums, oneOf, CEL rules) is kept, and everything that does not is dropped.
//
//	go run . -istio 1.31.1 > ../../crds/istio-1.31.yaml
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "crds: "+err.Error())
		os.Exit(1)
	}
}

func run() error {
	istio := flag.String("istio", "", "Istio version, for example 1.31.1 (the CRDs come from the Go module istio.io/api of that version)")
	flag.Parse()
	if *istio == "" || flag.NArg() > 0 {
		flag.Usage()
		return fmt.Errorf("say which Istio version: -istio 1.31.1")
	}
	out, err := generate(*istio)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(out)
	return err
}

func generate(istio string) ([]byte, error) {
	source, err := locate(istio)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(source.file)
	if err != nil {
		return nil, fmt.Errorf("module %s has no CRDs where they are expected: %w", source, err)
	}
	crds, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	for i, crd := range crds {
		if crds[i], err = reduce(crd); err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
	}
	return render(source, crds)
}
