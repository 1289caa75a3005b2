import { AllowPolicies } from './allow-policies';
import { AllowRule } from './allow-rule';
import { writeCallsBy } from '../model/declared-calls';
import { MeshService } from '../model/mesh-service';

/*
 * Who loads this library has this loaded, too: declared calls of the model become policies here. See docs/adr/0012.
 */
writeCallsBy(({ caller, target, options: { methods, paths, ports, sharedIdentity } }) => {
  const rule = new AllowRule({ caller, target, methods, paths, ports, sharedIdentity });
  if (target instanceof MeshService && !target._knowsPods) {
    rule.targetPorts();
    return;
  }
  AllowPolicies.of(target, target.namespace).add(rule);
});
