package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

const apiModule = "istio.io/api"

// A source is the released module that the CRDs are read from.
type source struct {
	version, sum, file string
}

func (s source) String() string { return apiModule + " " + s.version }

// locate downloads the module of one version into Go's module cache. It is no
// requirement in go.mod, so that any version can be asked for without changing a file.
func locate(istio string) (source, error) {
	version := "v" + strings.TrimPrefix(istio, "v")
	cmd := exec.Command("go", "mod", "download", "-json", apiModule+"@"+version)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, runErr := cmd.Output()
	var answer struct{ Version, Sum, Dir, Error string }
	if err := json.Unmarshal(stdout, &answer); err != nil {
		return source{}, fmt.Errorf("go mod download %s@%s: %v\n%s", apiModule, version, runErr, stderr.String())
	}
	if answer.Error != "" {
		return source{}, fmt.Errorf("cannot download %s %s: %s\nIs there such an Istio release? Versions look like 1.31.1", apiModule, version, answer.Error)
	}
	return source{
		version: answer.Version,
		sum:     answer.Sum,
		file:    filepath.Join(answer.Dir, "kubernetes", "customresourcedefinitions.gen.yaml"),
	}, nil
}
