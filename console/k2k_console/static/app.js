/* What forms and links cannot do: keys, dialogs, toasts. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const seen = (element) => element && element.getClientRects().length > 0;
  const page = document.documentElement;

  /* Dialogs opened by the server become modal. */
  const openModally = (dialog) => {
    if (!dialog || dialog.matches(":modal")) return;
    dialog.removeAttribute("open");
    all("[popover]:popover-open").forEach((menu) => menu.hidePopover());
    dialog.showModal();
  };
  const close = (dialog) => {
    const away = dialog.dataset.away;
    if (away) location.assign(away);
    else if (dialog.open) dialog.close();
    if (!dialog.matches(".modal")) dialog.remove();
  };

  /* Toasts go after eight seconds, unless held by pointer or focus. */
  const timed = new WeakSet();
  const keepTime = (toast) => {
    if (timed.has(toast)) return;
    timed.add(toast);
    let timer = 0;
    const held = () => toast.matches(":hover, :focus-within");
    const wait = () => { clearTimeout(timer); timer = setTimeout(() => (held() ? wait() : toast.remove()), 8000); };
    toast.addEventListener("focusout", wait);
    toast.addEventListener("pointerleave", wait);
    wait();
  };

  const ready = () => {
    all("dialog.modal[open]").forEach(openModally);
    all(".toast").forEach(keepTime);
  };

  document.addEventListener("click", (event) => {
    const at = event.target.closest("[data-open], [data-close], [data-dismiss], [data-fill]");
    if (!at) return;
    if (at.dataset.open && document.getElementById(at.dataset.open)) {
      event.preventDefault();
      openModally(document.getElementById(at.dataset.open));
    } else if ("close" in at.dataset && at.closest("dialog")) {
      event.preventDefault();
      close(at.closest("dialog"));
    } else if ("dismiss" in at.dataset) {
      at.closest(".toast").remove();
    } else if (at.dataset.fill) {
      event.preventDefault();
      const field = document.getElementById(at.dataset.fill);
      field.value = at.dataset.typed;
      field.removeAttribute("aria-invalid");
      all(".fault, [data-fill]", at.closest(".f")).forEach((part) => part.remove());
      at.closest(".f")?.classList.remove("wrong");
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  document.addEventListener("change", (event) => {
    const { look } = event.target.dataset;
    if (look) page.dataset[look] = event.target.value;
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  /* A form is sent once. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post], [data-again]") || event.submitter?.matches("[data-again]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => event.submitter?.setAttribute("aria-busy", "true"), 400);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  /* Keys. */
  const rows = () => all("[data-rows] tbody tr").filter(seen);
  const here = () => one("[data-rows] tbody tr.here");
  const go = (by) => {
    const list = rows(), now = list.indexOf(here());
    const next = list[Math.min(list.length - 1, Math.max(0, now + by))];
    if (!next) return;
    here()?.classList.remove("here");
    next.classList.add("here");
    one("a, button, input", next)?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const press = (element) => { if (seen(element)) { element.click(); return true; } return false; };
  const inRow = (selector) => one(selector, here() || document);
  const named = (key) => {
    const within = one("dialog:modal") || document;
    return all("[data-key]", within).find((it) => it.dataset.key.toLowerCase() === key && seen(it) && !it.disabled);
  };
  const LETTERS = {
    "/": () => { const field = one("#find"); field?.focus(); field?.select(); return field; },
    "?": () => { openModally(one("#keys")); return true; },
    j: () => { go(1); return true; },
    k: () => { go(-1); return true; },
    x: () => press(here() && one('input[type="checkbox"]', here())),
    w: () => press(inRow(".why")),
    e: () => { const cell = inRow("[data-edit], .cell"); cell?.focus(); cell?.select?.(); return cell; },
  };
  let leaving = 0;
  const letter = (key) => {
    if (Date.now() < leaving) {
      leaving = 0;
      one(`[data-go="${CSS.escape(key)}"]`)?.click();
      return true;
    }
    if (key === "g") { leaving = Date.now() + 1500; return true; }
    return press(named(key)) || LETTERS[key]?.();
  };
  const withCommand = (key) => {
    const dialog = one("dialog:modal");
    if (key === "s") return press(named("⌘s"));
    if (key === "enter") return press(dialog && (one(".btn.go", dialog) || one("[type=submit]", dialog))) || press(named("⌘↵"));
    if (key === "z" && !dialog) return press(all("[data-undo]").pop());
    return false;
  };
  const typing = (at) => at.matches("select, textarea, input:not([type=checkbox], [type=radio])");

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const key = event.key.toLowerCase(), text = typing(event.target);
    let done = false;
    if (event.metaKey || event.ctrlKey) done = !(text && key === "z") && withCommand(key);
    else if (key === "escape") {
      const drawer = one("dialog.drawer[open]");
      if (drawer && !one("dialog:modal") && !text) { close(drawer); done = true; }
    } else if (!text && page.dataset.keys !== "off" && !(one("dialog:modal") && key === "g")) done = letter(key);
    if (done) event.preventDefault();
  });

  document.addEventListener("htmx:after:swap", ready);
  ready();
})();
