import type { Source } from './arrows.ts'

/** Ways of saying things that a reader has to read twice, with a plain word for each. */
const oldWords: [pattern: RegExp, instead: string][] = [
  [/\banew\b/i, 'again, new'],
  [/\btell(?:s|ing)? of\b/i, 'describe, show, log, report'],
  [/(?<!const )\btold (?:of|so)\b/i, 'gets, is logged, is reported'],
  [/\bwhose it is\b/i, 'name the owner'],
  [/\bis at it\b/i, 'is running, is already doing so'],
  [/\bspeaks? none of\b|\bby no less than\b/i, 'only'],
  [/\bhears? of it\b/i, 'gets the error, gets the event'],
  [/(?:\/\/|\/\*\*|^\s*\*) (?:What|Whose|Whoever|Which of)\b(?!.*\?$)/, 'begin with the thing'],
]

/** Lines of code and documents that say something in one of these ways. */
export function findOldWords(sources: Source[]): string[] {
  return sources.flatMap(({ file, text }) =>
    text.split('\n').flatMap((line, at) =>
      oldWords
        .filter(([pattern]) => pattern.test(line))
        .map(([pattern, instead]) => {
          const [found] = pattern.exec(line) ?? ['']
          return `${file}:${at + 1}: "${found}": say it plainly (${instead})`
        }),
    ),
  )
}
