import { cassandraSeeds, mongoString } from './databases.ts';
import type { SeedText } from './databases.ts';
import type { Page } from './page.ts';
import type { SettledCost } from './settled-cost.ts';
import { TIMES } from './stage.ts';
import type { Stage } from './stage.ts';
import type { StepOutcome } from './step-outcome.ts';
import type { Step } from './steps.ts';

/** What the databases would be given, to tell after the next step whether that changed. */
export interface DatabaseTexts {
  readonly mongo: string;
  readonly seeds: string;
}

export const NO_TEXTS: DatabaseTexts = Object.freeze({ mongo: '', seeds: '' });

export function introduce(page: Page, { cluster }: Stage): void {
  page.title('peerset demo: what a headless Service goes through, and what an application sees of it');
  page.text(
    `A DNS server in this process (${cluster.servers.join(', ')}) plays the cluster: Service color-svc (headless, port 27017) with ` +
      'StatefulSet color-ss, as in manifest.yaml beside this program.',
  );
  page.text(
    `All times are short here: polls every ${TIMES.settlingIntervalMs} to ${TIMES.pollIntervalMs} ms, a member leaves after ` +
      `${TIMES.leaveAfterMs / 1_000} s of denials, the list is stale after ${TIMES.staleAfterMs / 1_000} s without an answer. The defaults, made ` +
      'for production, are slower: polls every 1 to 5 s, 15 s and the TTL before a member leaves, 30 s before the list is stale.',
  );
}

/** The result of a step, and what the databases would be given now. */
export function showResult(page: Page, step: Step, { stage, questions, before }: ShownStep): DatabaseTexts {
  const { snapshot } = stage.watcher;
  const mongo = mongoString(snapshot);
  const plan = cassandraSeeds(snapshot, stage.set.replicas, step.asker);
  page.result('result', step.promises.map(({ says }) => says).join('; '), 'good');
  page.result('DNS', `${questions} questions asked in this step`);
  if (mongo === before.mongo) page.result('MongoDB', 'the same string as before, byte for byte');
  else page.list('MongoDB', hostPerLine(mongo));
  page.list('Cassandra', seedLines(plan, step, before.seeds));
  return { mongo, seeds: plan.seeds };
}

interface ShownStep {
  readonly stage: Stage;
  readonly questions: number;
  readonly before: DatabaseTexts;
}

export function showSettled(page: Page, { polls, questions, perMinute }: SettledCost): void {
  page.step(
    '6  When nothing happens',
    'A second watcher has followed quiet-svc, three pods, all the time. Once it was settled, its polls were counted for 3 s.',
  );
  page.result('DNS', `${questions} questions in ${polls} polls, ${perMinute} a minute with the intervals of this demo`);
  page.result('', 'one a poll, whatever the number of peers: 12 a minute with the default of 5 s');
}

export function showTable(page: Page, outcomes: readonly StepOutcome[], settled: SettledCost | undefined): void {
  const rows = outcomes.map((outcome) => [outcome.name, eventsOf(outcome), String(outcome.questions), String(outcome.lost)]);
  const quiet = settled === undefined ? [] : [['nothing happens, 3 s', 'none', String(settled.questions), '0']];
  page.table(['step', 'events', 'questions', 'lost members'], [...rows, ...quiet]);
}

function seedLines({ mode, seeds }: SeedText, { asker }: Step, previous: string): readonly string[] {
  const who = `${asker.self}, ${asker.isBootstrapped ? 'which has data' : 'a new node'}: ${mode} with`;
  return seeds === previous ? [`${who} the same seeds as before, byte for byte`] : [who, ...hostPerLine(seeds)];
}

/** Broken after each comma and before the query, only for reading: the text itself is one line. */
function hostPerLine(text: string): readonly string[] {
  const [hosts, query] = text.split('/?');
  const lines = (hosts ?? '').split(',').map((host, i, all) => (i + 1 < all.length ? `${host},` : host));
  return query === undefined ? lines : [...lines, `/?${query}`];
}

function eventsOf({ joined, moved, left }: StepOutcome): string {
  const counted = [`${joined} joined`, `${moved} moved`, `${left} left`].filter((text) => !text.startsWith('0 '));
  return counted.length > 0 ? counted.join(', ') : 'none';
}
