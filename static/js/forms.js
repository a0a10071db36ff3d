// Forms: the error summary takes the focus, a form is sent once, files can be dropped.

function focusSummary(root) {
  root.querySelector("[data-error-summary]")?.focus();
}

function release(form) {
  delete form.dataset.sending;
  form.querySelectorAll("[data-was-sent]").forEach((button) => {
    button.removeAttribute("aria-disabled");
    delete button.dataset.wasSent;
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  // htmx has taken the event and guards against doubles by itself; a GET may be repeated.
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  if (button) {
    // aria-disabled, not disabled: a disabled button loses the focus and its value is not sent.
    button.setAttribute("aria-disabled", "true");
    button.dataset.wasSent = "yes";
  }
  // A download answers without leaving the page: open the form again after a while.
  setTimeout(() => release(form), 8000);
});

// A page that comes back from the browser's memory must be usable again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));

// A link of the error summary leads to the input itself, also inside a group of choices.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  if (!link) return;
  const target = document.getElementById(link.hash.slice(1));
  const input = target?.matches("input, select, textarea") ? target : target?.querySelector("input, select, textarea");
  if (!input) return;
  event.preventDefault();
  input.focus();
  input.scrollIntoView({ block: "center" });
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.("[data-dropzone]");
    if (!zone) return;
    if (kind !== "dragleave") event.preventDefault();
    zone.toggleAttribute("data-over", kind === "dragover");
    const input = zone.querySelector("input[type=file]");
    if (kind === "drop" && input && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}

document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.detail.elt));
focusSummary(document);
