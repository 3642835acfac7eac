import { en } from './en.ts';
import type { Texts } from './texts.ts';

export type { Texts } from './texts.ts';

const catalogues = new Map<string, Texts>([['en', en]]);

/** Adds a language, or replaces one. Do it before the elements are on the page. */
export function addTexts(texts: Texts): void {
  catalogues.set(texts.language, texts);
}

/** The texts for the language in force at an element, else English. */
export function textsFor(element: Element): Texts {
  const language = element.closest<HTMLElement>('[lang]')?.lang ?? document.documentElement.lang;
  return catalogues.get(language) ?? catalogues.get(language.split('-')[0] ?? '') ?? en;
}
