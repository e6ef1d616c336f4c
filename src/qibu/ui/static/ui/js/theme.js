// Theme: auto → light → dark, kept in a cookie so that the server sends the right style sheet and nothing flashes.
import { cookie, setCookie } from "./dom.js";

const MEDIA = { light: "not all", dark: "screen", auto: "screen and (prefers-color-scheme: dark)" };
const NEXT = { auto: "light", light: "dark", dark: "auto" };
const root = document.documentElement;

function apply(choice) {
  root.dataset.themeChoice = choice;
  const sheet = document.querySelector("[data-theme-sheet]");
  if (sheet) sheet.media = MEDIA[choice];
}

const asked = new URLSearchParams(location.search).get("theme");
apply(asked in MEDIA ? asked : cookie("qibu_theme") || "auto");

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const choice = NEXT[root.dataset.themeChoice];
  setCookie("qibu_theme", choice);
  apply(choice);
});
