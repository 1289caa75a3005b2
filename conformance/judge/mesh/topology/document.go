// Package topology derives what a cluster would have made of a set of manifests: pods, endpoints and addresses.
package topology

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// Document is one Kubernetes object as it was read, with the place it came from.
type Document struct {
	*unstructured.Unstructured
	Source string
}

// String names the object for a person.
func (d Document) String() string {
	name := d.GetName()
	if ns := d.GetNamespace(); ns != "" {
		name = ns + "/" + name
	}
	return fmt.Sprintf("%s %s", d.GetKind(), name)
}

// decode fills a typed object and refuses fields it does not know: a misspelt field would silently change the mesh.
func (d Document) decode(into any) error {
	raw, err := json.Marshal(d.Object)
	if err != nil {
		return fmt.Errorf("%s (%s): %w", d, d.Source, err)
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(d.Object, into, true); err != nil {
		return fmt.Errorf("%s (%s) is no valid %s %s: %w\n%.300s", d, d.Source, d.GetAPIVersion(), d.GetKind(), err, raw)
	}
	return nil
}

// ReadPaths reads every document of the files and of the directories' YAML and JSON files, in the order of their names.
func ReadPaths(paths []string) ([]Document, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", path, err)
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		found, err := manifestFiles(path)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("the directory %s holds no *.yaml, *.yml or *.json file", path)
		}
		files = append(files, found...)
	}
	var documents []Document
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", file, err)
		}
		read, err := Parse(content, file)
		if err != nil {
			return nil, err
		}
		documents = append(documents, read...)
	}
	return documents, nil
}

func manifestFiles(directory string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(directory, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch filepath.Ext(path) {
		case ".yaml", ".yml", ".json":
			if !entry.IsDir() {
				found = append(found, path)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list %s: %w", directory, err)
	}
	sort.Strings(found)
	return found, nil
}

// Parse splits a stream of YAML or JSON into documents; Lists are taken apart.
func Parse(content []byte, source string) ([]Document, error) {
	var documents []Document
	decoder := kubeyaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 64*1024)
	for number := 1; ; number++ {
		object := map[string]any{}
		err := decoder.Decode(&object)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s, document %d: %w", source, number, err)
		}
		if len(object) == 0 {
			continue
		}
		read, err := flatten(object, fmt.Sprintf("%s, document %d", source, number))
		if err != nil {
			return nil, err
		}
		documents = append(documents, read...)
	}
}

func flatten(object map[string]any, source string) ([]Document, error) {
	item := &unstructured.Unstructured{Object: object}
	if item.GetAPIVersion() == "" || item.GetKind() == "" {
		return nil, fmt.Errorf("%s: apiVersion or kind is missing", source)
	}
	if item.IsList() && strings.HasSuffix(item.GetKind(), "List") {
		var documents []Document
		err := item.EachListItem(func(entry runtime.Object) error {
			documents = append(documents, Document{entry.(*unstructured.Unstructured), source})
			return nil
		})
		return documents, err
	}
	if item.GetName() == "" {
		return nil, fmt.Errorf("%s: a %s without metadata.name", source, item.GetKind())
	}
	return []Document{{item, source}}, nil
}

// isClusterScoped knows the few kinds of a manifest that live in no namespace.
func isClusterScoped(d Document) bool {
	switch d.GetKind() {
	case "Namespace", "Node", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "GatewayClass", "PersistentVolume",
		"PriorityClass", "StorageClass", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration":
		return true
	}
	return false
}

func inNamespace(d Document) string {
	if ns := d.GetNamespace(); ns != "" {
		return ns
	}
	return metav1.NamespaceDefault
}
