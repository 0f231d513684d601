import {ar} from "./ar.js";
import {de} from "./de.js";
import {en} from "./en.js";
import type {TextKey, Texts} from "./en.js";
import {es} from "./es.js";
import {fr} from "./fr.js";
import {ja} from "./ja.js";
import {pt} from "./pt.js";
import {zh} from "./zh.js";

export type {TextKey, Texts} from "./en.js";

export const LANGUAGES = {en, es, de, fr, pt, zh, ja, ar} as const satisfies Record<string, Texts>;

export type Language = keyof typeof LANGUAGES;

const RIGHT_TO_LEFT: ReadonlySet<Language> = new Set<Language>(["ar"]);

/** The first of the wanted languages that there are texts in, by its first part: `de-AT` is `de`. */
export function languageOf(wanted: readonly (string | null | undefined)[]): Language {
  for (const tag of wanted) {
    const primary = tag?.toLowerCase().split("-")[0];
    if (primary !== undefined && Object.hasOwn(LANGUAGES, primary)) return primary as Language;
  }
  return "en";
}

/** Says texts in one language. */
export class Speaker {
  readonly language: Language;
  readonly #overrides: Readonly<Record<string, string>>;

  constructor(language: Language, overrides: Readonly<Record<string, string>> = {}) {
    this.language = language;
    this.#overrides = overrides;
  }

  get direction(): "ltr" | "rtl" {
    return RIGHT_TO_LEFT.has(this.language) ? "rtl" : "ltr";
  }

  /** Whether there is such a text: names that a server sends may be newer than this. */
  has(key: string): key is TextKey {
    return Object.hasOwn(LANGUAGES[this.language], key);
  }

  /** @param values for the text's `{placeholders}`; numbers are written as the language does. */
  say(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
    const text = Object.hasOwn(this.#overrides, key) ? this.#overrides[key] : undefined;
    return (text ?? LANGUAGES[this.language][key]).replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === "number" ? value.toLocaleString(this.language) : value;
    });
  }
}
