package mesh

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// reachable says whether every user may enter the directories that lead to a path. Envoy is not root, as the
// capture of traffic knows it by its user, and a checkout in root's home is closed to it.
func reachable(path string) bool {
	for directory := filepath.Dir(path); ; directory = filepath.Dir(directory) {
		info, err := os.Stat(directory)
		if err != nil || info.Mode()&0o001 == 0 {
			return false
		}
		if directory == filepath.Dir(directory) {
			return true
		}
	}
}

// usable answers a path of the binary that Envoy's user can run: its own, or that of a copy in the directory.
func usable(binary, directory string) (string, error) {
	resolved, err := filepath.EvalSymlinks(binary)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(resolved)
	if err != nil {
		return "", err
	}
	if reachable(binary) && reachable(resolved) && info.Mode()&0o001 != 0 {
		return binary, nil
	}
	target := filepath.Join(directory, "envoy")
	if err := copyProgram(resolved, target); err != nil {
		return "", fmt.Errorf("cannot copy Envoy to where its user reaches it: %w", err)
	}
	return target, nil
}

func copyProgram(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	if _, err := io.Copy(target, source); err != nil {
		_ = target.Close()
		return err
	}
	return target.Close()
}
