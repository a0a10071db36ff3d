// Keyboard shortcuts, all of them harmless: they open, select and tick; nothing leaves the house on one key.

const AGAIN = "selected-row";
let first = "";
let forget;

const isOff = () => document.body.hasAttribute("data-shortcuts-off");
const rows = () => [...document.querySelectorAll("table[data-shortcuts] > tbody > tr, :not(table)[data-shortcuts] > *")];
const selected = () => document.querySelector("[data-shortcuts] [data-selected]");

function select(row) {
  if (!row) return;
  selected()?.removeAttribute("data-selected");
  row.setAttribute("data-selected", "");
  row.scrollIntoView({ block: "nearest" });
  // The focus follows, so that a screen reader says where we are and Enter opens it.
  row.querySelector("[data-open], a[href]")?.focus({ preventScroll: true });
}

function move(step) {
  const all = rows();
  const at = all.indexOf(selected());
  select(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step]);
}

function go(keys) {
  const place = document.querySelector(`[data-key="${CSS.escape(keys)}"]`);
  if (place) location.assign(place.href);
  return Boolean(place);
}

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => (selected()?.querySelector("input[type=checkbox]") ?? selected()?.querySelector("[data-menu] > summary"))?.click(),
  e: () => selected()?.querySelector("[data-done-button]")?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (isOff() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
  const key = event.key;
  if (first) {
    const keys = `${first} ${key}`;
    first = "";
    if (go(keys)) event.preventDefault();
    return;
  }
  if (key === "g") {
    first = key;
    clearTimeout(forget);
    forget = setTimeout(() => (first = ""), 1200);
    return;
  }
  if (key in ACTIONS) {
    event.preventDefault();
    ACTIONS[key]();
  }
});

// Whoever ticks by keys goes on with the next row when the page is back.
document.addEventListener("submit", (event) => {
  const row = selected();
  if (row?.contains(event.target)) sessionStorage.setItem(AGAIN, `${location.pathname} ${rows().indexOf(row)}`);
});
const [page, index] = (sessionStorage.getItem(AGAIN) ?? "").split(" ");
sessionStorage.removeItem(AGAIN);
if (!isOff() && page === location.pathname) select(rows()[Math.min(Number(index), rows().length - 1)]);
