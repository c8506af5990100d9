/** What must never reach a terminal; a line end only where lines end. */
// Control characters are what is looked for.
// oxlint-disable-next-line no-control-regex
export const UNSAFE = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]|\p{Cs}/u;
