// Package document finds the YAML documents in files, and remembers where each stands.
package document

import "bytes"

// A Document is one YAML document of a file.
type Document struct {
	File string
	Line int // of its first line that is neither blank nor a comment; from 1
	Text []byte
	// Offset is how many lines of the file come before Text, so that a parser's
	// "line 3" can be made into the file's.
	Offset int
}

// Body is Text from Line on: without the blanks and comments that lead it.
func (d Document) Body() []byte {
	text := d.Text
	for skip := d.Line - d.Offset - 1; skip > 0; skip-- {
		text = text[bytes.IndexByte(text, '\n')+1:]
	}
	return text
}

// Split cuts a stream at its document markers. Documents that hold only blanks and
// comments are left out: the API server never sees them either.
//
// A marker is a line that starts with `---` followed by a space or nothing; YAML
// allows such a line nowhere else, not even inside a block scalar.
func Split(file string, text []byte) []Document {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	var documents []Document
	current := Document{File: file}
	flush := func(next int) {
		if current.Line > 0 {
			documents = append(documents, current)
		}
		current = Document{File: file, Offset: next}
	}
	number := 0
	for len(text) > 0 {
		number++
		line := text
		if end := bytes.IndexByte(text, '\n'); end >= 0 {
			line = text[:end+1]
		}
		text = text[len(line):]

		switch {
		case isMarker(line, "---"):
			flush(number - 1)
			// What follows the marker on its line belongs to the document.
			line = append([]byte("   "), line[3:]...)
		case isMarker(line, "..."):
			flush(number)
			continue
		}
		if current.Line == 0 && hasContent(line) {
			current.Line = number
		}
		current.Text = append(current.Text, line...)
	}
	flush(number)
	return documents
}

func isMarker(line []byte, marker string) bool {
	rest, ok := bytes.CutPrefix(line, []byte(marker))
	return ok && (len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0)
}

func hasContent(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) > 0 && line[0] != '#'
}
