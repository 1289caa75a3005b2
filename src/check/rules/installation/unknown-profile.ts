import { member, stringOr } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { nearestTo } from '../../facts/nearest';
import { defineRule } from '../../rule';

const PROFILES = ['ambient', 'default', 'demo', 'empty', 'minimal', 'openshift', 'openshift-ambient', 'preview', 'remote', 'stable'];

export const unknownProfile = defineRule({
  code: 'MESH4102',
  slug: 'unknown-profile',
  title: 'An IstioOperator asks for a profile that does not exist',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: '`istioctl install` stops: it finds no such profile.',
  fix: `Write one of ${PROFILES.join(', ')}.`,
  links: ['https://istio.io/latest/docs/setup/additional-setup/config-profiles/'],
  examples: {
    valid: [{
      title: 'A profile of Istio',
      yaml: `
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: istio, namespace: istio-system }
spec:
  profile: default
`,
    }, {
      title: 'A profile of an installation package of one\'s own',
      yaml: `
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: istio, namespace: istio-system }
spec:
  profile: company
  installPackagePath: /opt/istio/manifests
`,
    }],
    invalid: [{
      title: 'The profile production, which was never one',
      yaml: `
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: istio, namespace: istio-system }
spec:
  profile: production
`,
    }],
  },
  kinds: [Kind.ISTIO_OPERATOR],
  check(object, { report }) {
    const spec = member(object.json, 'spec');
    const profile = stringOr(member(spec, 'profile'));
    if (!profile || PROFILES.includes(profile) || member(spec, 'installPackagePath') !== undefined) return;
    const near = nearestTo(profile, PROFILES);
    report({
      path: 'spec.profile',
      message: `There is no profile ${profile}.`,
      fix: `${near ? `Did you mean ${near}? ` : ''}Istio has ${PROFILES.join(', ')}${profile === 'production' ? '; for production, start from default' : ''}.`,
    });
  },
});
