import type { Lookup } from '../lookup/outcome.ts';
import { misplaced } from '../lookup/whereabouts.ts';
import { isClusterIp } from './cluster-ip.ts';
import { wasAnyoneSeen } from './membership.ts';
import type { Membership } from './membership.ts';
import { nextMembership } from './next-membership.ts';
import type { Policy } from './policy.ts';
import type { Problem, ProblemCode } from './problem.ts';
import type { RoundEvidence } from './round-evidence.ts';

/** One failed round is everyday life; two in a row are worth a word. */
const FAILURES_WORTH_A_WORD = 2;

/** What problems are read from. */
interface JudgedRound {
  readonly evidence: RoundEvidence;
  readonly lookups: readonly Lookup[];
  readonly policy: Policy;
}

/** The membership with what is wrong after this round. The same list while the same things are wrong. */
export function withProblems(membership: Membership, round: JudgedRound): Membership {
  const problems = problemsOf(membership, round);
  const isSame =
    problems.length === membership.problems.length &&
    problems.every(({ code, message }, i) => code === membership.problems[i]?.code && message === membership.problems[i]?.message);
  return isSame ? membership : nextMembership(membership, { problems: Object.freeze(problems) });
}

function problemsOf(membership: Membership, round: JudgedRound): readonly Problem[] {
  const failing = [lookupsFailing(membership), tcpBlocked(membership, round)].filter((found) => found !== undefined);
  // Without an answer about the set, what it said before still stands.
  const others = round.evidence.isAnswered
    ? answeredProblems(membership, round)
    : membership.problems.filter(({ code }) => code !== 'LOOKUPS_FAILING' && code !== 'TCP_BLOCKED');
  return [...others, ...failing];
}

function answeredProblems(membership: Membership, { evidence, lookups, policy }: JudgedRound): readonly Problem[] {
  return [
    isClusterIp(evidence, membership.service, policy) ? notHeadless(membership) : undefined,
    mayBeCut(membership, evidence),
    foreignAnswer(lookups),
    unnamedAddress(membership),
    noSuchService(membership),
    clusterDomainGuessed(membership, policy),
  ].filter((found) => found !== undefined);
}

function notHeadless({ service }: Membership): Problem {
  return problem('NOT_HEADLESS', `${service.host} has a cluster IP: its DNS name shows one virtual address and no pods`, {
    hint: `set clusterIP: None on Service ${service.name} in namespace ${service.namespace}, or watch the headless Service that the StatefulSet names in serviceName`,
  });
}

function mayBeCut({ service }: Membership, evidence: RoundEvidence): Problem | undefined {
  if (!evidence.mayBeCut) return undefined;
  return problem('ANSWER_MAY_BE_CUT', `the answer for ${service.host} is as long as a DNS message can be: it may lack members`, {
    hint: 'members still join by their names, but none can be seen to leave; split the Service, or watch EndpointSlices',
  });
}

function foreignAnswer(lookups: readonly Lookup[]): Problem | undefined {
  const foreign = lookups.filter(({ refused }) => refused > 0);
  const first = foreign[0];
  if (first === undefined) return undefined;
  return problem(
    'FOREIGN_ANSWER',
    `records that cannot belong to a peer were refused in the answer to ${first.question.type} ${first.question.name}`,
    {
      hint: 'look for a wildcard record or a search-path rewrite in the DNS servers; addresses outside the pod network are let in by allowedAddresses',
    },
  );
}

function unnamedAddress({ unnamed }: Membership): Problem | undefined {
  if (unnamed.length === 0) return undefined;
  return problem('UNNAMED_ADDRESS', `no name was found for ${unnamed.join(', ')}`, {
    hint: 'give the Service a port (SRV records need one), or pass statefulSet, so that addresses can be matched with pods',
  });
}

function noSuchService({ service, members, memory }: Membership): Problem | undefined {
  if (memory.setAbsence === undefined || members.length > 0) return undefined;
  switch (memory.setAbsence === 'no-such-name' ? misplaced(memory.whereabouts) : undefined) {
    case 'cluster domain':
      return problem('WRONG_CLUSTER_DOMAIN', `the DNS servers that were asked serve no cluster domain ${service.clusterDomain}`, {
        hint: 'pass the clusterDomain of this cluster (kubelet --cluster-domain, or the search list in the /etc/resolv.conf of a pod), and check that the servers are those of the cluster',
      });
    case 'namespace':
      return problem('WRONG_NAMESPACE', `there is no namespace ${service.namespace} in the cluster domain ${service.clusterDomain}`, {
        hint: `check the option namespace, or the namespace in the name of the Service: kubectl get service ${service.name} --all-namespaces`,
      });
    case undefined:
  }
  if (memory.setAbsence === 'no-such-record') {
    return problem('NO_SUCH_SERVICE_OR_NONE_READY', `${service.host} exists, but has no address of the kind that was asked for`, {
      hint: 'check the option family against the IP families of the Service',
    });
  }
  return problem('NO_SUCH_SERVICE_OR_NONE_READY', `DNS knows no ${service.host}: there is no such Service, or none of its pods is ready`, {
    hint: `check that Service ${service.name} exists in namespace ${service.namespace} and selects ready pods; pods that must find each other before they are ready need publishNotReadyAddresses: true`,
  });
}

function clusterDomainGuessed(membership: Membership, { isClusterDomainGuessed }: Policy): Problem | undefined {
  // Once the set was found under the guessed domain, the guess was right.
  if (!isClusterDomainGuessed || membership.memory.setAbsence === undefined || wasAnyoneSeen(membership)) return undefined;
  return problem(
    'CLUSTER_DOMAIN_GUESSED',
    `nothing here says what the cluster domain is, so ${membership.service.clusterDomain} was taken`,
    {
      hint: 'pass clusterDomain if the cluster uses another one (kubelet --cluster-domain)',
    },
  );
}

function lookupsFailing({ failuresInARow, service }: Membership): Problem | undefined {
  if (failuresInARow < FAILURES_WORTH_A_WORD) return undefined;
  // Without the codes, which may differ from round to round: those stand in the reports of the lookups.
  return problem('LOOKUPS_FAILING', `DNS gives no usable answer for ${service.host}`, {
    hint: 'the last known peers stand; check the DNS servers, and that UDP and TCP port 53 to them are open (NetworkPolicy)',
  });
}

/** A small answer about the Service arrives while the large one does not; once seen it stands until the set is answered. */
function tcpBlocked({ failuresInARow, service, memory, problems }: Membership, { evidence }: JudgedRound): Problem | undefined {
  if (evidence.isAnswered || failuresInARow < FAILURES_WORTH_A_WORD) return undefined;
  const before = problems.find(({ code }) => code === 'TCP_BLOCKED');
  if (!memory.isUnreached || !evidence.proven.includes(service.host)) return before;
  return problem('TCP_BLOCKED', `DNS answers small questions about ${service.host}, but the list of its addresses does not arrive`, {
    hint: 'an answer that does not fit into a UDP message is asked for again by TCP: open TCP port 53 to the DNS servers (NetworkPolicy, firewall)',
  });
}

function problem(code: ProblemCode, message: string, { hint }: { hint: string }): Problem {
  return Object.freeze({ code, message, hint });
}
