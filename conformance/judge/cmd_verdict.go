package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"cdk8s-istio/conformance/judge/document"
	"cdk8s-istio/conformance/judge/verdict"
)

func init() {
	register("verdict", "would the API server and istiod accept these documents?", runVerdict)
}

const verdictAbout = `Says for every YAML document whether an API server with Istio's CRDs would accept a
strict create of it, and what istiod's validation webhook says. No cluster is asked.
Exit code: 0 all accepted, 1 something rejected, 2 the input could not be read.

Istio's kinds are checked as the API server and istiod check them. Kubernetes' own kinds
are only decoded strictly and have their metadata checked. A kind that is neither is
rejected, unless --crds brings its CRD. The CRDs in the directory crds beside the program
are known too: conformance/setup.sh puts those of Gateway API and of cert-manager there.
`

func runVerdict(args []string) int {
	flags := newFlags("verdict", "[--format json|text] [--crds FILE|DIR]… FILE|DIR|-…\n       judge verdict --serve [--crds FILE|DIR]…", verdictAbout)
	out := format("text")
	flags.Var(&out, "format", "json or text (default text)")
	var crds pathList
	flags.Var(&crds, "crds", "more CRDs to know, as files or directories; may be repeated")
	serve := flags.Bool("serve", false, `answer requests from stdin, one a line: {"yaml": "…"} gives the array of verdicts on one line`)
	paths, code, ok := parse(flags, args)
	if !ok {
		return code
	}
	judge, err := newJudge(crds)
	if err != nil {
		return misuse("verdict", err)
	}
	if *serve {
		if len(paths) > 0 {
			return misuse("verdict", fmt.Errorf("--serve reads its documents from stdin, so %q cannot be given too", paths[0]))
		}
		return serveLines("verdict", func(yaml string) any {
			return judge.Documents(document.Split("-", []byte(yaml)))
		})
	}
	documents, err := document.Read(paths, os.Stdin)
	if err != nil {
		return misuse("verdict", err)
	}
	verdicts := judge.Documents(documents)
	if len(verdicts) == 0 {
		return misuse("verdict", fmt.Errorf("there is no YAML document in %v, so there is nothing to judge", paths))
	}
	if out == "json" {
		err = json.NewEncoder(os.Stdout).Encode(verdicts)
	} else {
		err = verdict.WriteText(os.Stdout, verdicts)
	}
	if err != nil {
		return misuse("verdict", err)
	}
	for _, v := range verdicts {
		if !v.Accepted {
			return exitRejected
		}
	}
	return exitOK
}

func newJudge(crds []string) (*verdict.Judge, error) {
	var extra []document.File
	crds = append(besides(), crds...)
	if len(crds) > 0 {
		files, err := document.ReadFiles(crds, os.Stdin)
		if err != nil {
			return nil, err
		}
		extra = files
	}
	return verdict.New(extra...)
}

// besides are the CRDs beside the program, where there are any.
func besides() []string {
	program, err := os.Executable()
	if err != nil {
		return nil
	}
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(program), "crds", "*.yaml"))
	return found
}

// A pathList is a flag that may be repeated.
type pathList []string

func (p *pathList) String() string { return fmt.Sprint(*p) }

func (p *pathList) Set(path string) error {
	*p = append(*p, path)
	return nil
}
