// The left menu. It collapses to icons (a cookie tells the server, so that the next page comes collapsed); an area unfolds
// below its head, or comes out beside it where there are icons only; arrows walk what is seen.
import { setCookie } from "./dom.js";

const root = document.documentElement;
const nav = document.querySelector(".nav");
const middling = matchMedia("(max-width: 1080px)"); // there the menu is icons whatever was chosen
const narrow = () => root.dataset.nav === "min" || middling.matches;
const heads = () => [...nav.querySelectorAll("[data-area-head]")];
const folded = (head) => head.getAttribute("aria-expanded") !== "true";
const headOf = (element) => element.closest("[data-area]")?.querySelector("[data-area-head]");

function fold(head, closed = true) {
  const area = head.closest("[data-area]");
  head.setAttribute("aria-expanded", String(!closed));
  area.toggleAttribute("data-out", !closed && narrow());
  if (closed || !narrow()) return;
  const pages = area.querySelector(".nav-sub");
  const lowest = innerHeight - pages.offsetHeight - 8;
  pages.style.setProperty("--beside", `${Math.max(8, Math.min(head.getBoundingClientRect().top, lowest))}px`);
}

// One is open besides the one where the page lies; beside icons only one.
function unfold(head) {
  for (const other of heads()) if (other !== head && (narrow() || !other.hasAttribute("aria-current"))) fold(other);
  fold(head, false);
}

const settle = () => { for (const head of heads()) fold(head, narrow() || !head.hasAttribute("aria-current")); };
const withdraw = () => { if (narrow()) for (const head of heads()) if (!folded(head)) fold(head); };

function collapse(button) {
  const collapsed = root.dataset.nav !== "min";
  if (collapsed) root.dataset.nav = "min";
  else delete root.dataset.nav;
  button.setAttribute("aria-expanded", String(!collapsed));
  setCookie("qibu_nav", collapsed ? "min" : "full");
  settle();
}

function walk(event) {
  const seen = [...nav.querySelectorAll(".nav-list :is(a, button)")].filter((item) => item.offsetParent);
  const at = seen.indexOf(event.target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: seen.length - 1 }[event.key];
  if (to === undefined || at < 0) return false;
  seen[(to + seen.length) % seen.length].focus();
  return true;
}

// → goes into an area, ← and Esc lead back to its head.
function enter(head) {
  if (folded(head)) unfold(head);
  else head.closest("[data-area]").querySelector(".nav-sub a").focus();
}

function leave(head, from) {
  if (from === head || narrow()) fold(head);
  head.focus();
}

function press(event) {
  const head = headOf(event.target);
  if (head && event.key === "ArrowRight" && event.target === head) enter(head);
  else if (head && (event.key === "ArrowLeft" || (event.key === "Escape" && narrow() && !folded(head)))) leave(head, event.target);
  else if (!walk(event)) return;
  event.preventDefault();
  event.stopPropagation();
}

if (nav) {
  if (narrow()) settle();
  middling.addEventListener("change", settle);
  nav.addEventListener("keydown", (event) => { if (!(event.ctrlKey || event.metaKey || event.altKey)) press(event); });
  nav.addEventListener("focusout", (event) => { if (event.relatedTarget && !event.relatedTarget.closest("[data-out]")) withdraw(); });
  document.addEventListener("click", (event) => {
    const head = event.target.closest("[data-area-head]");
    const toggle = event.target.closest("[data-nav-toggle]");
    if (head) { if (folded(head)) unfold(head); else fold(head); }
    else if (toggle) collapse(toggle);
    else if (!event.target.closest("[data-out]")) withdraw();
  });
}
