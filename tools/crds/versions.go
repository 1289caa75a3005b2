package main

import (
	"fmt"
	"regexp"
	"sort"
	"strconv"
)

var versionName = regexp.MustCompile(`^v([0-9]+)(?:(alpha|beta)([0-9]+))?$`)

// newestFirst sorts API versions as Kubernetes does: GA before beta before alpha,
// and the higher number first within each.
func newestFirst(versions []string) error {
	rank := map[string][3]int{}
	for _, v := range versions {
		m := versionName.FindStringSubmatch(v)
		if m == nil {
			return fmt.Errorf("version %q is not of the form v1, v1beta1 or v1alpha3, so it is unknown whether it is newer", v)
		}
		major, _ := strconv.Atoi(m[1])
		minor, _ := strconv.Atoi(m[3])
		stability := map[string]int{"": 2, "beta": 1, "alpha": 0}[m[2]]
		rank[v] = [3]int{stability, major, minor}
	}
	sort.Slice(versions, func(i, j int) bool {
		a, b := rank[versions[i]], rank[versions[j]]
		for k := range a {
			if a[k] != b[k] {
				return a[k] > b[k]
			}
		}
		return false
	})
	return nil
}
