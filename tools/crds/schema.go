package main

import (
	"fmt"
	"sort"
)

type keyword int

const (
	fact         keyword = iota + 1 // kept as it is
	prose                           // dropped: it decides nothing
	schema                          // holds one schema
	schemaOrBool                    // holds one schema or true/false
	schemaList                      // holds a list of schemas
	schemaMap                       // holds schemas by property name
)

// keywords is every word a structural schema may use. The walk goes by it because a
// property may itself be called `description`; and a word that is not here stops the
// run, since dropping or keeping it blindly could change verdicts.
var keywords = map[string]keyword{
	"description": prose, "title": prose, "example": prose, "externalDocs": prose,

	"not": schema, "items": schema, "additionalProperties": schemaOrBool,
	"allOf": schemaList, "anyOf": schemaList, "oneOf": schemaList,
	"properties": schemaMap,

	"type": fact, "format": fact, "enum": fact, "required": fact, "nullable": fact, "default": fact,
	"minimum": fact, "maximum": fact, "exclusiveMinimum": fact, "exclusiveMaximum": fact, "multipleOf": fact,
	"minLength": fact, "maxLength": fact, "pattern": fact,
	"minItems": fact, "maxItems": fact, "uniqueItems": fact, "minProperties": fact, "maxProperties": fact,
	"x-kubernetes-validations":             fact,
	"x-kubernetes-int-or-string":           fact,
	"x-kubernetes-preserve-unknown-fields": fact,
	"x-kubernetes-embedded-resource":       fact,
	"x-kubernetes-list-type":               fact,
	"x-kubernetes-list-map-keys":           fact,
	"x-kubernetes-map-type":                fact,
}

func withoutProse(node object, path string) (object, error) {
	facts := object{}
	for _, word := range keysOf(node) {
		value, at := node[word], path+"."+word
		var err error
		switch keywords[word] {
		case prose:
			continue
		case fact:
			facts[word] = value
		case schema, schemaOrBool:
			if _, isBool := value.(bool); isBool && keywords[word] == schemaOrBool {
				facts[word] = value
				continue
			}
			facts[word], err = one(value, at)
		case schemaList:
			list, ok := value.([]any)
			if !ok {
				return nil, fmt.Errorf("schema%s is %T, expected a list of schemas", at, value)
			}
			kept := make([]any, len(list))
			for i, item := range list {
				if kept[i], err = one(item, fmt.Sprintf("%s[%d]", at, i)); err != nil {
					return nil, err
				}
			}
			facts[word] = kept
		case schemaMap:
			byName, ok := value.(object)
			if !ok {
				return nil, fmt.Errorf("schema%s is %T, expected schemas by name", at, value)
			}
			kept := object{}
			for _, property := range keysOf(byName) {
				if kept[property], err = one(byName[property], at+"."+property); err != nil {
					return nil, err
				}
			}
			facts[word] = kept
		default:
			return nil, fmt.Errorf("schema%s: unknown keyword %q; say in tools/crds/schema.go whether it is a fact, prose or holds schemas", at, word)
		}
		if err != nil {
			return nil, err
		}
	}
	return facts, nil
}

func one(value any, path string) (any, error) {
	node, ok := value.(object)
	if !ok {
		return nil, fmt.Errorf("schema%s is %T, expected a schema", path, value)
	}
	return withoutProse(node, path)
}

func keysOf(maps ...object) []string {
	seen := map[string]bool{}
	var keys []string
	for _, m := range maps {
		for key := range m {
			if !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	sort.Strings(keys)
	return keys
}
