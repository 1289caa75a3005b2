// The CRD of the Prometheus operator's rules; none of its code is built.
module cdk8s-istio/conformance/prometheus-operator

go 1.26.0

require github.com/prometheus-operator/prometheus-operator v0.85.0
