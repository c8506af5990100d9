import { openPage } from './page.ts';
import type { Page } from './page.ts';
import type { Paint } from './paint.ts';
import { introduce, NO_TEXTS, showResult, showSettled, showTable } from './report.ts';
import type { DatabaseTexts } from './report.ts';
import { measureSettled } from './settled-cost.ts';
import type { SettledCost } from './settled-cost.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { stepOutcome } from './step-outcome.ts';
import type { StepOutcome } from './step-outcome.ts';
import { STEPS } from './steps.ts';
import type { Step } from './steps.ts';
import { BrokenPromise } from './until.ts';

export interface DemoOptions {
  readonly write: (text: string) => void;
  readonly paint: Paint;
  /** Ends the demo early and cleanly. */
  readonly signal: AbortSignal;
  /** Default: all of them. */
  readonly steps?: readonly Step[];
}

/** How the demo went. */
export interface DemoOutcome {
  /** 0: as promised; 1: not; 130: interrupted. */
  readonly exitCode: 0 | 1 | 130;
  /** The steps that came to an end as promised. */
  readonly steps: readonly StepOutcome[];
  readonly settled: SettledCost | undefined;
}

/** Plays the steps one after another. Stops at the first that does not come out as promised. */
export async function runDemo({ write, paint, signal, steps = STEPS }: DemoOptions): Promise<DemoOutcome> {
  const page = openPage(write, paint);
  const over = new AbortController();
  const stage = await openStage(page, AbortSignal.any([signal, over.signal]));
  const outcomes: StepOutcome[] = [];
  let settled: SettledCost | undefined;
  try {
    introduce(page, stage);
    const settling = measureSettled(stage);
    // Where a step fails before, nobody is left to look at it.
    settling.catch(() => {});
    let texts = NO_TEXTS;
    for (const step of steps) {
      const played = await play(step, { stage, page, texts });
      outcomes.push(played.outcome);
      texts = played.texts;
    }
    settled = await settling;
    showSettled(page, settled);
    showTable(page, outcomes, settled);
    page.text(paint('good', 'Everything came out as promised: members lost 0.'));
    return { exitCode: 0, steps: outcomes, settled };
  } catch (error) {
    if (signal.aborted) {
      page.text('Interrupted. The watchers and the DNS server are closed.');
      return { exitCode: 130, steps: outcomes, settled };
    }
    if (outcomes.length > 0) showTable(page, outcomes, settled);
    page.text(paint('bad', `Not as promised. ${error instanceof Error ? error.message : String(error)}`));
    return { exitCode: 1, steps: outcomes, settled };
  } finally {
    over.abort();
    await stage.close();
  }
}

interface Played {
  readonly outcome: StepOutcome;
  readonly texts: DatabaseTexts;
}

async function play(step: Step, { stage, page, texts }: { stage: Stage; page: Page; texts: DatabaseTexts }): Promise<Played> {
  const { watcher, journal, set } = stage;
  const before = watcher.snapshot;
  const mark = journal.length;
  const questionsBefore = stage.questions();
  page.step(step.heading, step.why);
  await step.act(stage);

  const record = { entries: journal.since(mark), before, after: watcher.snapshot };
  const questions = stage.questions() - questionsBefore;
  const broken = step.promises.filter(({ holds }) => !holds(record)).map(({ says }) => says);
  const outcome = stepOutcome(step.name, { entries: record.entries, questions, pods: set.pods.map(({ name }) => name) });
  if (broken.length > 0) throw new BrokenPromise(`Step "${step.name}" promised: ${broken.join('; ')}. It happened otherwise.`);
  if (outcome.lost > 0) throw new BrokenPromise(`Step "${step.name}" lost ${outcome.lost} members that exist.`);
  return { outcome, texts: showResult(page, step, { stage, questions, before: texts }) };
}
