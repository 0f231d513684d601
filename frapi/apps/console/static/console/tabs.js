// @ts-check
/** Sections that are read one at a time become tabs; without this script they stand one below the other. */

for (const group of document.querySelectorAll("[data-tabs]")) {
  const panels = /** @type {HTMLElement[]} */ ([...group.querySelectorAll("[data-tab]")]);
  const list = document.createElement("div");
  list.className = "tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", group.getAttribute("data-tabs") ?? "");
  const tabs = panels.map((panel, index) => {
    panel.id = `panel-${index}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `tab-${index}`);
    panel.querySelector("h3")?.remove(); // the tab says it
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `tab-${index}`;
    tab.textContent = panel.dataset.tab ?? "";
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    tab.addEventListener("click", () => choose(index));
    tab.addEventListener("keydown", (event) => {
      const steps = {ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: panels.length - 1};
      const wanted = steps[/** @type {keyof typeof steps} */ (event.key)];
      if (wanted === undefined) return;
      event.preventDefault();
      const target = (wanted + panels.length) % panels.length;
      choose(target);
      tabs[target]?.focus();
    });
    return tab;
  });
  list.append(...tabs);
  group.prepend(list);
  choose(0);

  /** @param {number} chosen */
  function choose(chosen) {
    tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
    });
    panels.forEach((panel, index) => (panel.hidden = index !== chosen));
  }
}
