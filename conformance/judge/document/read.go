package document

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

var extensions = []string{".yaml", ".yml", ".json"}

// A File is the text of one input. Stdin is called "-".
type File struct {
	Name string
	Text []byte
}

// ReadFiles reads files, directories (every .yaml, .yml and .json file below them, in
// order of their names) and "-" for stdin.
func ReadFiles(paths []string, stdin io.Reader) ([]File, error) {
	if len(paths) == 0 {
		return nil, errors.New("nothing to read; give files, directories, or - for stdin")
	}
	var files []File
	for _, path := range paths {
		if path == "-" {
			text, err := io.ReadAll(stdin)
			if err != nil {
				return nil, fmt.Errorf("cannot read stdin: %w", err)
			}
			files = append(files, File{"-", text})
			continue
		}
		names, err := filesOf(path)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, fmt.Errorf("cannot read %w", err)
			}
			files = append(files, File{name, text})
		}
	}
	return files, nil
}

// Read is ReadFiles and Split in one.
func Read(paths []string, stdin io.Reader) ([]Document, error) {
	files, err := ReadFiles(paths, stdin)
	if err != nil {
		return nil, err
	}
	var documents []Document
	for _, file := range files {
		documents = append(documents, Split(file.Name, file.Text)...)
	}
	return documents, nil
}

func filesOf(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil // whatever its name: it was asked for
	}
	var names []string
	err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && slices.Contains(extensions, filepath.Ext(name)) {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read %w", err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("there is no .yaml, .yml or .json file below %s; has it been synthesized?", path)
	}
	return names, nil
}
