// The clocks of carts run. Without this file they say how many minutes were left when the page was opened.
const clocks = [...document.querySelectorAll(".clock")];
const opened = performance.now();

function show(clock) {
  const left = Math.max(0, Math.round(clock.dataset.seconds - (performance.now() - opened) / 1000));
  clock.classList.toggle("soon", left < 300);
  clock.textContent = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : clock.dataset.over;
  if (left === 0 && "reload" in clock.dataset) {
    setTimeout(() => location.reload(), 1000); // the page then says what became of the cart
    delete clock.dataset.reload;
  }
}

function tick() {
  clocks.forEach(show);
}

if (clocks.length) {
  tick();
  setInterval(tick, 1000);
}
