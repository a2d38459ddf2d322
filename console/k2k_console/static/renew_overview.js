/* The overview is renewed every five seconds while somebody is there. Of its parts those that changed are put in place,
   column by column; what is under the pointer, or has the focus, does not move: then a button says that it changed. */
"use strict";
(() => {
  const EVERY = 5_000, AWAY = 600_000;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const overview = () => one("#overview"), says = one("[data-renewed]"), button = says && one("button", says);
  let active = Date.now(), asking = false, seen = overview()?.dataset.etag, waiting = null;
  for (const sign of ["keydown", "pointerdown", "pointermove"]) addEventListener(sign, () => { active = Date.now(); });
  const there = () => !document.hidden && Date.now() - active < AWAY && !one("html[data-sending], dialog[open], dialog:modal, :popover-open");

  const parts = (root) => all("[data-part]", root);
  const part = (name) => parts(overview()).find((known) => known.dataset.part === name);
  const held = (column) => all("[data-column]", overview()).some((other) =>
    other.offsetLeft === column.offsetLeft && (other.matches(":hover") || other.contains(document.activeElement)));
  const put = (fresh, all_of_them) => {
    let left = 0;
    for (const now of parts(fresh)) {
      const here = part(now.dataset.part);
      if (!here || here.dataset.tag === now.dataset.tag) continue;
      if (all_of_them || !held(here.closest("[data-column]"))) here.replaceWith(document.importNode(now, true));
      else left += 1;
    }
    waiting = left ? fresh : null;
    says.hidden = !left;
    if (left) button.textContent = says.dataset.other;
  };

  const say = (time) => { const here = one("[data-checked]", overview()); if (here && time) here.textContent = time; };

  const renew = async () => {
    if (asking || !there()) return;
    asking = true;
    try {
      const headers = { "K2K-Background": "overview", "If-None-Match": `"${seen}"` };
      const answer = await fetch(location.href, { headers, cache: "no-store" });
      if (answer.status === 304 && waiting) put(waiting, false);
      if (answer.status === 304) say(answer.headers.get("K2K-Checked"));
      if (answer.status !== 200 || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("overview");
      if (!fresh || !there()) return;
      seen = fresh.dataset.etag;
      put(fresh, false);
      say(one("[data-checked]", fresh)?.textContent);
    } catch { /* Without a network the page stays as it is; the next round tries again. */ } finally { asking = false; }
  };
  if (!says || !seen) return;
  button.addEventListener("click", () => { if (waiting) put(waiting, true); });
  setInterval(renew, EVERY);
})();
