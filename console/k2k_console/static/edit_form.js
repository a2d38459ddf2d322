/* A form of values that are edited together: while one types, what saving would do is asked for and shown. What is typed
   stays as it is. Without a script the first press of its button shows it. */
"use strict";
(() => {
  const WAIT = 300;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const form = () => one("#edit-form");
  const buttons = () => all('button[form="edit-form"]');
  const LONG = 400;
  let timer = 0, asking = null, saying = 0;

  /* What takes long says what it does; its button comes anew with the effect, and says what it said where there is none. */
  const say = () => buttons().filter((button) => button.dataset.asks).forEach((button) => {
    button.dataset.said ??= button.innerHTML;
    button.textContent = button.dataset.asks;
  });
  const busy = (on) => {
    clearTimeout(saying);
    if (on) saying = setTimeout(say, WAIT + LONG);
    buttons().forEach((button) => {
      button.toggleAttribute("aria-busy", on);
      if (on || !button.dataset.said) return;
      button.innerHTML = button.dataset.said;
      delete button.dataset.said;
    });
  };
  const put = (fresh) => {
    for (const part of all("[data-part]", fresh)) {
      const here = one(`[data-part="${CSS.escape(part.dataset.part)}"]`);
      if (here && here.innerHTML !== part.innerHTML) here.replaceChildren(...part.childNodes);
    }
    all("input[data-stored]", form()).forEach((field) => {
      const about = `${field.name}-about`, place = document.getElementById(about);
      const wrong = place?.matches(".fault") || (place && one(".fault", place));
      if (place) field.setAttribute("aria-describedby", about); else field.removeAttribute("aria-describedby");
      if (wrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
      field.closest(".f")?.classList.toggle("wrong", Boolean(wrong));
    });
  };
  const ask = async () => {
    asking?.abort();
    const mine = asking = new AbortController(), body = new FormData(form());
    body.delete("anyway");
    body.append("do", "effect");
    try {
      const headers = { "HX-Request": "true", "HX-Target": "#edit", "K2K-Background": "effect" };
      const answer = await fetch(form().action, { method: "POST", body, headers, signal: mine.signal });
      if (answer.redirected || answer.status === 401) document.dispatchEvent(new Event("k2k:session-over"));
      else if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* Without a network what is typed stays, and its effect is shown when it is sent. */ }
    if (asking === mine) { asking = null; busy(false); }
  };
  const mark = (field) => {
    const { stored } = field.dataset, now = field.type === "checkbox" && !field.checked ? "" : field.value.trim();
    const changed = now !== stored;
    if (field.closest(".week")) { field.classList.toggle("changed", changed); return; }
    const place = field.closest(".with"), { was, none } = form().dataset;
    if (one(".was", place) && changed) return;
    one(".was", place)?.remove();
    if (!changed) return;
    place.append(Object.assign(document.createElement("span"), { className: "tag warn was", textContent: was.replace("{value}", stored || none) }));
  };
  document.addEventListener("input", (event) => {
    const at = event.target;
    if (at.form !== form() || !at.name || at.name.startsWith("keep.")) return;
    mark(at);
    clearTimeout(timer);
    busy(true);
    timer = setTimeout(() => { timer = 0; ask(); }, WAIT);
  });
})();
