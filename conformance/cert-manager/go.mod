// cert-manager's CRDs, for the kinds that the judge knows; none of its code is built.
module cdk8s-istio/conformance/cert-manager

go 1.26.0

require github.com/cert-manager/cert-manager v1.21.2
