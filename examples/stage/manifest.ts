import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** What of a container is read here. */
export interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly Variable[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef: { readonly fieldPath: string } };
}

/** What of an object of Kubernetes is read here. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly clusterIP?: string;
    readonly publishNotReadyAddresses?: boolean;
    readonly serviceName?: string;
    readonly podManagementPolicy?: string;
    readonly template?: { readonly spec: PodSpec };
  };
}

/** What of a pod is read here. */
export interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly serviceAccountName?: string;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string };
}

/** Facts about a pod, by the paths that a `fieldRef` names. */
export type PodFacts = Readonly<Record<string, string>>;

/** The folder of the examples: this file is in it, or, compiled, further below. */
export function examplesFolder(): URL {
  let folder = new URL('.', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) folder = new URL('..', folder);
  return folder;
}

/** The folders that have a manifest.yaml. */
export function examplesWithManifest(): readonly string[] {
  return readdirSync(examplesFolder()).filter((name) => existsSync(new URL(`${name}/manifest.yaml`, examplesFolder())));
}

/** The text of an example's manifest.yaml. */
export function manifestText(example: string): string {
  return readFileSync(new URL(`${example}/manifest.yaml`, examplesFolder()), 'utf8');
}

/** The objects of an example's manifest.yaml, in their order. */
export function manifestObjects(example: string): readonly KubernetesObject[] {
  return parseAllDocuments(manifestText(example)).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const object: KubernetesObject = document.toJS();
    return object;
  });
}

/** The pods that objects make. */
export function podsOf(objects: readonly KubernetesObject[]): readonly { readonly name: string; readonly spec: PodSpec }[] {
  return objects.flatMap(({ kind, metadata: { name }, spec }) =>
    spec?.template === undefined ? [] : [{ name: `${kind} ${name}`, spec: spec.template.spec }],
  );
}

/** All containers of a pod, in the order in which they start. */
export function containersOf({ initContainers = [], containers }: PodSpec): readonly Container[] {
  return [...initContainers, ...containers];
}

/** The container of this name, in whatever pod. */
export function containerOf(objects: readonly KubernetesObject[], name: string): Container {
  const all = podsOf(objects).flatMap(({ spec }) => containersOf(spec));
  const found = all.find((container) => container.name === name);
  if (found === undefined) throw new Error(`there is no container ${name}`);
  return found;
}

/** What a container finds in its environment. */
export function environmentOf({ env = [] }: Container, facts: PodFacts): Record<string, string> {
  return Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? facts[valueFrom?.fieldRef.fieldPath ?? ''] ?? '']));
}
