import type { Probe } from './observation.ts';

const texts: Readonly<Record<Probe['kind'], string>> = {
  unreachable: 'it does not answer',
  ghost: 'it is of no set, or still reads its configuration, or was removed from its set',
  uninit: 'it has no configuration',
  removed: 'it was removed from its set',
  member: 'it says that it is a member already',
  otherSet: 'it is a member of another set',
  authRefused: 'it refuses the credentials',
  notReplSet: 'it was started without --replSet',
};

/** What a member said, for a person; undefined = nobody asked. */
export function probeText(probe: Probe | undefined): string {
  if (probe === undefined) return 'it was not asked';
  return probe.kind === 'otherSet' && probe.setName !== undefined ? `it is a member of another set, ${probe.setName}` : texts[probe.kind];
}
