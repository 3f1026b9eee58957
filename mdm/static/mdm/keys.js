// Keys: each is written on its button or link as data-key; navigation links carry data-go for "g" and a letter.
(() => {
  const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const visible = (element) => element.checkVisibility?.() ?? true;
  const off = () => document.documentElement.dataset.keys === "off";
  let going = false;

  const act = (element) => {
    if (element.matches("input, textarea, select")) element.focus();
    else element.click();
  };

  const move = (step) => {
    const list = document.activeElement?.closest("[data-rows]") ?? document.querySelector("main [data-rows]");
    if (!list) return;
    const rows = [...list.querySelectorAll("a.ts-work-row, a.ts-name")].filter(visible);
    const at = rows.indexOf(document.activeElement);
    const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + step))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  const pick = (column) => {
    const row = document.activeElement?.closest("[data-merge] tr");
    const cell = row?.querySelectorAll("td[data-who]")[column - 1];
    const radio = cell?.querySelector("input[type=radio]");
    if (!radio) return;
    radio.click();
    const next = row.nextElementSibling?.querySelector("input[type=radio]");
    (next ?? radio).focus();
  };

  const close = () => {
    const open = document.querySelector("details.ts-prov[open], details.ts-more-menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  };

  const go = (key) => {
    going = false;
    const link = [...document.querySelectorAll("[data-go]")].find((a) => a.dataset.go === key);
    if (link) location.assign(link.href);
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return close();
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.target.closest("form")?.requestSubmit();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      document.getElementById("q")?.focus();
      return;
    }
    if (off() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (going) return go(event.key);
    if (event.key === "g") {
      going = true;
      setTimeout(() => { going = false; }, 1200);
      return;
    }
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("q")?.focus();
    } else if (event.key === "?") document.getElementById("keys")?.togglePopover();
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (/^[1-9]$/.test(event.key)) pick(Number(event.key));
    else {
      const hit = [...document.querySelectorAll("[data-key]")].find((e) => e.dataset.key === event.key && visible(e));
      if (!hit) return;
      event.preventDefault();
      act(hit);
    }
  });
})();
