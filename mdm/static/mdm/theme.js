// Before the first paint: says that scripts run, and gives Tabler the theme when it follows the system.
(() => {
  const root = document.documentElement;
  root.dataset.js = "";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  root.dataset.chosen = root.dataset.bsTheme || "system";
  const show = () => {
    const chosen = root.dataset.chosen;
    root.dataset.bsTheme = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
  };
  show();
  dark.addEventListener("change", show);
  document.addEventListener("theme-chosen", show);
})();
