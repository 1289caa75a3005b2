package verdict

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// WriteText prints a table for people: a line a document, what is wrong below it.
func WriteText(w io.Writer, verdicts []Verdict) error {
	rows := [][]string{{"KIND", "NAMESPACE", "NAME", "API SERVER", "ISTIOD", "SOURCE"}}
	rejected := 0
	for _, v := range verdicts {
		if !v.Accepted {
			rejected++
		}
		rows = append(rows, []string{
			orDash(v.Kind), orDash(v.Namespace), orDash(v.Name),
			apiServerCell(v.APIServer), webhookCell(v.Webhook), fmt.Sprintf("%s:%d", v.File, v.Line),
		})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var out strings.Builder
	for i, row := range rows {
		line := ""
		for j, cell := range row {
			line += cell + strings.Repeat(" ", widths[j]-utf8.RuneCountInString(cell)+2)
		}
		out.WriteString(strings.TrimRight(line, " ") + "\n")
		if i > 0 {
			writeFindings(&out, verdicts[i-1])
		}
	}
	fmt.Fprintf(&out, "\n%s: %d accepted, %d rejected\n", count(len(verdicts), "document"), len(verdicts)-rejected, rejected)
	_, err := io.WriteString(w, out.String())
	return err
}

func writeFindings(out *strings.Builder, v Verdict) {
	for _, list := range []struct {
		who      string
		messages []string
	}{
		{"API server", v.APIServer.Errors},
		{"istiod", v.Webhook.Errors},
		{"istiod warns", v.Webhook.Warnings},
	} {
		for _, message := range list.messages {
			fmt.Fprintf(out, "    %s: %s\n", list.who, strings.ReplaceAll(message, "\n", "\n      "))
		}
	}
}

func apiServerCell(a APIServer) string {
	switch {
	case a.Checked == NotChecked:
		return "not checked"
	case !a.Accepted:
		return "REJECTED"
	case a.Checked == StrictDecode:
		return "decoded only"
	}
	return "accepted"
}

func webhookCell(w Webhook) string {
	switch {
	case w.Checked == NotChecked:
		return "not asked"
	case !w.Accepted:
		return "REJECTED"
	}
	return "accepted"
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
