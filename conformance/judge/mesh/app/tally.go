package app

import (
	"fmt"
	"sync"
	"time"
)

// Counts are what became of requests.
type Counts struct {
	Count      int            `json:"count"`
	Failed     int            `json:"failed"`
	ByStatus   map[string]int `json:"byStatus"`
	ByPod      map[string]int `json:"byPod"`
	ByVersion  map[string]int `json:"byVersion"`
	ByWorkload map[string]int `json:"byWorkload"`
	SlowestMs  float64        `json:"slowestMs"`
}

// Phase is a part of the time of a steady client. A request belongs to the phase in which it was sent.
type Phase struct {
	Name   string `json:"name"`
	FromMs int64  `json:"fromMs"`
	Counts
	ByVariant map[string]*Counts `json:"byVariant,omitempty"`
}

// Failure is a request that a user would have noticed.
type Failure struct {
	AtMs    int64  `json:"atMs"`
	Phase   string `json:"phase"`
	Variant string `json:"variant,omitempty"`
	Result
}

// Report is what became of all requests of a steady client.
type Report struct {
	Ms int64 `json:"ms"`
	Counts
	Phases   []Phase   `json:"phases"`
	Failures []Failure `json:"failures"`
}

// NewCounts counts nothing yet.
func NewCounts() Counts {
	return Counts{ByStatus: map[string]int{}, ByPod: map[string]int{}, ByVersion: map[string]int{}, ByWorkload: map[string]int{}}
}

// Add counts one result.
func (c *Counts) Add(result Result) {
	c.Count++
	if result.failed() {
		c.Failed++
	}
	c.ByStatus[result.Key()]++
	c.SlowestMs = max(c.SlowestMs, result.Ms)
	if result.Identity == nil {
		return
	}
	c.ByPod[result.Pod]++
	c.ByWorkload[result.Workload]++
	if result.Version != "" {
		c.ByVersion[result.Version]++
	}
}

func (c Counts) copied() Counts {
	c.ByStatus, c.ByPod = copyCounts(c.ByStatus), copyCounts(c.ByPod)
	c.ByVersion, c.ByWorkload = copyCounts(c.ByVersion), copyCounts(c.ByWorkload)
	return c
}

// failed: there was no answer, or it says that something went wrong.
func (r Result) failed() bool {
	return r.Error != "" || r.Status >= 400 || r.GRPCStatus != "" && r.GRPCStatus != "0"
}

// tally counts by phase while requests go on.
type tally struct {
	start time.Time
	limit int

	mutex    sync.Mutex
	total    Counts
	phases   []*Phase
	failures []Failure
}

// begun is a request on its way.
type begun struct {
	phase *Phase
	at    time.Duration
}

func newTally(phase string, failures int) *tally {
	t := &tally{start: time.Now(), limit: failures, total: NewCounts(), failures: []Failure{}}
	t.phases = []*Phase{{Name: phase, Counts: NewCounts(), ByVariant: map[string]*Counts{}}}
	return t
}

func (t *tally) begin() begun {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return begun{t.phases[len(t.phases)-1], time.Since(t.start)}
}

func (t *tally) add(request begun, variant string, result Result) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.total.Add(result)
	request.phase.Add(result)
	if variant != "" {
		counts := request.phase.ByVariant[variant]
		if counts == nil {
			fresh := NewCounts()
			counts = &fresh
			request.phase.ByVariant[variant] = counts
		}
		counts.Add(result)
	}
	if result.failed() && len(t.failures) < t.limit {
		t.failures = append(t.failures, Failure{request.at.Milliseconds(), request.phase.Name, variant, result})
	}
}

// mark begins a phase. Two of one name could not be told apart.
func (t *tally) mark(name string) error {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, phase := range t.phases {
		if phase.Name == name {
			return fmt.Errorf("there has been a phase %q", name)
		}
	}
	t.phases = append(t.phases, &Phase{Name: name, FromMs: time.Since(t.start).Milliseconds(), Counts: NewCounts(), ByVariant: map[string]*Counts{}})
	return nil
}

func (t *tally) current() Phase {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.phases[len(t.phases)-1].copied()
}

func (p *Phase) copied() Phase {
	phase := *p
	phase.Counts = p.Counts.copied()
	phase.ByVariant = map[string]*Counts{}
	for name, counts := range p.ByVariant {
		variant := counts.copied()
		phase.ByVariant[name] = &variant
	}
	return phase
}

func (t *tally) report() Report {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	report := Report{Ms: time.Since(t.start).Milliseconds(), Counts: t.total.copied(), Phases: []Phase{}, Failures: t.failures}
	for _, phase := range t.phases {
		report.Phases = append(report.Phases, phase.copied())
	}
	return report
}
