import { startService } from './service.ts';
import { readSettings } from './settings.ts';

// The program of the container in manifest.yaml. It ends when nothing is left to do; a second signal ends it at once.
const service = await startService(readSettings(process.env), (line) => console.log(line));
const end = (): void => void service.close();
process.once('SIGTERM', end);
process.once('SIGINT', end);
