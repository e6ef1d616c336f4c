// The left menu collapses to icons; a cookie tells the server, so that the next page comes collapsed.
import { setCookie } from "./dom.js";

const root = document.documentElement;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-nav-toggle]");
  if (!button) return;
  const collapsed = root.dataset.nav !== "min";
  if (collapsed) root.dataset.nav = "min";
  else delete root.dataset.nav;
  button.setAttribute("aria-expanded", String(!collapsed));
  setCookie("qibu_nav", collapsed ? "min" : "full");
});
