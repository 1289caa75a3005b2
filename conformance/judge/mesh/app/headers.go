package app

import (
	"encoding/json"
	"fmt"
)

// Headers are given as strings or lists of strings.
type Headers map[string][]string

// UnmarshalJSON takes both forms.
func (h *Headers) UnmarshalJSON(raw []byte) error {
	values := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &values); err != nil {
		return fmt.Errorf("headers: %w", err)
	}
	*h = Headers{}
	for name, value := range values {
		var one string
		var many []string
		if json.Unmarshal(value, &one) == nil {
			(*h)[name] = []string{one}
		} else if json.Unmarshal(value, &many) == nil {
			(*h)[name] = many
		} else {
			return fmt.Errorf("headers: %s is neither a string nor a list of strings", name)
		}
	}
	return nil
}
