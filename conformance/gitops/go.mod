// The CRDs of Argo CD and of Flux, for the kinds that the judge knows; none of their code is built.
module cdk8s-istio/conformance/gitops

go 1.26.0

require (
	github.com/argoproj/argo-cd/v3 v3.5.7
	github.com/fluxcd/helm-controller v1.6.0
	github.com/fluxcd/source-controller v1.9.6
)
