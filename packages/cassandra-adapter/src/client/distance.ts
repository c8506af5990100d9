/** Whether the driver sends requests to a host. */
export type IsLocal = (host: { readonly datacenter: string }) => boolean;

/** A load-balancing policy of the driver, as far as it says whom it asks: distance 0 is local. */
interface LoadBalancing {
  getDistance(host: object): number;
}

/**
 * Whom a client with these options asks, as the driver decides it: a host counts by the nearest distance that the policy of any execution
 * profile gives it. A profile without a policy has that of the profile `default`, else that of the options, else the driver's own, which asks
 * the nodes of the data centre.
 */
export function localBy(options: object, datacenter: string): IsLocal {
  const policies = loadBalancingPolicies(options);
  return (host) => policies.some((policy) => (policy === undefined ? host.datacenter === datacenter : policy.getDistance(host) === 0));
}

function loadBalancingPolicies(options: object): readonly (LoadBalancing | undefined)[] {
  const profiles = arrayAt(options, 'profiles');
  const own = policyAt(valueAt(options, 'policies'));
  const preset = profiles.find((profile) => valueAt(profile, 'name') === 'default');
  const fallback = policyAt(preset) ?? own;
  // One policy may serve several profiles: it is asked once.
  return [...new Set([fallback, ...profiles.map((profile) => policyAt(profile) ?? fallback)])];
}

function policyAt(holder: unknown): LoadBalancing | undefined {
  const policy = valueAt(holder, 'loadBalancing');
  return isLoadBalancing(policy) ? policy : undefined;
}

function isLoadBalancing(policy: unknown): policy is LoadBalancing {
  return typeof valueAt(policy, 'getDistance') === 'function';
}

function arrayAt(holder: unknown, key: string): readonly unknown[] {
  const value = valueAt(holder, key);
  return Array.isArray(value) ? value : [];
}

function valueAt(holder: unknown, key: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, key) : undefined;
}
