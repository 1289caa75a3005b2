package verdict

import (
	"errors"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// lines takes an API server's answer apart: one message for each field that is wrong.
func lines(err error) []string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		return []string{err.Error()}
	}
	var messages []string
	for _, cause := range status.Status().Details.Causes {
		message := cause.Message
		if cause.Field != "" && cause.Field != "<nil>" {
			message = cause.Field + ": " + message
		}
		messages = append(messages, message)
	}
	return messages
}

// bullets takes apart how Istio writes several errors as one.
func bullets(message string) []string {
	_, list, several := strings.Cut(message, " occurred:\n\t* ")
	if !several {
		return []string{strings.TrimSpace(message)}
	}
	var messages []string
	for _, item := range strings.Split(list, "\n\t* ") {
		messages = append(messages, strings.TrimSpace(item))
	}
	return messages
}
