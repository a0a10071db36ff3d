// The composer saves itself, shows what the reader will see, and says who else writes.
//
// <form data-autosave="…" data-writers="…" data-compose="…">: where typed text goes, where presence
// is told, where the page asks whether the pages of a text are set. What is typed is never replaced:
// an answer changes the status line, what stands beside the fields, and a field only while it still
// says what was sent.

const PAUSE = 600;
const RETRY = 8000;
const LONGEST_SAVE = 15000;
const PRESENCE = 15000;
const LOOK = 90;
const LOOK_LONGEST = 20000;

const form = document.querySelector("form[data-compose]");
if (form) begin(form);

function begin(form) {
  const words = form.querySelector("template[data-words]").dataset;
  let isDirty = false;
  let isSaving = false;
  let isLeaving = false;
  let pressed = null;
  let timer = 0;

  // -- the status line -------------------------------------------------------------------------------

  const status = () => document.getElementById("save-status");

  function say(text) {
    const line = status().querySelector("span");
    if (line.textContent !== text) line.textContent = text;
  }

  // -- saving ----------------------------------------------------------------------------------------

  const valuesOf = (data) => {
    const values = {};
    for (const [name, value] of data) values[name] = name in values ? `${values[name]}\n${value}` : value;
    return values;
  };

  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  async function save() {
    if (isSaving || !isDirty || isLeaving) return;
    isSaving = true;
    isDirty = false;
    const data = new FormData(form);
    let answer;
    let text;
    try {
      const signal = AbortSignal.timeout(LONGEST_SAVE);
      answer = await fetch(form.dataset.autosave, { method: "POST", body: data, redirect: "manual", signal });
      text = await answer.text();
    } catch {
      answer = null;
    }
    isSaving = false;
    if (isLeaving) return;
    const isAnswer = answer && (answer.ok || answer.status === 409 || answer.status === 422);
    if (isAnswer) take(text, valuesOf(data));
    if (!answer?.ok) isDirty = true;
    if (pressed) return pressAgain();
    if (!isAnswer) {
      say(answer?.type === "opaqueredirect" ? words.signedOut : words.offline);
      return schedule(RETRY);
    }
    // Somebody else's text stands against ours, or a field is refused: saving again by itself would
    // only ask again.
    if (!answer.ok) return;
    lookForPages();
    if (isDirty) schedule(PAUSE);
  }

  // Take the pieces of an answer to their places.
  function take(text, sent) {
    const parts = new DOMParser().parseFromString(text, "text/html");
    for (const piece of parts.querySelectorAll("[data-swap]")) {
      const old = document.getElementById(piece.id);
      if (!old || old.innerHTML === piece.innerHTML) continue;
      // Whoever has opened or is about to press something there keeps it until the next time.
      if (piece.id !== "save-status" && old.contains(document.activeElement)) continue;
      old.replaceWith(document.importNode(piece, true));
    }
    for (const piece of parts.querySelectorAll("[data-value]")) document.getElementById(piece.id).value = piece.value;
    for (const piece of parts.querySelectorAll("template[data-follows]")) {
      const field = form.elements[piece.dataset.follows];
      if (field && field.value === sent[piece.dataset.follows].replace(/\r\n/g, "\n")) field.value = piece.content.textContent;
    }
  }

  form.addEventListener("input", (event) => {
    // A reason beside a finding is sent by its own button.
    if ("unsaved" in event.target.dataset) return;
    isDirty = true;
    if (!form.dataset.autosave) return;
    if (!isSaving) say(words.typing);
    schedule(PAUSE);
  });
  if (form.dataset.autosave) addEventListener("online", () => schedule(0));
  // What stands beside another person's text is saved nowhere yet.
  else if (form.dataset.conflict) isDirty = true;

  // A button pressed while a save is under way waits for it: sent beside it, the form would name a
  // version that the save has just made an old one, and its writer would be told of a stranger.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!isSaving) {
      isLeaving = true;
      return;
    }
    event.preventDefault();
    const { submitter } = event;
    pressed = { submitter, name: submitter?.name, value: submitter?.value };
  });

  function pressAgain() {
    let { submitter, name, value } = pressed;
    pressed = null;
    // The answer may have brought the buttons beside a field anew.
    if (submitter && !submitter.isConnected) {
      submitter = document.createElement("button");
      Object.assign(submitter, { name, value, hidden: true });
      form.append(submitter);
    }
    form.requestSubmit(submitter);
  }

  addEventListener("pageshow", () => (isLeaving = false));
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && (isDirty || isSaving)) event.preventDefault();
  });

  // -- the reader's copy -----------------------------------------------------------------------------

  let looking = 0;

  async function lookForPages() {
    const version = form.elements.version.value;
    const round = ++looking;
    const view = () => document.getElementById("sheets");
    if (view().dataset.view !== "letter") return refresh(round);
    view().setAttribute("aria-busy", "true");
    const until = performance.now() + LOOK_LONGEST;
    while (round === looking && performance.now() < until) {
      const found = await ask(`${form.dataset.compose}?version=${version}`);
      if (round !== looking) return;
      if (found?.set) return found.good ? show(found.pages, round) : refresh(round);
      await new Promise((done) => setTimeout(done, LOOK));
    }
  }

  async function ask(url) {
    try {
      const answer = await fetch(url);
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  // New pictures are loaded before they are shown, so that nothing flickers and nothing moves.
  async function show(urls, round) {
    const sheets = document.getElementById("sheets");
    const pictures = [...sheets.querySelectorAll("figure.sheet > img")];
    if (pictures.length !== urls.length) return refresh(round);
    await Promise.all(
      urls.map((url) => {
        const picture = new Image();
        picture.src = url;
        return picture.decode().catch(() => {});
      }),
    );
    if (round !== looking) return;
    pictures.forEach((picture, index) => (picture.src = urls[index]));
    sheets.querySelector("[data-old-pages]")?.remove();
    sheets.removeAttribute("aria-busy");
    sheets.dataset.version = form.elements.version.value;
  }

  // Another number of pages, a problem, or another view: its whole content comes anew.
  async function refresh(round) {
    const sheets = document.getElementById("sheets");
    try {
      const answer = await fetch(sheets.dataset.sheets);
      if (!answer.ok || round !== looking) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("sheets");
      if (!fresh || sheets.contains(document.activeElement)) return;
      const at = sheets.scrollTop;
      const copy = document.importNode(fresh, true);
      sheets.replaceWith(copy);
      copy.scrollTop = at;
      copy.dataset.version = form.elements.version.value;
      globalThis.htmx?.process(copy);
    } catch {
      // The next save looks again.
    }
  }

  if (document.getElementById("sheets")?.getAttribute("aria-busy")) lookForPages();
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.elt.id === "sheets" && event.detail.elt.getAttribute("aria-busy")) lookForPages();
  });

  // -- who else writes -------------------------------------------------------------------------------

  async function tellPresence() {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.set("version", form.elements.version.value);
    try {
      const answer = await fetch(form.dataset.writers, { method: "POST", body: data, redirect: "manual" });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("writers");
      const old = document.getElementById("writers");
      if (!isSaving && Number(fresh.dataset.version) > Number(form.elements.version.value)) {
        const line = document.createElement("p");
        line.textContent = `${fresh.dataset.changedBy} ${words.newer}`;
        fresh.append(line);
      }
      // A region that says the same again would be read out again.
      if (old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
    } catch {
      // Told again in a quarter of a minute.
    }
  }

  tellPresence();
  setInterval(tellPresence, PRESENCE);
}
