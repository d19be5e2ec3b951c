// The widgets wear the theme that the page wears: they look for JupyterLab's attribute, Furo sets one of its own.
const dark = matchMedia("(prefers-color-scheme: dark)");
function follow() {
  const { theme } = document.body.dataset;
  const isDark = theme === "dark" || (theme !== "light" && dark.matches);
  document.body.dataset.jpThemeLight = String(!isDark);
  document.documentElement.style.colorScheme = isDark ? "dark" : "light"; // pictures, too
}
/** What the theme leaves out for keyboards and screen readers: stops where a box scrolls, levels, names. */
function complete() {
  for (const box of document.querySelectorAll("pre, .table-wrapper, .output, .math-wrapper"))
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.ariaLevel = "2";
  for (const [drawer, name] of [["sidebar-drawer", "All pages"], ["toc-drawer", "This page"]])
    document.querySelector(`.${drawer}`)?.setAttribute("aria-label", name);
}

document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(follow).observe(document.body, { attributeFilter: ["data-theme"] });
  dark.addEventListener("change", follow);
  follow();
  new ResizeObserver(complete).observe(document.body); // now, and when formulas have come
});
