/* An address that names a field goes to it: by its id, else by its name, else to the cell of its column. */
"use strict";
(() => {
  const name = location.hash && CSS.escape(decodeURIComponent(location.hash.slice(1)));
  const found = name && document.querySelectorAll(`#${name}, [name="${name}"], [data-field="${name}"]`);
  const field = found && [...found].find((one) => one.matches("input, select, textarea") && one.getClientRects().length);
  if (!field) return;
  field.focus();
  field.scrollIntoView({ block: "center" });
})();
