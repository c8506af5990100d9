import { abortable } from './abortable.ts';
import { findingsOf } from './diagnosis/findings-of.ts';
import type { DiagnosisContext } from './diagnosis/diagnosis-context.ts';
import type { Diagnosis } from './diagnosis/finding.ts';
import { firstQuestions, followUps, probeType } from './diagnosis/plan-questions.ts';
import { readView } from './diagnosis/read-view.ts';
import type { ServerAnswers } from './diagnosis/read-view.ts';
import { reverseName } from './diagnosis/reverse-name.ts';
import { InvalidOptionsError } from './errors.ts';
import { openDnsClient } from './lookup/dns-client.ts';
import type { DnsClient } from './lookup/dns-client.ts';
import { systemServers } from './lookup/dns-channel.ts';
import type { Lookup, Question } from './lookup/outcome.ts';
import { screenAnswer } from './lookup/screen-answer.ts';
import { tcpReach } from './lookup/tcp-reach.ts';
import { optionIssue } from './option-issues.ts';
import type { ResolvedOptions, WatchOptions } from './options.ts';
import { parseWatchOptions } from './parse-options.ts';
import { isDnsName, isLabel } from './service/dns-names.ts';
import { readPodEnvironment } from './service/pod-environment.ts';
import type { PodEnvironmentOverrides } from './service/pod-environment.ts';

/** Answers may call for more questions, and those for more: so often at most. */
const MOST_STEPS = 4;
const SHORTEST_LIMIT_MS = 2_000;

/**
 * A preflight: asks each DNS server about the Service, its names and its surroundings, and explains in findings what is wrong and what to do.
 * Takes the options of a watcher; never rejects for what it finds. It asks more than a watcher does, each question once; and it opens a TCP
 * connection to each DNS server, over which it asks nothing. A silent DNS takes it `lookupTimeoutMs`; the whole takes 4 times that at most, or
 * 2 s where that is less. Options that say how to watch (intervals, windows, `lastKnownFile`) change nothing.
 *
 * Rejects with `INVALID_OPTIONS` (also for `source`: it asks DNS itself), or with `signal.reason`.
 */
export async function diagnose(options: WatchOptions): Promise<Diagnosis> {
  return diagnoseIn(options, {});
}

/** The same in an environment of the caller's; for tests. */
export async function diagnoseIn(options: WatchOptions, environment: PodEnvironmentOverrides): Promise<Diagnosis> {
  const settings = parseWatchOptions(options, environment);
  const { signal } = settings;
  if (settings.source !== undefined) {
    throw new InvalidOptionsError([
      optionIssue('source', settings.source, 'must not be given: diagnose asks DNS, by the options of dnsSource'),
    ]);
  }
  signal?.throwIfAborted();
  const context = contextOf(settings, options, environment);
  const over = new AbortController();
  try {
    const answers = await abortable(gather(context, settings, over.signal), signal);
    const findings = findingsOf(
      answers.map((each) => readView(each, context)),
      context,
    );
    return Object.freeze({ healthy: findings.every(({ severity }) => severity === 'info'), findings });
  } finally {
    over.abort();
  }
}

function contextOf(settings: ResolvedOptions, options: WatchOptions, environment: PodEnvironmentOverrides): DiagnosisContext {
  const { service, statefulSet, declared = [], portName, family, clusterDomainFrom, self, serviceHostVariable } = settings;
  const pod = readPodEnvironment(environment);
  const podNamespace = pod.namespace !== undefined && isLabel(pod.namespace.value) ? pod.namespace.value : undefined;
  const { env = process.env } = environment;
  const isCertain = options.self !== undefined;
  // A pod of another namespace is no member, whatever it is called.
  const isSelfNear = isCertain || podNamespace === undefined || podNamespace === service.namespace;
  return {
    service,
    statefulSet,
    declared,
    portName,
    family,
    clusterIp: serviceHostVariable,
    isDomainGuessed: clusterDomainFrom === 'default',
    podNamespace,
    self: self === undefined || !isSelfNear ? undefined : { name: self, isCertain },
    otherDomains: [pod.clusterDomain.value, 'cluster.local'].filter(isDnsName),
    apiServerPointer: reverseName(env['KUBERNETES_SERVICE_HOST'] ?? ''),
    probe: probeType(settings.random()),
  };
}

/** Asks every server by itself, and goes on asking while the answers call for it. */
async function gather(context: DiagnosisContext, settings: ResolvedOptions, signal: AbortSignal): Promise<readonly ServerAnswers[]> {
  const { lookupTimeoutMs } = settings;
  const servers = [...new Set(settings.servers ?? systemServers())];
  const asked = (servers.length === 0 ? [undefined] : servers).map((server) => ({
    server,
    client: openDnsClient({ servers: server === undefined ? undefined : [server], firstServer: undefined, lookupTimeoutMs }),
  }));
  const close = (): void => {
    for (const { client } of asked) client.close();
  };
  signal.addEventListener('abort', close, { once: true });
  const limit = setTimeout(close, Math.max(SHORTEST_LIMIT_MS, MOST_STEPS * lookupTimeoutMs));
  try {
    const first = firstQuestions(context);
    let answers: readonly ServerAnswers[] = await Promise.all(
      asked.map(async ({ server, client }) => {
        const reach = server === undefined ? undefined : tcpReach(server, { timeoutMs: lookupTimeoutMs, signal });
        return { server, lookups: await askAll(client, first, { context, settings }), tcp: await reach };
      }),
    );
    for (let step = 1; step < MOST_STEPS; step += 1) {
      const questions = followUps(answers, context);
      if (questions.every(({ length }) => length === 0)) break;
      const more = await Promise.all(asked.map(({ client }, i) => askAll(client, questions[i] ?? [], { context, settings })));
      answers = answers.map((each, i) => ({ ...each, lookups: [...each.lookups, ...(more[i] ?? [])] }));
    }
    return answers;
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', close);
    close();
  }
}

/** What was cut off is left out: it says nothing. */
async function askAll(
  client: DnsClient,
  questions: readonly Question[],
  { context: { service }, settings: { allowed } }: { context: DiagnosisContext; settings: ResolvedOptions },
): Promise<readonly Lookup[]> {
  const lookups = await client.ask(questions);
  return lookups
    .filter(({ outcome }) => outcome.kind !== 'unknown' || outcome.code !== 'ECANCELLED')
    .map((lookup) => {
      const { name } = lookup.question;
      // Only what belongs to the Service can be foreign to it.
      return name === service.host || name.endsWith(`.${service.host}`) ? screenAnswer(lookup, service, allowed) : lookup;
    });
}
