import { diagnose } from '@peerset/core';
import { exitCodes } from '../exit-codes.ts';
import { doctorFlags } from '../flags/doctor-flags.ts';
import { formatDiagnosis, formatDiagnosisJson } from '../output/doctor-report.ts';
import { paintFor } from '../output/paint.ts';
import { print } from '../stdout.ts';
import { flagMap } from '../flags/flag-map.ts';
import type { CommandContext } from './command-context.ts';

/** `peerset doctor`: the preflight. */
export async function doctor(context: CommandContext): Promise<number> {
  const { io } = context;
  const { json = false, verbose = false } = context.given<{ json: boolean; verbose: boolean }>(doctorFlags);
  const diagnosis = await diagnose(context.watchOptions());
  await print(
    io,
    json
      ? formatDiagnosisJson(diagnosis)
      : formatDiagnosis(diagnosis, { paint: paintFor(io.stdout, io.env), columns: io.stdout.columns, isVerbose: verbose, flags: flagMap }),
  );
  return diagnosis.findings.some(({ severity }) => severity === 'error') ? exitCodes.failed : exitCodes.done;
}
