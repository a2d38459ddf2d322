/* The clock and the counts of the menu are renewed every minute while somebody is there: a page that is merely left open
   does not keep its session alive. */
"use strict";
(() => {
  const MINUTE = 60_000, AWAY = 10 * MINUTE;
  let active = Date.now();
  for (const sign of ["keydown", "pointerdown"]) addEventListener(sign, () => { active = Date.now(); });
  setInterval(() => {
    const there = !document.hidden && Date.now() - active < AWAY;
    if (there) document.getElementById("renewed")?.dispatchEvent(new Event("renew"));
  }, MINUTE);
})();
