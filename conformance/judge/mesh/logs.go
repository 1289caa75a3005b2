package mesh

import (
	"io/fs"
	"os"
	"path/filepath"
)

// logFiles shows only the logs of a run's directory: it holds sockets too, which cannot be copied.
type logFiles struct{ fs.FS }

func logsOnly(directory string) fs.FS { return logFiles{os.DirFS(directory)} }

// ReadDir lists the logs and the configurations the Envoys started with.
func (l logFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(l.FS, name)
	if err != nil {
		return nil, err
	}
	var kept []fs.DirEntry
	for _, entry := range entries {
		if extension := filepath.Ext(entry.Name()); extension == ".log" || extension == ".json" {
			kept = append(kept, entry)
		}
	}
	return kept, nil
}
