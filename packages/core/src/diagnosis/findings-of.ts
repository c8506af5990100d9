import type { FindingContext } from './diagnosis-context.ts';
import { compareFindings } from './finding.ts';
import type { Finding } from './finding.ts';
import { noSrv, peersMissing, selfMissing, unnamedAddress } from './name-findings.ts';
import { guessedDomain, wrongDomain, wrongNamespace } from './place-findings.ts';
import { mainView } from './plan-questions.ts';
import { failingServers, serversDisagreeing, silentServers, someFailing, tcpBlocked } from './server-findings.ts';
import type { ServerView } from './server-view.ts';
import { denialCaching, foreignAnswer, mayBeCut, nobodyThere, notHeadless } from './service-findings.ts';

/**
 * What the answers show to be wrong, the most important first. One cause is one finding: where the cluster domain is wrong, it is not told
 * beside it that nobody is found there.
 */
export function findingsOf(views: readonly ServerView[], context: FindingContext): readonly Finding[] {
  const domain = wrongDomain(views, context);
  const found = domain === undefined ? everyFinding(views, context) : [domain, ...silentServers(views, context)];
  return Object.freeze(found.filter((each) => each !== undefined).toSorted(compareFindings));
}

function everyFinding(views: readonly ServerView[], context: FindingContext): readonly (Finding | undefined)[] {
  const main = mainView(views, context.service);
  if (main === undefined) return [];
  return [
    guessedDomain(views, context),
    ...failingServers(views, context),
    ...views.map(tcpBlocked),
    ...serversDisagreeing(views, main, context),
    ...(main.set === 'found' && !main.isClusterIp ? memberFindings(main, context) : absenceFindings(main, context)),
    foreignAnswer(views, context),
  ];
}

/** There is nobody to be found, or only a virtual address. */
function absenceFindings(view: ServerView, context: FindingContext): readonly (Finding | undefined)[] {
  if (view.isClusterIp) return [notHeadless(view, context)];
  return [denialCaching(view, context) ?? wrongNamespace(view, context) ?? nobodyThere(view, context)];
}

function memberFindings(view: ServerView, context: FindingContext): readonly (Finding | undefined)[] {
  const judges = [someFailing, denialCaching, selfMissing, peersMissing, unnamedAddress, noSrv, mayBeCut];
  return judges.map((judge) => judge(view, context));
}
