package envoy

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// maxLogLine keeps a message readable when Envoy prints whole configurations.
const maxLogLine = 700

// Process is a running Envoy.
type Process struct {
	command *exec.Cmd
	logPath string
	ended   chan struct{}
	mutex   sync.Mutex
	outcome error
}

// Start starts Envoy as the given user. It must be called on a thread that lives as long as Envoy shall: the
// kernel ends the child when the thread that started it is gone, which is what cleans up after a judge that was
// killed.
func Start(binary, directory, name string, bootstrap []byte, uid uint32, logLevel string) (*Process, error) {
	configPath := filepath.Join(directory, name+".json")
	if err := os.WriteFile(configPath, bootstrap, 0o644); err != nil {
		return nil, err
	}
	p := &Process{logPath: filepath.Join(directory, name+".log"), ended: make(chan struct{})}
	log, err := os.Create(p.logPath)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	// A changed listener ends its old connections after the drain time. Istio gives them 45 s; a test that changed
	// something does not want to wait, and the short time is all that differs.
	p.command = exec.Command(binary, "--config-path", configPath, "--disable-hot-restart", "--concurrency", "1",
		"--log-level", logLevel, "--skip-deprecated-logs", "--drain-time-s", "1", "--drain-strategy", "immediate", "--parent-shutdown-time-s", "2")
	p.command.Stdout, p.command.Stderr = log, log
	p.command.Dir = directory
	p.command.Env = []string{"HOME=" + directory, "TMPDIR=" + directory}
	p.command.SysProcAttr = &syscall.SysProcAttr{
		Credential: &syscall.Credential{Uid: uid, Gid: uid},
		Pdeathsig:  syscall.SIGKILL,
		// Ctrl-C is for the judge, which ends its Envoys in order.
		Setpgid: true,
	}
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", binary, err)
	}
	go func() {
		err := p.command.Wait()
		p.mutex.Lock()
		p.outcome = err
		p.mutex.Unlock()
		close(p.ended)
	}()
	return p, nil
}

// PID is the process id.
func (p *Process) PID() int { return p.command.Process.Pid }

// LogPath is where Envoy writes its log.
func (p *Process) LogPath() string { return p.logPath }

// Ended says whether and why Envoy is gone.
func (p *Process) Ended() (bool, error) {
	select {
	case <-p.ended:
		p.mutex.Lock()
		defer p.mutex.Unlock()
		if p.outcome == nil {
			return true, errors.New("it exited with 0")
		}
		return true, p.outcome
	default:
		return false, nil
	}
}

// Signal asks Envoy to end.
func (p *Process) Signal() { _ = p.command.Process.Signal(syscall.SIGTERM) }

// Stop waits for Envoy to end, for at most the given time, then ends it.
func (p *Process) Stop(grace time.Duration) {
	select {
	case <-p.ended:
		return
	case <-time.After(grace):
	}
	_ = p.command.Process.Kill()
	<-p.ended
}

// Tail is the end of the log, for messages about what went wrong.
func (p *Process) Tail(lines int) string {
	content, err := os.ReadFile(p.logPath)
	if err != nil {
		return fmt.Sprintf("(no log: %v)", err)
	}
	all := strings.Split(strings.TrimSpace(string(content)), "\n")
	if len(all) > lines {
		all = all[len(all)-lines:]
	}
	for i, line := range all {
		if len(line) > maxLogLine {
			all[i] = line[:maxLogLine] + " …"
		}
	}
	text := strings.Join(all, "\n")
	if text == "" {
		return "(its log is empty)"
	}
	return text
}
