// The inbox: a row that is clicked or reached by key shows its preview beside the list; the row that
// is shown already, or a page without room for a preview, opens the item itself.
(() => {
  const pane = () => document.getElementById("preview");
  const roomy = () => pane()?.checkVisibility?.() ?? false;
  let waiting;

  const show = (row) => {
    for (const other of document.querySelectorAll("[data-preview][aria-current]")) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    htmx.ajax("GET", row.dataset.preview, { target: "#preview", swap: "outerHTML" });
  };

  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("[data-preview]");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey || !roomy()) return;
    if (row.getAttribute("aria-current") === "true") return;
    event.preventDefault();
    clearTimeout(waiting);
    show(row);
  });

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-preview]");
    if (!row || !row.matches(":focus-visible") || !roomy() || row.getAttribute("aria-current") === "true") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => show(row), 120);
  });
})();
