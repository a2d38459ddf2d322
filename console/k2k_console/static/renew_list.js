/* A list is renewed every five seconds while somebody is there and does nothing with it. Its rows never move: when some
   came or went, a button says so. A page that is merely left open does not keep its session alive. */
"use strict";
(() => {
  const EVERY = 5_000, AWAY = 600_000;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const list = () => document.getElementById("list");
  const names = (root) => all("[data-row]", root).map((row) => row.dataset.row);
  const BUSY = "html[data-sending], dialog[open], dialog:modal, #list :popover-open, #list .wrong, #list .cell.changed, #list :active, "
    + '#list td.tick input:checked, #list [name="all"]:checked, #list :is(input, select, textarea):focus';
  let active = Date.now(), asking = false, waiting = null;
  for (const sign of ["keydown", "pointerdown", "pointermove"]) addEventListener(sign, () => { active = Date.now(); });
  const free = () => !document.hidden && Date.now() - active < AWAY && !one(BUSY);

  const says = one("[data-renewed]"), button = says && one("button", says);
  const put = (fresh) => {
    const here = one("[data-row].here", list())?.dataset.row;
    list().replaceChildren(...fresh.childNodes);
    all("[data-row]", list()).find((row) => row.dataset.row === here)?.classList.add("here");
    waiting = null;
    says.hidden = true;
    document.dispatchEvent(new Event("k2k:list"));
  };
  const tell = (fresh, came) => {
    waiting = fresh;
    button.textContent = came === 1 ? says.dataset.one : came ? says.dataset.new.replace("{n}", came) : says.dataset.other;
    says.hidden = false;
  };
  const tag = () => one("[data-etag]", waiting || list())?.dataset.etag;

  const renew = async () => {
    if (asking || !free() || !tag()) return;
    asking = true;
    try {
      const headers = { "HX-Request": "true", "HX-Target": "#list", "K2K-Background": "list", "If-None-Match": `"${tag()}"` };
      const answer = await fetch(location.href, { headers, cache: "no-store" });
      if (answer.status !== 200 || answer.redirected) return;
      const fresh = document.createElement("div");
      fresh.innerHTML = await answer.text();
      if (!free() || !one("[data-etag]", fresh)) return;
      const known = names(list()), now = names(fresh), came = now.filter((name) => !known.includes(name)).length;
      const still = known.join("\n") === now.join("\n") && !list().contains(document.activeElement);
      if (still) put(fresh); else tell(fresh, came);
    } catch { /* Without a network the list stays as it is; the next round tries again. */ } finally { asking = false; }
  };
  if (!says) return;
  button.addEventListener("click", () => {
    if (waiting) put(waiting);
    one("[data-rows]")?.focus({ preventScroll: true });
  });
  setInterval(renew, EVERY);
})();
