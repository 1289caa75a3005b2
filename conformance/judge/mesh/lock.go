package mesh

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// runPrefix begins the names of the directories that runs work in.
const runPrefix = "cdi-mesh-"

// lock holds the machine for one mesh. The kernel lets go of it when the process ends, however that happens.
type lock struct {
	file *os.File
}

func lockPath() string { return filepath.Join(os.TempDir(), "cdi-mesh.lock") }

// acquire waits until no other mesh runs on this machine.
func acquire(patience time.Duration, report func(string)) (*lock, error) {
	file, err := os.OpenFile(lockPath(), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("cannot open the lock: %w", err)
	}
	deadline := time.Now().Add(patience)
	for told := false; ; {
		if err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			break
		}
		if time.Now().After(deadline) {
			defer file.Close()
			return nil, fmt.Errorf("another mesh runs on this machine (process %s) and did not end within %s; the lock is %s", holder(file), patience, file.Name())
		}
		if !told {
			report(fmt.Sprintf("another mesh runs (process %s); waiting for up to %s", holder(file), patience))
			told = true
		}
		time.Sleep(200 * time.Millisecond)
	}
	_ = file.Truncate(0)
	_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return &lock{file}, nil
}

func holder(file *os.File) string {
	content := make([]byte, 32)
	read, _ := file.ReadAt(content, 0)
	if pid := strings.TrimSpace(string(content[:read])); pid != "" {
		return pid
	}
	return "unknown"
}

func (l *lock) release() { _ = l.file.Close() }

// removeLeftovers ends what a run that was killed may have left: its Envoys and its directory. Namespaces are not
// among it, they end with the processes in them. Whoever holds the lock knows that no such run is alive.
func removeLeftovers(report func(string)) {
	directories, _ := filepath.Glob(filepath.Join(os.TempDir(), runPrefix+"*"))
	for _, directory := range directories {
		report("removing what an earlier run left: " + directory)
		for _, pid := range processesIn(directory) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		if err := os.RemoveAll(directory); err != nil {
			report(fmt.Sprintf("cannot remove %s: %v", directory, err))
		}
	}
}

// processesIn finds the Envoys of a run by the configuration file that each was started with.
func processesIn(directory string) []int {
	var found []int
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		arguments, _ := os.ReadFile(filepath.Join("/proc", entry.Name(), "cmdline"))
		if strings.Contains(string(arguments), "--config-path\x00"+directory+"/") {
			found = append(found, pid)
		}
	}
	return found
}
