import {describe, expect, test} from "vitest";
import {WAYS_OUT} from "../src/machine/failures.js";
import {en} from "../src/texts/en.js";
import type {TextKey} from "../src/texts/en.js";
import {languageOf, LANGUAGES, Speaker} from "../src/texts/index.js";

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([found]) => found).sort();
const keys = Object.keys(en) as TextKey[];

describe.each(Object.entries(LANGUAGES))("the texts in %s", (language, texts) => {
  test("are all there, and no others", () => {
    expect(Object.keys(texts).sort()).toEqual([...keys].sort());
  });

  test("have the placeholders of the English ones, and something to say", () => {
    expect(keys.filter((key) => placeholders(texts[key]).join() !== placeholders(en[key]).join())).toEqual([]);
    expect(keys.filter((key) => texts[key] === "" || texts[key].trim() !== texts[key])).toEqual([]);
  });

  test("are translated", () => {
    // A handful of words is the same in several languages; sentences are not.
    const same = keys.filter((key) => en[key].length > 12 && texts[key] === en[key]);
    expect(same).toEqual(language === "en" ? keys.filter((key) => en[key].length > 12) : []);
  });

  test("tell every failure in words of its own", () => {
    const titles = Object.keys(WAYS_OUT).map((code) => texts[`failure.${code}.title` as TextKey]);
    expect(titles).not.toContain(undefined);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

test("every failure that has texts can happen", () => {
  const told = keys.flatMap((key) => /^failure\.(\w+)\.title$/.exec(key)?.[1] ?? []);
  expect(told.sort()).toEqual(Object.keys(WAYS_OUT).sort());
});

describe("the language", () => {
  test.each([
    [["de-AT"], "de"],
    [["ZH-Hant-TW"], "zh"],
    [[null, undefined, "", "tlh", "pt-BR", "en"], "pt"],
    [["constructor"], "en"],
    [[], "en"],
  ])("of %j is %s", (wanted, language) => {
    expect(languageOf(wanted)).toBe(language);
  });

  test("Arabic runs from right to left", () => {
    expect(new Speaker("ar").direction).toBe("rtl");
    expect(new Speaker("ja").direction).toBe("ltr");
  });
});

describe("a text", () => {
  test("has its values filled in, numbers as the language writes them", () => {
    expect(new Speaker("en").say("step.count", {done: 1, total: 3})).toBe("1 of 3");
    expect(new Speaker("de").say("failure.code", {code: "{code}"})).toBe("Code: {code}");
    expect(new Speaker("en").say("step.count", {done: 1})).toBe("1 of {total}");
  });

  test("can be the page's own", () => {
    const speaker = new Speaker("de", {"action.start": "Los", unknown: "x"});
    expect(speaker.say("action.start")).toBe("Los");
    expect(speaker.say("action.cancel")).toBe(LANGUAGES.de["action.cancel"]);
  });
});
