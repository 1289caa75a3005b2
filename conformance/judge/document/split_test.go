package document

import (
	"fmt"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want string // line:offset:first word of each document
	}{
		"nothing":                       {"", ""},
		"only comments and markers":     {"# hello\n---\n\n---\n# bye\n", ""},
		"one without a marker":          {"a: 1\nb: 2\n", "1:0:a:"},
		"one without a last newline":    {"---\na: 1", "2:0:a:"},
		"comments before the content":   {"# why\n\n---\n# how\n\na: 1\n", "6:2:#"},
		"three":                         {"a: 1\n---\nb: 2\n---\nc: 3\n", "1:0:a: 3:1:b: 5:3:c:"},
		"content on the marker's line":  {"--- {a: 1}\n--- # why\nb: 2\n", "1:0:{a: 3:1:#"},
		"end markers":                   {"a: 1\n...\n# between\n---\nb: 2\n", "1:0:a: 5:3:b:"},
		"longer dashes are no marker":   {"a: |\n  x\n----\n", "1:0:a:"},
		"indented dashes are no marker": {"a: |\n  ---\n  x\n", "1:0:a:"},
		"CRLF and a byte order mark":    {"\xef\xbb\xbfa: 1\r\n---\r\nb: 2\r\n", "1:0:a: 3:1:b:"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, d := range Split("f", []byte(c.text)) {
				got = append(got, fmt.Sprintf("%d:%d:%s", d.Line, d.Offset, strings.Fields(string(d.Text))[0]))
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
			}
		})
	}
}

func TestBodyStartsAtItsLine(t *testing.T) {
	for _, d := range Split("f", []byte("# why\n\na: 1\n---\nb: 2\n--- {c: 3}\n")) {
		if body := strings.TrimSpace(string(d.Body())); !strings.HasPrefix(strings.TrimPrefix(body, "{"), string("abc"[d.Line/2-1:d.Line/2])) {
			t.Errorf("line %d: body %q", d.Line, body)
		}
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	for path, want := range map[string]string{
		t.TempDir():     "no .yaml, .yml or .json file",
		"/no/such/file": "cannot read stat /no/such/file",
	} {
		if _, err := Read([]string{path}, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
	if _, err := Read(nil, nil); err == nil {
		t.Error("no argument: got no error")
	}
}
