// The board: cards are carried to another column by pointer, or with Shift and an arrow key. The card is there at once;
// what the server refuses takes it back, in words, and a drawer asks for what the stage needs.
import { token } from "../../ui/js/dom.js";

const words = document.getElementById("board-words")?.dataset ?? {};
const board = () => document.querySelector("[data-board]");
const columns = () => [...board().querySelectorAll("[data-column]")];
const cards = (column) => [...column.querySelectorAll("[data-card]")];
// A word at the foot of the page; gives its box.
function toast(text, detail = {}) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, ...detail } }));
  return document.getElementById("toasts")?.lastElementChild;
}
const host = () => document.getElementById("drawer-host");

// Moving ---------------------------------------------------------------------------------------
function place(card, column, before = null) {
  const list = column.querySelector("[data-cards]");
  list.insertBefore(card, before ?? list.querySelector("[data-more]"));
}

function count(column, step) {
  const shown = column.querySelector("[data-count]");
  if (shown) shown.textContent = Number(shown.textContent) + step;
}

async function send(card, stage) {
  const body = new URLSearchParams({ stage, board: "1" });
  return fetch(card.dataset.move, {
    method: "POST", body, headers: { "X-CSRFToken": token(), "HX-Request": "true", "HX-Current-URL": location.href }, redirect: "manual",
  });
}

export async function move(card, to, { undone = false } = {}) {
  const from = card.closest("[data-column]");
  if (!to || to === from || !("known" in to.dataset) || !card.dataset.move) return;
  const before = card.nextElementSibling;
  place(card, to, to.querySelector("[data-card]"));
  count(from, -1); count(to, 1);
  card.classList.add("waits");
  const back = () => { place(card, from, before?.parentElement ? before : null); count(from, 1); count(to, -1); };
  try {
    const answer = await send(card, to.dataset.column);
    if (answer.status === 204) moved(card, from, answer, undone);
    else { back(); await refused(answer); }
  } catch { back(); toast(words.lost, { kind: "error" }); }
  card.classList.remove("waits");
  card.querySelector("[data-open-card]").focus();
}

function moved(card, from, answer, undone) {
  const said = JSON.parse(answer.headers.get("HX-Trigger") || "{}").toast?.text ?? "";
  const box = toast(said);
  if (undone || !box) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.undo;
  button.dataset.key = "U";
  button.addEventListener("click", () => { box.remove(); move(card, from, { undone: true }); });
  box.querySelector("[data-toast-close]").before(button);
}

async function refused(answer) {
  const text = await answer.text();
  if (answer.status === 422) { show(text); return; }
  const plain = (answer.headers.get("Content-Type") || "").startsWith("text/plain");
  toast(plain ? `${words.refused}${text}` : words.lost, { kind: "error" });
}

function show(html) {
  window.htmx.swap(host(), html, { swapStyle: "innerHTML" });
  host().querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

// Pointer --------------------------------------------------------------------------------------
let drag = null;

function begin(event) {
  const card = event.target.closest("[data-card][data-move]");
  if (!card || event.button !== 0 || event.pointerType === "touch" || event.target.closest(".grip")) return;
  drag = { card, x: event.clientX, y: event.clientY, lifted: null, over: null };
}

function lift() {
  const { card } = drag, box = card.getBoundingClientRect();
  const copy = card.cloneNode(true);
  copy.classList.add("lift");
  copy.removeAttribute("data-card");
  Object.assign(copy.style, { inlineSize: `${box.width}px`, left: `${box.left}px`, top: `${box.top}px` });
  document.body.append(copy);
  document.body.classList.add("dragging");
  card.classList.add("ghost");
  Object.assign(drag, { lifted: copy, left: box.left, top: box.top });
}

function carry(event) {
  if (!drag) return;
  const x = event.clientX - drag.x, y = event.clientY - drag.y;
  if (!drag.lifted) { if (Math.hypot(x, y) < 6) return; lift(); }
  event.preventDefault();
  drag.lifted.style.left = `${drag.left + x}px`;
  drag.lifted.style.top = `${drag.top + y}px`;
  over(document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-column][data-known]"));
  scroll(event.clientX);
}

function over(column) {
  if (column === drag.over) return;
  clear();
  drag.over = column;
  if (!column || column === drag.card.closest("[data-column]")) return;
  column.classList.add("target");
  const drop = document.createElement("div");
  drop.className = "drop";
  drop.dataset.drop = "";
  drop.textContent = words.drop.replace("{stage}", column.dataset.stage);
  column.querySelector("[data-cards]").prepend(drop);
}

function scroll(x) {
  const box = board().getBoundingClientRect();
  if (x > box.right - 40) board().scrollLeft += 14;
  if (x < box.left + 40) board().scrollLeft -= 14;
}

function clear() {
  for (const one of document.querySelectorAll("[data-drop]")) one.remove();
  for (const one of document.querySelectorAll(".col.target")) one.classList.remove("target");
}

function end(event) {
  if (!drag) return;
  const { card, lifted, over: to } = drag;
  drag = null;
  if (!lifted) return;
  clear();
  lifted.remove();
  card.classList.remove("ghost");
  document.body.classList.remove("dragging");
  if (event.type === "pointerup") {
    addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
    setTimeout(() => move(card, to));
  }
}

document.addEventListener("pointerdown", (event) => { if (board()?.contains(event.target)) begin(event); });
document.addEventListener("pointermove", carry);
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", end);
document.addEventListener("dragstart", (event) => { if (event.target.closest("[data-card]")) event.preventDefault(); });

// Keys -----------------------------------------------------------------------------------------
const beside = (column, step) => {
  const all = columns();
  for (let at = all.indexOf(column) + step; at >= 0 && at < all.length; at += step) if ("known" in all[at].dataset) return all[at];
  return null;
};

function reach(card, key) {
  const column = card.closest("[data-column]"), at = cards(column).indexOf(card);
  if (key === "ArrowDown") return cards(column)[at + 1];
  if (key === "ArrowUp") return cards(column)[at - 1];
  const all = columns(), step = key === "ArrowRight" ? 1 : -1;
  for (let next = all.indexOf(column) + step; next >= 0 && next < all.length; next += step) {
    const found = cards(all[next]);
    if (found.length) return found[Math.min(at, found.length - 1)];
  }
  return null;
}

document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (event.key === "Escape" && drag?.lifted) { event.preventDefault(); end({ type: "cancel" }); return; }
  if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.shiftKey && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
    event.preventDefault();
    move(card, beside(card.closest("[data-column]"), event.key === "ArrowRight" ? 1 : -1));
    return;
  }
  if (event.key.startsWith("Arrow") && !event.shiftKey) {
    event.preventDefault();
    const next = reach(card, event.key);
    next?.querySelector("[data-open-card]").focus();
    next?.scrollIntoView({ block: "nearest", inline: "nearest" });
    return;
  }
  const address = { e: card.dataset.next, l: card.dataset.loss }[event.key.toLowerCase()];
  if (address) { event.preventDefault(); window.htmx.ajax("GET", address, { target: "#drawer-host", swap: "innerHTML" }); }
});

// The first arrow key on a board where nothing has the focus goes to the first card.
document.addEventListener("keydown", (event) => {
  if (!event.key.startsWith("Arrow") || event.defaultPrevented || event.target !== document.body) return;
  const first = board()?.querySelector("[data-open-card]");
  if (first) { event.preventDefault(); first.focus(); }
});
