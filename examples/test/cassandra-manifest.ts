import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';

/** As much of any object as is looked at. */
interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

interface ServiceObject extends KubernetesObject {
  readonly spec: { readonly ports: readonly unknown[] };
}

interface ContainerObject {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts: readonly unknown[];
  readonly readinessProbe?: unknown;
}

export interface StatefulSetObject extends KubernetesObject {
  readonly spec: {
    readonly selector: { readonly matchLabels: unknown };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly automountServiceAccountToken: boolean;
        readonly initContainers: readonly ContainerObject[];
        readonly containers: readonly ContainerObject[];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
    readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[];
  };
}

/** The manifest of the Cassandra example, as `kubectl` would read it. */
export interface CassandraManifest {
  readonly text: string;
  readonly objects: readonly KubernetesObject[];
  readonly kinds: readonly string[];
  readonly service: ServiceObject;
  readonly statefulSets: readonly StatefulSetObject[];
  /** The files of the ConfigMap. */
  readonly data: Readonly<Record<string, string>>;
  /** What one of them, `cluster.yaml`, says. */
  readonly cluster: unknown;
}

export function cassandraManifest(): CassandraManifest {
  const text = readFileSync(new URL('../cassandra/manifest.yaml', import.meta.url), 'utf8');
  const objects = parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as KubernetesObject;
  });
  const ofKind = (kind: string): readonly unknown[] => objects.filter((each) => each.kind === kind);
  const [{ data }] = ofKind('ConfigMap') as [{ data: Record<string, string> }];
  const [service] = ofKind('Service') as [ServiceObject];
  const statefulSets = ofKind('StatefulSet') as readonly StatefulSetObject[];
  return { text, objects, kinds: objects.map(({ kind }) => kind), service, statefulSets, data, cluster: parse(data['cluster.yaml'] ?? '') };
}

/** What a container gets, with empty texts for what the cluster fills in. */
export function environmentOf(set: StatefulSetObject | undefined, container: string): Readonly<Record<string, string>> {
  const { initContainers = [], containers = [] } = set?.spec.template.spec ?? {};
  const found = [...initContainers, ...containers].find(({ name }) => name === container);
  return Object.fromEntries((found?.env ?? []).map(({ name, value = '' }) => [name, value]));
}
