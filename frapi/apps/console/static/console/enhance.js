// @ts-check
/** Turns what the server rendered into what this reader wants: his own time, and a button that copies. */

const COPIED_MS = 2000; // long enough to be read

const clock = /** @type {const} */ ({hour: "2-digit", minute: "2-digit", second: "2-digit"});
const day = /** @type {const} */ ({day: "numeric", month: "short"});
const ofThisYear = new Intl.DateTimeFormat("en-GB", {...day, ...clock});
const ofOtherYears = new Intl.DateTimeFormat("en-GB", {...day, year: "numeric", ...clock});

/** @param {ParentNode} root */
export function enhance(root) {
  showLocalTimes(root);
  for (const box of root.querySelectorAll("[data-copy]")) addCopyButton(box);
}

/** @param {ParentNode} root */
export function showLocalTimes(root) {
  const thisYear = new Date().getFullYear();
  for (const time of root.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    time.title = `${time.dateTime} (UTC)`;
    time.textContent = (moment.getFullYear() === thisYear ? ofThisYear : ofOtherYears).format(moment);
  }
}

/** @param {Element} box */
function addCopyButton(box) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    const text = box.querySelector("pre")?.textContent ?? "";
    button.textContent = (await copy(text)) ? "Copied" : "Press Ctrl+C";
    setTimeout(() => (button.textContent = "Copy"), COPIED_MS);
  });
  box.append(button);

  /** @param {string} text */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not allowed, or no secure origin: what is selected can be copied by hand.
      const pre = box.querySelector("pre");
      if (pre) getSelection()?.selectAllChildren(pre);
      return false;
    }
  }
}
