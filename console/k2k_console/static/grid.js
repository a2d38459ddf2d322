/* Lists whose cells are typed in: keys of the row, what was changed, and the row to go on with. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const PLACE = "k2k-row";
  const rows = () => all("[data-rows] tbody tr");
  const here = () => one("[data-rows] tbody tr.here") || rows()[0];
  const mark = (row) => {
    if (!row) return;
    all("[data-rows] tr.here").forEach((other) => other.classList.remove("here"));
    row.classList.add("here");
  };
  const typing = (at) => at.matches("select, textarea, input:not([type=checkbox], [type=radio])");

  /* Enter does what the row waits for; a letter goes to its cell. A link or a button that has the focus is its own. */
  const act = (event) => {
    const key = event.key.toLowerCase(), at = event.target, row = here();
    if (event.key === "Enter") {
      if (at.closest("a, button") || !row) return false;
      const button = one("[data-enter]", row);
      button?.click();
      return button;
    }
    const cell = row && all("[data-cell]", row).find((it) => it.dataset.cell === key);
    if (cell) { mark(row); cell.focus(); cell.select?.(); }
    return cell;
  };
  const shifted = (key) => {
    const button = all("[data-key]").find((it) => it.dataset.key.toLowerCase() === `⇧${key}`);
    button?.click();
    return button;
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey || event.ctrlKey) return;
    if (typing(event.target) || one("dialog:modal") || document.documentElement.dataset.keys === "off") return;
    const done = event.shiftKey ? shifted(event.key.toLowerCase()) : act(event);
    if (done) event.preventDefault();
  });

  document.addEventListener("focusin", (event) => mark(event.target.closest("[data-rows] tbody tr")));
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("id") !== "cells") return;
    const row = document.activeElement?.closest("tr") || event.submitter?.closest("tr") || here();
    sessionStorage.setItem(PLACE, String(rows().indexOf(row)));
  });
  const place = Number(sessionStorage.getItem(PLACE) ?? 0);
  sessionStorage.removeItem(PLACE);
  mark(rows()[Math.max(0, Math.min(place, rows().length - 1))]);

  /* What is changed and not saved is marked, with what was there. */
  document.addEventListener("input", (event) => {
    const at = event.target;
    if (at.form?.getAttribute("id") === "cells" && at.matches(".cell")) at.classList.toggle("changed", at.value !== at.defaultValue);
  });
})();
