package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// serveLines answers {"yaml": "…"} requests from stdin, a line each, until stdin ends.
// A request that cannot be read is answered too, or the asker would wait for ever.
func serveLines(name string, answer func(yaml string) any) int {
	// Every answer leaves garbage and little else lives, so memory is cheaper than collecting.
	debug.SetGCPercent(400)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n') // no Scanner: a document may be of any length
		if len(bytes.TrimSpace(line)) > 0 {
			if err := encoder.Encode(answerLine(line, answer)); err != nil {
				return misuse(name, err)
			}
			// Kept back while more requests wait, so that a flood is answered in large writes.
			waiting, _ := in.Peek(in.Buffered())
			if bytes.IndexByte(waiting, '\n') < 0 {
				if err := out.Flush(); err != nil {
					return misuse(name, err)
				}
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			if err := out.Flush(); err != nil {
				return misuse(name, err)
			}
			return exitOK
		case err != nil:
			return misuse(name, err)
		}
	}
}

func answerLine(line []byte, answer func(yaml string) any) any {
	var request struct{ YAML *string }
	if err := json.Unmarshal(line, &request); err != nil {
		return map[string]string{"error": fmt.Sprintf("the request is no JSON object: %v; send {\"yaml\": \"…\"} on one line", err)}
	}
	if request.YAML == nil {
		return map[string]string{"error": `the request has no "yaml"; send {"yaml": "…"} on one line`}
	}
	return answer(*request.YAML)
}
