// Small manners of every page: menus that close, dialogs, copying, colours, toasts.

const menus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  menus().forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });

  const opener = event.target.closest("[data-opens]");
  if (opener) {
    menus().forEach((menu) => (menu.open = false));
    document.getElementById(opener.dataset.opens)?.showModal();
  }
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();

  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);

  const themer = event.target.closest("[data-theme-switch]");
  if (themer) nextTheme();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus().forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// <button type="button" data-copy="text" data-done="Copied">
async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  toast(button.dataset.done ?? "✓");
}

const THEMES = ["auto", "light", "dark"];

function showTheme() {
  const theme = document.documentElement.dataset.theme ?? "auto";
  document.querySelectorAll("[data-theme-switch]").forEach((button) => {
    const words = { auto: button.dataset.wordsAuto, light: button.dataset.wordsLight, dark: button.dataset.wordsDark };
    button.querySelector("span").textContent = words[theme];
  });
}

function nextTheme() {
  const root = document.documentElement;
  const theme = THEMES[(THEMES.indexOf(root.dataset.theme ?? "auto") + 1) % THEMES.length];
  if (theme === "auto") {
    delete root.dataset.theme;
    localStorage.removeItem("theme");
  } else {
    root.dataset.theme = theme;
    localStorage.setItem("theme", theme);
  }
  showTheme();
}

const shelf = document.getElementById("toasts");

function toast(text, kind = "") {
  if (!shelf) return;
  const note = document.createElement("div");
  note.className = kind ? `toast toast--${kind}` : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = shelf.dataset.dismiss;
  close.addEventListener("click", () => note.remove());
  note.append(words, close);
  shelf.append(note);
  // Errors stay until they are read.
  if (kind !== "error") setTimeout(() => note.remove(), 6000);
}

// A view may answer htmx with the header HX-Trigger: {"toast": {"text": "Saved", "kind": ""}}.
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.kind));
document.addEventListener("htmx:responseError", () => toast(shelf.dataset.failed, "error"));
document.addEventListener("htmx:sendError", () => toast(shelf.dataset.offline, "error"));

showTheme();
