/* The scan page: takes codes from the field, a pasted list or the camera, sends them in order, and shows what became of
   each. What cannot be sent now waits in this browser, across reloads and log-outs. */
import * as queue from "./queue.js";
import { mute, muted, signal } from "./signals.js";

const ROWS = 30;
const PATIENCE = 15000;
const AGAIN = [1000, 2000, 5000, 10000, 20000];

const one = (selector, root = document) => root.querySelector(selector);
const page = one("#scan");
const { texts, icons, addresses, owner } = JSON.parse(page.dataset.scan);
const field = one("#code"), panel = one("#outcome"), rows = one("#scans");
const channel = "BroadcastChannel" in window ? new BroadcastChannel("k2k.scan") : null;
const tab = queue.random();
let token = page.dataset.token, draining = false, failures = 0, timer = 0, batch = null;

const filled = (text, facts) => text.replace(/%\((\w+)\)s/g, (_, name) => facts[name]);
const counted = (name, count) => filled(texts[name][count === 1 ? 0 : 1], { count });
const mine = () => queue.waiting().filter((scan) => scan.company === owner.company && scan.person === owner.person);
const others = () => queue.waiting().filter((scan) => scan.company === owner.company && scan.person !== owner.person);
const boxes = (scans) => scans.reduce((sum, scan) => sum + scan.codes.length, 0);

/* What is shown */

const draw = (icon) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", icons[icon]);
  svg.append(use);
  return svg;
};
const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

const show = ({ tone, icon, title, sub }) => {
  panel.className = `outcome ${tone}`;
  panel.replaceChildren(draw(icon), element("b", title), element("span", sub));
  panel.hidden = false;
  if (document.visibilityState === "visible") signal(tone);
};

const list = (scans) => {
  for (const scan of scans) {
    const row = document.createElement("li"), sub = element("p", scan.note);
    row.className = scan.tone;
    sub.className = "sub";
    row.append(draw(scan.icon), element("span", scan.name), element("time", scan.time), sub);
    rows.prepend(row);
  }
  while (rows.children.length > ROWS) rows.lastElementChild.remove();
  one("#no-scans").hidden = rows.children.length > 0;
};

const note = (name, text) => {
  const shown = one(`#${name}`);
  shown.hidden = !text;
  if (text) one("[data-text]", shown).textContent = text;
};

const showWaiting = (away = failures > 0) => {
  const count = boxes(mine()), theirs = others();
  note("waiting", away || (count && !draining) ? (count ? counted("waiting", count) : texts.offline) : "");
  note("others", theirs.length ? filled(texts.others[boxes(theirs) === 1 ? 0 : 1], { count: boxes(theirs), name: theirs[0].name }) : "");
};

/* What has waited is summed up: nobody can read outcomes that go by one after the other. */
const sumUp = (scans) => {
  const aside = scans.filter((scan) => scan.tone === "bad");
  const tone = aside.length ? "bad" : scans.some((scan) => scan.tone === "warn") ? "warn" : "ok";
  const title = aside.length ? counted("aside", aside.length) : counted("sent", scans.length);
  const codes = aside.map((scan) => scan.code).join(", ");
  return { tone, icon: scans.find((scan) => scan.tone === tone).icon, title, sub: codes || texts.all_sent };
};

const answered = (answer) => {
  list(answer.scans);
  for (const part of ["progress", "staging"]) if (answer[part]) one(`#${part}`).innerHTML = answer[part];
  batch?.push(...answer.scans);
  show(batch?.length > 1 ? sumUp(batch) : answer.panel);
};

/* Two tabs may have sent the same scan: what became of it is shown once. */
const shown = new Set();
const firstAnswer = (scan) => !shown.has(scan.key) && shown.add(scan.key);

/* Sending */

const call = (address, options = {}) =>
  fetch(address, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE), ...options,
    headers: { Accept: "application/json", ...options.headers } });

const later = () => {
  failures += 1;
  clearTimeout(timer);
  timer = setTimeout(drain, AGAIN[Math.min(failures, AGAIN.length) - 1]);
};

/* The session may be over, another person's, or have a new token. True: send again. */
const sessionGoesOn = async () => {
  const answer = await call(addresses.session);
  if (!answer.ok) {
    note("logged-out", counted("logged_out", boxes(mine())));
    return false;
  }
  const now = await answer.json();
  if (now.person !== owner.person || now.company !== owner.company) {
    location.reload();
    return false;
  }
  const moved = token !== now.token;
  token = now.token;
  note("logged-out", "");
  return moved;
};

const refused = (scan, error) => {
  queue.remove(scan);
  const sub = `${scan.codes.join(", ").slice(0, 200)} · ${error.message}`;
  show({ tone: "bad", icon: "circle-x", title: texts.refused, sub });
};

/* Somebody has logged in, here or in another tab: what waits for a session does not wait for its turn as well. */
const sessionBegan = () => {
  if (one("#logged-out").hidden) return;
  failures = 0;
  clearTimeout(timer);
  drain();
};

/* Send one scan; whether the next may follow. */
const send = async (scan) => {
  const post = () => call(addresses.scan, {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams({ codes: scan.codes.join("\n"), key: scan.key }),
  });
  let answer = await post();
  const strange = () => answer.type === "opaqueredirect" || answer.status === 400 || answer.status === 403;
  if (strange() && (await sessionGoesOn())) answer = await post();
  if (answer.ok) {
    const said = await answer.json();
    queue.remove(scan);
    if (firstAnswer(scan)) answered(said);
    channel?.postMessage({ scan, answer: said });
    return true;
  }
  if (answer.status === 422) {
    refused(scan, (await answer.json()).error);
    return true;
  }
  if (answer.status === 403 && !failures) {
    show({ tone: "bad", icon: "circle-x", title: texts.not_allowed, sub: counted("waiting", boxes(mine())) });
  }
  return false;
};

async function drain() {
  if (draining) return;
  draining = true;
  batch = failures || mine().length > 1 ? [] : null;
  try {
    await queue.alone(async () => {
      for (let scan = mine()[0]; scan; scan = mine()[0]) {
        if (!(await send(scan))) return later();
        failures = 0;
      }
      failures = 0;
    });
  } catch {
    later();
  } finally {
    draining = false;
    batch = null;
    showWaiting();
  }
  if (!failures && mine().length) drain();
}

/* Taking codes */

const take = (text) => {
  const codes = queue.codesIn(text);
  field.value = "";
  field.focus({ preventScroll: true });
  if (!codes.length) return;
  try {
    queue.add(codes, { ...owner, tab });
  } catch {
    show({ tone: "bad", icon: "circle-x", title: texts.full, sub: codes.join(", ") });
    return;
  }
  if (failures || navigator.onLine === false) {
    show({ tone: "info", icon: "wifi-off", title: texts.kept, sub: codes.length === 1 ? codes[0] : counted("boxes", codes.length) });
    failures ||= 1;
  }
  showWaiting();
  drain();
};

for (const form of page.querySelectorAll("form[data-scan]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const codes = one("[name=codes]", form), text = codes.value;
    codes.value = "";
    take(text);
  });
}

field.addEventListener("paste", (event) => {
  const pasted = event.clipboardData.getData("text");
  if (queue.codesIn(pasted).length < 2) return;
  event.preventDefault();
  take(field.value + pasted);
});

/* Scanners that end a code with a tab instead of the enter key. */
field.addEventListener("keydown", (event) => {
  if (event.key !== "Tab" || event.shiftKey || !field.value) return;
  event.preventDefault();
  take(field.value);
});

/* The field takes what a scanner types wherever the focus is, unless it is in another field. */
const busy = (at) => at.matches("input, textarea, select, [contenteditable]") || one("dialog[open]");
addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.altKey || event.metaKey || event.isComposing;
  if (command || busy(event.target) || event.key.length > 1 || " /?".includes(event.key)) return;
  event.stopImmediatePropagation();
  field.focus({ preventScroll: true });
}, true);
document.addEventListener("click", (event) => {
  if (!event.target.closest("a, button, summary, input, textarea, select, label, dialog")) field.focus({ preventScroll: true });
});

/* Buttons */

const press = (name, work) => one(`[data-${name}]`)?.addEventListener("click", (event) => work(event.currentTarget));

press("keyboard", (button) => {
  const typing = field.inputMode !== "text";
  field.inputMode = typing ? "text" : "none";
  button.setAttribute("aria-pressed", typing);
  field.blur();
  field.focus();
});

press("sound", (button) => {
  mute(!muted());
  button.setAttribute("aria-pressed", !muted());
  if (!muted()) signal("ok");
  field.focus();
});
one("[data-sound]").setAttribute("aria-pressed", !muted());

press("take-over", () => {
  others().forEach((scan) => queue.pass(scan, owner));
  showWaiting();
  drain();
});

let closeCamera = null;
const cameraIs = (on) => {
  one("#camera").hidden = !on;
  one("[data-camera]").setAttribute("aria-pressed", on);
};
const stopCamera = () => {
  closeCamera?.();
  closeCamera = null;
  cameraIs(false);
};
const cameraFailed = (error) => {
  stopCamera();
  show({ tone: "warn", icon: "camera", title: texts.no_camera, sub: texts[error.name] ?? texts.camera_failed });
};
press("camera", async () => {
  if (closeCamera) { stopCamera(); field.focus(); return; }
  cameraIs(true);
  try {
    const camera = await import("./camera.js");
    closeCamera = await camera.open(one("#camera video"), addresses, take, cameraFailed);
  } catch (error) {
    cameraFailed(error);
  }
});
addEventListener("pagehide", stopCamera);

/* Other tabs, and the network */

if (channel) {
  channel.onmessage = ({ data: { scan, answer } }) => {
    if (scan.company !== owner.company || scan.person !== owner.person) return;
    if (!firstAnswer(scan)) return;
    if (scan.tab === tab) answered(answer);
    else list(answer.scans);
  };
}
if ("BroadcastChannel" in window) new BroadcastChannel("k2k.session").onmessage = sessionBegan;
document.addEventListener("k2k:session", sessionBegan);
queue.onChange(() => showWaiting());
addEventListener("online", drain);
addEventListener("offline", () => showWaiting(true));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && drain());
addEventListener("pageshow", drain);

showWaiting();
field.focus({ preventScroll: true });
drain();
