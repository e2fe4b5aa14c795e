// Runs before anything of Gradio: Gradio takes its labels' language from the browser's, so the chosen one is put there.
const chosen = localStorage.getItem("dragoman:language");
if (chosen) {
  Object.defineProperty(navigator, "language", { get: () => chosen });
  Object.defineProperty(navigator, "languages", { get: () => [chosen] });
  document.documentElement.lang = chosen;
}
const theme = localStorage.getItem("dragoman:theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
document.documentElement.style.colorScheme = theme;
document.documentElement.dataset.theme = theme;
