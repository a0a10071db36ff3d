// The board: a card is dragged onto a stage, or “Move…” is pressed. Both ask the server what it takes.
// Nothing moves here: the dialog has the step's own button, or the list of what is missing.

const dialog = document.getElementById("move-dialog");
const TYPE = "application/x-case";
let dragged = null;

function ask(url, opener) {
  window.htmx.ajax("GET", url, { target: "#move", swap: "innerHTML" }).then(() => {
    if (!dialog.querySelector("#move-title")) return;
    dialog.showModal();
    dialog.addEventListener("close", () => opener?.focus(), { once: true });
  });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-moves]");
  if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  ask(link.href, link);
});

function leave() {
  document.querySelectorAll("[data-drop]").forEach((column) => column.removeAttribute("data-drop"));
  dragged?.removeAttribute("data-dragged");
}

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (!card) return;
  dragged = card;
  card.setAttribute("data-dragged", "");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData(TYPE, card.dataset.card);
});
document.addEventListener("dragover", (event) => {
  const column = event.target.closest?.("[data-state]");
  if (!dragged || !column) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  if (column.hasAttribute("data-drop")) return;
  document.querySelectorAll("[data-drop]").forEach((other) => other.removeAttribute("data-drop"));
  column.setAttribute("data-drop", "");
});
document.addEventListener("drop", (event) => {
  const column = event.target.closest?.("[data-state]");
  if (!dragged || !column) return;
  event.preventDefault();
  const card = dragged;
  leave();
  dragged = null;
  if (card.closest("[data-state]") === column) return;
  ask(`${card.dataset.card}?to=${column.dataset.state}`, card.querySelector("a[data-moves]"));
});
document.addEventListener("dragend", () => {
  leave();
  dragged = null;
});
