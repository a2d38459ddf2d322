/* Fields that find while one types: what is found stands in a list below the field. Arrows move in it, ↵ takes, Esc closes.
   Without a script they are plain fields. */
"use strict";
(() => {
  const WAIT = 150;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fits = (at) => at instanceof Element && at.matches("[data-finds]");
  const list = Object.assign(document.createElement("ul"), { id: "finds", className: "finds", popover: "manual" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.body.dataset.found || "");
  let field = null, active = null, asked = 0, timer = 0, quiet = false;

  const options = () => all('[role="option"]:not([aria-disabled])', list);
  const choose = (option) => {
    all('[aria-selected="true"]', list).forEach((other) => other.setAttribute("aria-selected", "false"));
    active = option;
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field?.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    clearTimeout(timer);
    asked += 1;
    if (!field) return;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    if (list.matches(":popover-open")) list.hidePopover();
    field = active = null;
  };
  const place = () => {
    const box = (field.closest(".find") || field).getBoundingClientRect(), below = innerHeight - box.bottom;
    const up = below < 200 && box.top > below;
    list.style.left = `${Math.max(8, Math.min(box.left, innerWidth - Math.max(box.width, 320) - 8))}px`;
    list.style.minWidth = `${Math.min(Math.max(box.width, 320), innerWidth - 16)}px`;
    list.style.maxHeight = `${Math.max(120, (up ? box.top : below) - 16)}px`;
    list.style.top = up ? "auto" : `${box.bottom + 4}px`;
    list.style.bottom = up ? `${innerHeight - box.top + 4}px` : "auto";
  };
  /* A field whose words are those of an option means that one; a field of a code means the first one else. */
  const meant = () => {
    const typed = field.value.trim().toLowerCase(), found = options();
    const same = found.filter((one) => one.dataset.value?.toLowerCase() === typed);
    if ("leads" in field.dataset) return same.length === 1 ? same[0] : null;
    return same[0] || found[0];
  };
  const show = (at, html) => {
    field = at;
    (at.closest("dialog, [role=search], main") || document.body).append(list);
    list.innerHTML = html;
    all('[role="option"]', list).forEach((option, number) => { option.id = `found-${number}`; });
    if (!list.firstElementChild) { close(); return; }
    if (!list.matches(":popover-open")) list.showPopover();
    place();
    at.setAttribute("aria-expanded", "true");
    choose(at.value.trim() ? meant() : null);
  };
  const find = async (at) => {
    const mine = ++asked, words = at.value.trim();
    if (!words && "leads" in at.dataset) { close(); return; }
    const to = new URL(at.dataset.finds, location.href);
    to.searchParams.set("q", words);
    try {
      const answer = await fetch(to, { headers: { "K2K-Background": "find" } });
      if (!answer.ok || answer.redirected || mine !== asked || document.activeElement !== at) return;
      show(at, await answer.text());
    } catch { /* Without a network the field is a plain one. */ }
  };
  const take = (option) => {
    const at = field;
    close();
    if (option.dataset.href) { location.assign(option.dataset.href); return; }
    at.value = option.dataset.value;
    quiet = true;
    for (const name of ["input", "change"]) at.dispatchEvent(new Event(name, { bubbles: true }));
    quiet = false;
    at.dispatchEvent(new Event("k2k:taken", { bubbles: true }));
  };
  const move = (by) => {
    const found = options(), now = found.indexOf(active);
    if (found.length) choose(found[(now + by + found.length + (now < 0 && by < 0 ? 1 : 0)) % found.length]);
  };

  const ready = () => all("[data-finds]:not([role])").forEach((at) => {
    at.setAttribute("role", "combobox");
    at.setAttribute("aria-autocomplete", "list");
    at.setAttribute("aria-expanded", "false");
    at.setAttribute("aria-controls", "finds");
    at.autocomplete = "off";
  });
  document.addEventListener("input", (event) => {
    if (quiet || !fits(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(find, WAIT, event.target);
  });
  document.addEventListener("keydown", (event) => {
    const at = event.target, moves = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!fits(at) || event.isComposing || event.altKey || event.metaKey || event.ctrlKey) return;
    const open = field === at && list.matches(":popover-open");
    let done = true;
    if (moves && open) move(moves);
    else if (moves) find(at);
    else if (event.key === "Escape" && open) close();
    else if (event.key === "Enter" && open && active && active.dataset.value !== at.value) take(active);
    else {
      if (event.key === "Enter") close();
      done = false;
    }
    if (done) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]:not([aria-disabled])');
    if (option && field) { event.preventDefault(); take(option); }
  });
  document.addEventListener("focusout", (event) => { if (event.target === field) close(); });
  addEventListener("resize", () => field && place());
  document.addEventListener("scroll", (event) => { if (field && !list.contains(event.target)) place(); }, true);
  for (const name of ["htmx:after:swap", "k2k:list", "k2k:grid"]) document.addEventListener(name, ready);
  document.body.append(list);
  ready();
})();
