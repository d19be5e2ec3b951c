// The widgets wear the theme that the page wears: they look for JupyterLab's attribute, Furo sets one of its own.
const dark = matchMedia("(prefers-color-scheme: dark)");
function follow() {
  const { theme } = document.body.dataset;
  const isDark = theme === "dark" || (theme !== "light" && dark.matches);
  document.body.dataset.jpThemeLight = String(!isDark);
  document.documentElement.style.colorScheme = isDark ? "dark" : "light"; // pictures, too
}
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(follow).observe(document.body, { attributeFilter: ["data-theme"] });
  dark.addEventListener("change", follow);
  follow();
});
