/* What was changed in a form and is not saved yet stands beside its field: "was 28". */
"use strict";
document.addEventListener("input", (event) => {
  const field = event.target, form = field.form;
  if (!form?.dataset.was || !field.matches("input.n, input.line")) return;
  const place = field.closest(".with") || field.parentElement;
  let tag = place.querySelector(".was");
  if (field.value.trim() === field.defaultValue) { tag?.remove(); return; }
  if (!tag) {
    tag = Object.assign(document.createElement("span"), { className: "tag warn was" });
    place.append(tag);
  }
  tag.textContent = form.dataset.was.replace("{value}", field.defaultValue || form.dataset.none);
});
