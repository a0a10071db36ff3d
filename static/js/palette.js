// The command palette: Ctrl K opens it, a few letters find a place, Enter goes there. It only ever opens pages.

const PAUSE = 120;
const dialog = document.getElementById("palette");

if (dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const status = dialog.querySelector("[role=status]");
  let asked = null;
  let timer;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function move(step) {
    const all = options();
    if (all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
  }

  // What can be done on the page behind: its own links, found without asking the server.
  function linksHere(typed) {
    const seen = new Set();
    const links = [...document.querySelectorAll("#content .page-header a[href], #content .next a.button[href], #content .sections a[href]")];
    return links
      .filter((link) => {
        const words = link.textContent.trim().toLowerCase();
        if (!words || link.getAttribute("aria-current") || seen.has(link.href) || !words.includes(typed)) return false;
        return seen.add(link.href);
      })
      .slice(0, 6);
  }

  function groupHere(typed) {
    const links = linksHere(typed);
    if (!links.length) return [];
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", dialog.dataset.here);
    const title = document.createElement("p");
    title.className = "palette__group";
    title.setAttribute("aria-hidden", "true");
    title.textContent = dialog.dataset.here;
    group.append(title);
    for (const link of links) {
      const option = document.createElement("a");
      option.className = "palette__option";
      option.href = link.href;
      option.tabIndex = -1;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const icon = link.querySelector("svg")?.cloneNode(true);
      const words = document.createElement("span");
      words.className = "palette__label";
      words.textContent = link.textContent.trim().replace(/\s+/g, " ");
      option.append(...(icon ? [icon, words] : [words]));
      group.append(option);
    }
    return [group];
  }

  function show(groups, typed) {
    list.dataset.typed = typed;
    list.replaceChildren(...groups);
    options().forEach((option, index) => (option.id = `palette-option-${index}`));
    const count = options().length;
    status.textContent = count === 1 ? dialog.dataset.countOne : count ? dialog.dataset.count.replace("{count}", count) : dialog.dataset.none;
    choose(options()[0]);
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const typed = input.value.trim();
    try {
      const answer = await fetch(`${dialog.dataset.source}?q=${encodeURIComponent(typed)}`, { signal: asked.signal });
      if (answer.redirected) return location.reload(); // signed out meanwhile
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const groups = [...page.querySelectorAll("#palette-answer > [role=group]")].map((group) => document.importNode(group, true));
      show([...groupHere(typed.toLowerCase()), ...groups], typed);
    } catch (problem) {
      if (problem.name !== "AbortError") status.textContent = dialog.dataset.failed;
    }
  }

  function open() {
    input.value = "";
    delete list.dataset.typed;
    list.replaceChildren();
    if (!dialog.open) dialog.showModal();
    ask();
  }

  document.addEventListener("keydown", (event) => {
    const isCall = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
    if (!isCall || document.body.hasAttribute("data-shortcuts-off") || document.querySelector("dialog[open]:not(#palette)")) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-opens=palette]")) open();
    // A click beside it closes it.
    if (event.target === dialog) dialog.close();
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      move(step);
    }
    // What stands there may belong to fewer letters; then the search page answers for all of them.
    if (event.key !== "Enter" || event.isComposing) return;
    const isTrue = list.dataset.typed === input.value.trim();
    if (isTrue || !input.value.trim()) event.preventDefault();
    if (isTrue && chosen()) location.assign(chosen().href);
  });
}
