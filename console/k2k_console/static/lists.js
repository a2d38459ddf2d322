/* Lists: rows that are chosen, and what the buttons for them then say; how many rows each view has. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);

  /* The sums over all rows that match, of which the page has some: asked for once all of them are chosen. */
  const sumUp = async (bar) => {
    if (bar.asked || !bar.dataset.tallies) return;
    bar.asked = true;
    const answer = await fetch(bar.dataset.tallies, { headers: { "K2K-Background": "tallies" } });
    if (!answer.ok || answer.redirected) return;
    bar.sums = await answer.json();
    choose(bar);
  };

  const choose = (bar) => {
    const form = document.getElementById(bar.dataset.bulk), every = one('[name="all"]', bar);
    const ticks = all("td.tick input", form), on = ticks.filter((tick) => tick.checked);
    const count = every?.checked ? Number(every.value) : on.length, says = one("[data-chosen]", bar);
    ticks.forEach((tick) => tick.closest("tr").setAttribute("aria-selected", tick.checked));
    form.elements.counted.value = count || "";
    const told = (at, number) => (number === 1 ? at.dataset.one : at.dataset.many.replace("{n}", number));
    const known = every?.checked && count > ticks.length ? null : every?.checked ? ticks : on, sums = {};
    if (known === null) sumUp(bar);
    all("[data-tally]", bar).forEach((tally) => {
      const name = tally.dataset.tally, of = (tick) => Number(tick.closest("tr").getAttribute(`data-tally-${name}`));
      const sum = known === null ? bar.sums?.[name] : known.reduce((whole, tick) => whole + of(tick), 0);
      tally.textContent = sum === undefined ? "" : sum || !("none" in tally.dataset) ? told(tally, sum) : tally.dataset.none;
      tally.classList.toggle("warn", Boolean(sum) && "none" in tally.dataset);
      sums[tally.dataset.tally] = tally.textContent;
    });
    const not = (name) => known?.filter((tick) => tick.closest("tr").dataset.not?.includes(` ${name} `)).length;
    all("[data-cannot]", bar).forEach((at) => {
      const cannot = not(at.dataset.cannot);
      at.textContent = cannot ? at.dataset.many.replace("{n}", cannot) : "";
      one(`button[value="${at.dataset.cannot}"]`, bar).disabled = Boolean(count) && cannot === count;
    });
    says.textContent = told(says, count);
    all("button[data-many]", bar).forEach((button) => {
      one("span", button).textContent = [told(button, count), sums[button.dataset.names]].filter(Boolean).join(", ");
    });
  };
  document.addEventListener("change", (event) => {
    const at = event.target, form = at.form?.getAttribute("id");
    const bar = form && all("[data-bulk]").find((known) => known.dataset.bulk === form);
    if (!bar) return;
    if (at.closest("th.tick")) all("td.tick input", at.closest("table")).forEach((tick) => { tick.checked = at.checked; });
    choose(bar);
  });

  document.addEventListener("click", (event) => {
    const bar = event.target.closest("[data-none-chosen]") && event.target.closest("[data-bulk]");
    if (!bar) return;
    all("input", document.getElementById(bar.dataset.bulk)).forEach((tick) => { tick.checked = false; });
    all('[name="all"]', bar).forEach((every) => { every.checked = false; });
    choose(bar);
    one("[data-rows]")?.focus({ preventScroll: true });
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
  const near = async () => {
    const at = one("[data-nearest]"), answer = at && await fetch(at.href, { headers: { "K2K-Background": "nearest" } });
    if (!answer?.ok || answer.redirected) return;
    const found = one("[data-nearest-rows]", new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (found) at.replaceWith(found); else at.remove();
  };
  /* On a phone the tabs are wider than the page: the one that is open is seen. */
  const here = () => {
    const tab = one(".tabs [aria-current]"), tabs = tab?.closest(".tabs");
    if (tabs) tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
  };
  count().then(here);
  near();
  here();

  addEventListener("pageshow", () => all("[data-bulk]").forEach(choose));
  document.addEventListener("k2k:list", () => { all("[data-bulk]").forEach(choose); count().then(here); near(); here(); });
})();
