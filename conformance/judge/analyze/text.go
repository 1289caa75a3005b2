package analyze

import (
	"fmt"
	"io"
	"strings"
)

// WriteText prints the messages for people, an object and its place above its messages.
func WriteText(w io.Writer, messages []Message) error {
	var out strings.Builder
	counts := map[string]int{}
	last := ""
	for _, m := range messages {
		heading := m.Resource
		if m.File != "" {
			heading = fmt.Sprintf("%s  %s:%d", m.Resource, m.File, m.Line)
		}
		if heading != last {
			fmt.Fprintf(&out, "%s\n", heading)
			last = heading
		}
		fmt.Fprintf(&out, "    %-7s %s  %s\n", m.Level, m.Code, strings.ReplaceAll(m.Message, "\n", "\n      "))
		counts[m.Level]++
	}
	if len(messages) > 0 {
		out.WriteString("\n")
	}
	fmt.Fprintf(&out, "%d errors, %d warnings, %d infos\n", counts["Error"], counts["Warning"], counts["Info"])
	_, err := io.WriteString(w, out.String())
	return err
}
