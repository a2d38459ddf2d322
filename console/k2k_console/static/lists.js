/* Lists: rows that are chosen, and what the buttons for them then say; how many rows each view has. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);

  const choose = (bar) => {
    const form = document.getElementById(bar.dataset.bulk), every = one('[name="all"]', bar);
    const ticks = all("td.tick input", form), on = ticks.filter((tick) => tick.checked);
    const count = every?.checked ? Number(every.value) : on.length, says = one("[data-chosen]", bar);
    ticks.forEach((tick) => tick.closest("tr").setAttribute("aria-selected", tick.checked));
    form.elements.counted.value = count || "";
    says.textContent = says.dataset.chosen.replace("{n}", count);
    all("[data-many]", bar).forEach((button) => {
      one("span", button).textContent = count === 1 ? button.dataset.one : button.dataset.many.replace("{n}", count);
    });
  };
  document.addEventListener("change", (event) => {
    const at = event.target, form = at.form?.getAttribute("id");
    const bar = form && all("[data-bulk]").find((known) => known.dataset.bulk === form);
    if (!bar) return;
    if (at.closest("th.tick")) all("td.tick input", at.closest("table")).forEach((tick) => { tick.checked = at.checked; });
    choose(bar);
  });

  /* Enter opens the record of a row; in the box that is ticked it would press the first button of the list. */
  document.addEventListener("keydown", (event) => {
    const row = event.key === "Enter" && event.target.matches("td.tick input") && event.target.closest("tr");
    if (!row || event.defaultPrevented || event.metaKey || event.ctrlKey || one("[data-enter]", row)) return;
    event.preventDefault();
    one("th a", row)?.click();
  });

  /* Columns are put in order in the form itself; without this its arrows ask the server for it. */
  document.addEventListener("click", (event) => {
    const at = event.target.closest("[data-columns] [data-move]");
    if (!at) return;
    event.preventDefault();
    const row = at.closest("li"), before = row.previousElementSibling, after = row.nextElementSibling;
    if (at.dataset.move < 0) before?.before(row); else after?.after(row);
    at.focus();
  });

  const count = async () => {
    for (const at of all("[data-count]")) {
      const answer = await fetch(at.dataset.count, { headers: { "K2K-Background": "count" } });
      if (!answer.ok || answer.redirected) return;
      at.textContent = await answer.text();
    }
  };
  count();

  addEventListener("pageshow", () => all("[data-bulk]").forEach(choose));
  document.addEventListener("k2k:list", () => { all("[data-bulk]").forEach(choose); count(); });
})();
