/*
 * The entry `@peerset/core/kit`: what the other packages of this project share with core at run time. It loads neither the DNS client nor the
 * checks of options. It is made for them: it changes with a minor version of core, and not in between.
 */
export { systemClock } from './clock.ts';
export { codeOf } from './code-of.ts';
export { createEvents } from './events.ts';
export type { EventMap, Events } from './events.ts';
export { replaceFile } from './replace-file.ts';
export { unheardErrors } from './unheard-errors.ts';
export type { UnheardErrors } from './unheard-errors.ts';
