package main

import (
	"encoding/json"
	"testing"
)

func TestFlagsMayFollowFiles(t *testing.T) {
	flags := newFlags("test", "", "")
	out := format("text")
	flags.Var(&out, "format", "")
	rest, code, ok := parse(flags, []string{"a", "--format", "json", "b", "-"})
	if !ok || code != exitOK || len(rest) != 3 || rest[2] != "-" || out != "json" {
		t.Errorf("got %v %v %v %v", rest, code, ok, out)
	}
}

func TestScalars(t *testing.T) {
	for text, want := range map[string]string{
		"a: on":             `{"json":{"a":true}}`,
		"a: 'on'":           `{"json":{"a":"on"}}`,
		"a: 0o17":           `{"json":{"a":15}}`,
		"a: 1_000":          `{"json":{"a":1000}}`,
		"a: 1.10":           `{"json":{"a":1.1}}`,
		"a: 1\na: 2":        `{"error":"yaml: unmarshal errors:\n  line 2: key \"a\" already set in map"}`,
		"a: \"0o17\"":       `{"json":{"a":"0o17"}}`,
		"- ~\n- 2020-01-01": `{"json":[null,"2020-01-01"]}`,
	} {
		got, err := json.Marshal(readScalars(text))
		if err != nil || string(got) != want {
			t.Errorf("%q: got %s %v, want %s", text, got, err, want)
		}
	}
}

func TestEveryRequestIsAnswered(t *testing.T) {
	echo := func(yaml string) any { return yaml }
	for line, want := range map[string]string{
		`{"yaml": "a"}`: `"a"`,
		`{"yaml": ""}`:  `""`,
		`{}`:            `{"error":"the request has no \"yaml\"; send {\"yaml\": \"…\"} on one line"}`,
		`[1]`:           `{"error":"the request is no JSON object: json: cannot unmarshal array into Go value of type struct { YAML *string }; send {\"yaml\": \"…\"} on one line"}`,
	} {
		got, _ := json.Marshal(answerLine([]byte(line), echo))
		if string(got) != want {
			t.Errorf("%s: got %s, want %s", line, got, want)
		}
	}
}
