/* A document that is typed line by line. What is known of each line comes while one types; nothing that is typed is
   replaced, and the address has all of it. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const form = () => one("#lines");
  const rows = (root = document) => all("#lines tbody tr", root);
  const what = (row) => one("[data-finds]", row);
  const NOT_TYPED = ["csrf_token", "key", "seen"];
  let asked = 0;

  const address = () => {
    const typed = [...new FormData(form())].filter(([name, value]) => !NOT_TYPED.includes(name) && value !== undefined);
    return `${location.pathname}?${new URLSearchParams(typed)}`;
  };
  const filled = (row) => what(row).value.trim();
  const fill = (row, from) => {
    row.className = from.className;
    if (document.activeElement !== what(row)) what(row).value = what(from).value;
    one('[name="seen"]', row).value = one('[name="seen"]', from).value;
    all("[data-shown]", row).forEach((cell, place) => cell.replaceChildren(...all("[data-shown]", from)[place].childNodes));
    all("button", row).forEach((button) => { button.value = one("button", from).value; button.hidden = false; });
  };
  /* `asking` are the rows that were asked about: one may have become several, and others may be typed meanwhile. */
  const put = (fresh, asking, to) => {
    const theirs = rows(fresh).filter(filled);
    if (asking.length === theirs.length) {
      asking.forEach((row, place) => fill(row, theirs[place]));
      rows().filter((row) => !filled(row)).forEach((row) => {
        row.className = one('[name="seen"]', row).value = "";
        all("[data-shown]", row).forEach((cell) => cell.replaceChildren());
      });
      if (rows().every(filled)) one("#lines tbody").append(...rows(fresh).filter((row) => !filled(row)));
    } else if (address() === to) {
      const place = rows().indexOf(document.activeElement?.closest("tr")), name = document.activeElement?.name;
      one("#lines tbody").replaceChildren(...rows(fresh));
      if (place >= 0) one(`[name="${name}"]`, rows()[Math.min(place, rows().length - 1)])?.focus();
    } else return;
    for (const part of all("[data-part]", fresh)) one(`[data-part="${part.dataset.part}"]`)?.replaceChildren(...part.childNodes);
    document.dispatchEvent(new Event("k2k:grid"));
  };
  const refresh = async () => {
    const mine = ++asked, to = address(), asking = rows().filter(filled);
    history.replaceState(null, "", to);
    all("[data-finds]", form()).forEach((field) => {
      const finds = new URL(to, location.href);
      finds.searchParams.set("lookup", field.name);
      field.dataset.finds = finds;
    });
    try {
      const answer = await fetch(to, { headers: { "HX-Request": "true", "HX-Target": "#grid", "K2K-Background": "grid" } });
      if (answer.redirected) document.dispatchEvent(new Event("k2k:session-over"));
      if (!answer.ok || answer.redirected || mine !== asked) return;
      put(new DOMParser().parseFromString(await answer.text(), "text/html"), asking, to);
    } catch { /* Without a network what is typed stays, and is checked when it is sent. */ }
  };
  const go = (row, name) => {
    const field = row && one(`[name="${name}"]`, row);
    field?.focus();
    field?.select();
  };
  const onward = (at) => {
    const row = at.closest("tr");
    if (fits(at)) go(row, "boxes");
    else go(row.nextElementSibling, "line");
  };
  const fits = (at) => at.matches("#lines tbody [data-finds]");

  document.addEventListener("change", (event) => {
    if (event.target.closest("#lines tbody")) refresh();
  });
  document.addEventListener("k2k:session", refresh);
  document.addEventListener("k2k:taken", (event) => { if (fits(event.target)) onward(event.target); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented || event.metaKey || event.ctrlKey) return;
    if (!event.target.matches("#lines tbody input")) return;
    event.preventDefault();
    onward(event.target);
  });
})();
