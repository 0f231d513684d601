// @ts-check
/** What every page has: the menu of small windows, and what {@link enhance} does to all that is shown. */

import {enhance} from "./enhance.js";

document.documentElement.classList.add("scripted");
enhance(document);

const bar = document.getElementById("bar");
const button = bar?.querySelector(".menu-button");
button?.addEventListener("click", () => {
  const isOpen = bar?.classList.toggle("is-open") ?? false;
  button.setAttribute("aria-expanded", String(isOpen));
});
