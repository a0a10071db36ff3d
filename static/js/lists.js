// Lists with boxes to tick: all of a page at once, and how many are ticked.

const all = document.querySelector("[data-tick-all]");
const count = document.querySelector("[data-ticked]");
const boxes = () => [...document.querySelectorAll("table input[name=case], .todo__choose")];
const whole = document.querySelector("#bulk input[name=all]");

function show() {
  const ticked = boxes().filter((box) => box.checked).length;
  if (all) {
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  }
  if (count) {
    count.textContent = ticked;
    count.hidden = ticked === 0 || Boolean(whole?.checked);
  }
}

if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    boxes().forEach((box) => (box.checked = all.checked));
    show();
  });
}
document.addEventListener("change", (event) => {
  if (event.target.matches("table input[name=case], .todo__choose, #bulk input[name=all]")) show();
});
// A page that comes back from the browser's memory has its ticks already.
addEventListener("pageshow", show);
show();
