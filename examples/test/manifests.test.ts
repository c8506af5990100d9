import { describe, expect, test } from 'vitest';
import { containersOf, examplesWithManifest, manifestObjects, manifestText, podsOf } from '../stage/manifest.ts';
import type { Container, KubernetesObject, PodSpec } from '../stage/manifest.ts';

const examples = examplesWithManifest();
const manifests = examples.map((name) => ({ name, text: manifestText(name), objects: manifestObjects(name) }));
const pods = manifests.flatMap(({ name, objects }) => podsOf(objects).map((pod) => ({ name: `${name}: ${pod.name}`, spec: pod.spec })));
const containers = pods.flatMap(({ name, spec }) =>
  containersOf(spec).map((container) => ({ name: `${name}: ${container.name}`, container, pod: spec })),
);

test('there are manifests', () => {
  expect(examples).toEqual(expect.arrayContaining(['demo', 'mongo', 'watch-service']));
});

describe.each(manifests)('manifest.yaml of $name', ({ text, objects }) => {
  test('names the Services before the StatefulSets', () => {
    const kinds = objects.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['Service', 'StatefulSet']));
    expect(kinds.lastIndexOf('Service')).toBeLessThan(kinds.indexOf('StatefulSet'));
  });

  test('has each StatefulSet governed by a headless Service that shows pods before they are ready', () => {
    const headless = objects.filter(({ kind, spec }) => kind === 'Service' && spec?.clusterIP === 'None');
    const governing = objects.filter(({ kind }) => kind === 'StatefulSet').map(({ spec }) => spec?.serviceName);
    for (const name of governing) {
      expect(headless.find((each) => each.metadata.name === name)?.spec).toMatchObject({ publishNotReadyAddresses: true });
    }
  });

  test('says that volumes outlive the Service and the StatefulSet', () => {
    expect(text).toMatch(/^ *# .*\bvolumes outlive the pods, the StatefulSets? and the Services?\b/im);
  });

  test('has nothing but what needs no permission', () => {
    const kinds = new Set(objects.map(({ kind }) => kind));
    expect([...kinds].filter((kind) => !['Service', 'ConfigMap', 'StatefulSet', 'Deployment'].includes(kind))).toEqual([]);
  });
});

test.each(pods)('$name has no token for the Kubernetes API', ({ spec }) => {
  expect(spec).toMatchObject({ automountServiceAccountToken: false });
  expect(spec).not.toHaveProperty('serviceAccountName');
});

test.each(containers)('$name is not root, writes nowhere but into volumes and gains no rights', ({ container, pod }) => {
  expect(confinementOf(container, pod)).toEqual({
    runAsNonRoot: true,
    isUserRoot: false,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    drops: ['ALL'],
  });
});

test('a container that says nothing is not taken for a confined one', () => {
  const container: Container = { name: 'app' };
  expect(confinementOf(container, { containers: [container] })).toMatchObject({
    runAsNonRoot: undefined,
    readOnlyRootFilesystem: undefined,
  });
});

test.each([
  { name: 'mongo', kind: 'StatefulSet', spec: { podManagementPolicy: 'Parallel', serviceName: 'color-svc' } },
  { name: 'watch-service', kind: 'StatefulSet', spec: { podManagementPolicy: 'Parallel', serviceName: 'color-svc' } },
])('the $kind of $name starts its pods at once', ({ name, kind, spec }) => {
  const found: KubernetesObject | undefined = manifestObjects(name).find((object) => object.kind === kind);
  expect(found?.spec).toMatchObject(spec);
});

/** What holds for a container: what it says itself goes before what its pod says. */
function confinementOf({ securityContext: own = {} }: Container, { securityContext: ofPod = {} }: PodSpec) {
  const { runAsNonRoot, runAsUser, readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = { ...ofPod, ...own } as Record<
    string,
    unknown
  >;
  const { drop } = Object(capabilities);
  return { runAsNonRoot, isUserRoot: runAsUser === 0, readOnlyRootFilesystem, allowPrivilegeEscalation, drops: drop };
}
