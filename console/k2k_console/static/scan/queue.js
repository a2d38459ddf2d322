/* Scans that wait to be sent. Each stands in the browser's store under an address of its own, so that tabs never
   overwrite each other's, and has the key under which the server counts it once. Another console of the same host, at
   another path, shares the browser's store and has scans of its own. */
const CONSOLE = new URL("../..", import.meta.url).pathname;
const PREFIX = `k2k.scan.waiting.${CONSOLE === "/" ? "" : CONSOLE}`;
const CODES_A_SCAN = 100;
const BETWEEN = /[\s,;\ufeff\u0000-\u001f\u007f-\u009f]+/;

export const random = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

let latest = 0;

/* The codes in what was typed, scanned or pasted, in order. */
export const codesIn = (text) => text.split(BETWEEN).filter(Boolean);

/* Store codes that were scanned; throws when the browser's store is full. */
export const add = (codes, owner) => {
  const added = [];
  for (let first = 0; first < codes.length; first += CODES_A_SCAN) {
    const at = latest = Math.max(Date.now(), latest + 1);
    const scan = { id: `${at}-${random()}`, key: random(), at, codes: codes.slice(first, first + CODES_A_SCAN), ...owner };
    localStorage.setItem(PREFIX + scan.id, JSON.stringify(scan));
    added.push(scan);
  }
  return added;
};

const read = (name) => {
  try {
    const scan = JSON.parse(localStorage.getItem(name));
    return scan && scan.key && Array.isArray(scan.codes) ? scan : null;
  } catch {
    return null;
  }
};

const isScan = (name) => name.startsWith(PREFIX) && /^\d/.test(name.slice(PREFIX.length));

/* Every scan that waits, in the order in which they were made. */
export const waiting = () =>
  Object.keys(localStorage).filter(isScan).sort().map(read).filter(Boolean);

export const remove = (scan) => localStorage.removeItem(PREFIX + scan.id);

/* Give a scan to another person of the same company, who then sends it. */
export const pass = (scan, owner) => localStorage.setItem(PREFIX + scan.id, JSON.stringify({ ...scan, ...owner }));

/* Do some work while no other tab does. Browsers offer locks on secure pages only; without them two tabs may send the
   same scan, which counts once all the same. */
export const alone = (work) => (navigator.locks ? navigator.locks.request("k2k.scan", work) : work());

/* Tell when another tab has changed what waits. */
export const onChange = (tell) =>
  addEventListener("storage", (event) => (event.key === null || isScan(event.key)) && tell());
