// What pages do a little better with scripts: everything here also works without.
(() => {
  const root = document.documentElement;
  const closest = (event, selector) => event.target instanceof Element && event.target.closest(selector);

  const announce = (text) => {
    const region = document.getElementById("messages");
    if (!region || !text) return;
    const line = document.createElement("p");
    line.className = "visually-hidden";
    line.textContent = text;
    region.append(line);
    setTimeout(() => line.remove(), 4000);
  };

  // The theme changes at once; the server is told for the next page.
  const chooseTheme = (form, theme) => {
    root.dataset.chosen = theme;
    document.dispatchEvent(new Event("theme-chosen"));
    const body = new FormData(form);
    body.set("theme", theme);
    fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
    const order = ["system", "light", "dark"];
    const next = order[(order.indexOf(theme) + 1) % order.length];
    for (const button of document.querySelectorAll("[data-theme-form] button")) {
      if (button.ariaPressed !== null) button.ariaPressed = String(button.value === theme);
      else Object.assign(button, { value: next, ariaLabel: `Change theme to ${next}` });
    }
    announce(`Theme: ${theme}`);
  };
  document.addEventListener("submit", (event) => {
    if (!closest(event, "[data-theme-form]")) return;
    event.preventDefault();
    chooseTheme(event.target, event.submitter.value);
  });

  document.addEventListener("click", (event) => {
    const copy = closest(event, "[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(copy.dataset.copy).then(() => announce("Copied"), () => announce("Not copied: the browser does not allow it"));
    }
    closest(event, "[data-dismiss]")?.closest(".ts-notice").remove();
    for (const open of document.querySelectorAll("details.ts-prov[open], details.ts-more-menu[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  // Provenance also opens on a short hover, and stays open when it was clicked.
  let waiting;
  document.addEventListener("pointerover", (event) => {
    const summary = event.pointerType === "mouse" && closest(event, ".ts-prov > summary");
    clearTimeout(waiting);
    if (!summary || summary.parentElement.open) return;
    const details = summary.parentElement;
    waiting = setTimeout(() => {
      details.open = true;
      details.dataset.hovered = "";
    }, 350);
  });
  document.addEventListener("pointerout", (event) => {
    const details = closest(event, ".ts-prov[data-hovered]");
    if (!details || details.contains(event.relatedTarget)) return;
    details.open = false;
    delete details.dataset.hovered;
  });
  document.addEventListener("click", (event) => {
    const details = closest(event, ".ts-prov[data-hovered] > summary")?.parentElement;
    if (!details) return;
    event.preventDefault();
    delete details.dataset.hovered;
  }, true);

  // Filters send themselves; without scripts they have a button.
  document.addEventListener("change", (event) => {
    closest(event, "form[data-autosend]")?.requestSubmit();
    const all = closest(event, "[data-check-all]");
    if (!all) return;
    for (const box of all.closest("form, table").querySelectorAll("tbody input[type=checkbox]")) {
      box.checked = all.checked;
      box.closest("tr")?.classList.toggle("ts-on", all.checked);
    }
  });

  // Drafts save themselves a second after the last key: data-autosave is where to.
  const timers = new WeakMap();
  const save = async (form) => {
    const status = form.querySelector("[data-autosave-status]");
    const say = (text) => { if (status) status.textContent = text; };
    say("Saving");
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = new Date();
      say(`Draft saved at ${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`);
    } catch {
      say("The draft could not be saved; what you entered is still here");
    }
  };
  document.addEventListener("input", (event) => {
    const form = closest(event, "form[data-autosave]");
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => save(form), 1000));
  });

  // What was touched shows the value that it has now.
  document.addEventListener("input", (event) => {
    const field = closest(event, "form[data-changes] .ts-field");
    if (!field) return;
    const differs = (c) => (c.matches("[type=checkbox], [type=radio]") ? c.checked !== c.defaultChecked
      : c.matches("select") ? ![...c.options].some((o) => o.defaultSelected && o.selected) : c.value !== c.defaultValue);
    field.classList.toggle("ts-touched", [...field.querySelectorAll("input, select, textarea")].some(differs));
  });

  // A form that was sent once is not sent again by a second click. The page stays when a file comes
  // back, so such a form may go again: data-download says so.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "download" in form.dataset) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });

  // Messages that came with the page are read out once it stands.
  const first = [...document.querySelectorAll("#messages .ts-notice span")].map((m) => m.textContent.trim());
  setTimeout(() => announce(first.join(". ")), 300);

  // On a phone a section in which nothing is said yet is closed: the form is long enough.
  if (matchMedia("(max-width: 56rem)").matches) {
    for (const section of document.querySelectorAll("details[data-fold]")) {
      const said = [...section.querySelectorAll("input, select, textarea")].some((control) => (control.type === "checkbox" ? control.checked : control.value !== "" && control.type !== "hidden"));
      section.open = said || section.querySelector(".ts-field-bad, .ts-need-mark") !== null;
    }
  }
})();
