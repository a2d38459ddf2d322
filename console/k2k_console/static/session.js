/* A form is sent once its session is known to be there. One that has ended is begun again in a dialog over the page: what
   was typed stays, and the form goes on. Without a script the page of the log-in carries it. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const { person, session, offline } = document.body.dataset;
  if (!session) return;
  if ("BroadcastChannel" in window) { // other tabs may wait for a session, such as one that scans
    const channel = new BroadcastChannel("k2k.session");
    channel.postMessage(person);
    channel.close();
  }
  let waiting = null, asking = false;
  const sure = new WeakSet();

  const tell = (words) => {
    const toast = Object.assign(document.createElement("div"), { className: "toast bad", textContent: words });
    document.getElementById("toasts").append(toast);
    setTimeout(() => toast.remove(), 8000);
  };
  const open = (html) => {
    const email = document.getElementById("session-email")?.value || person;
    document.getElementById("session-over")?.remove();
    const box = document.createElement("div");
    box.innerHTML = html;
    const dialog = box.querySelector("dialog");
    if (!dialog) return false;
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
    const field = dialog.querySelector('[name="email"]');
    if (field) field.value ||= email; // a host's log-in stands elsewhere
    dialog.querySelector('[name="password"], [autofocus]').focus();
    return true;
  };
  const go = ([form, submitter]) => {
    sure.add(form);
    form.requestSubmit(submitter && submitter.isConnected ? submitter : null);
  };
  /* Whether the session is there; where it is not, its log-in is shown. */
  const there = async () => {
    const answer = await fetch(session, { cache: "no-store" });
    return answer.status !== 401 || !open(await answer.text());
  };
  const send = async (form, submitter) => {
    if (asking) return;
    asking = true;
    document.documentElement.dataset.sending = ""; // lists stay as they are: a form that was replaced is not sent
    try {
      if (await there()) go([form, submitter]); else waiting = [form, submitter];
    } catch { tell(offline); } finally { asking = false; delete document.documentElement.dataset.sending; }
  };
  const begin = async (form) => {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
      const found = await answer.json();
      if (found.email !== person) { location.reload(); return; }
      all('input[name="csrf_token"]').forEach((field) => { field.value = found.csrf_token; });
      const next = waiting;
      waiting = null;
      document.getElementById("session-over").close();
      document.dispatchEvent(new Event("k2k:session"));
      if (next) go(next);
      return;
    }
    const html = await answer.text();
    if (!open(html)) tell(new DOMParser().parseFromString(html, "text/html").querySelector("main")?.textContent.trim() || offline);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.closest("#scan")) return; // what is scanned waits for its network and its session by itself
    if (form.matches("[data-log-in]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      begin(form).catch(() => tell(offline));
    } else if (form.method === "post" && !form.matches("[hx-post]") && !sure.delete(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      send(form, event.submitter);
    }
  }, true);
  document.addEventListener("k2k:session-over", () => {
    if (!document.getElementById("session-over")) there().catch(() => {});
  });
})();
