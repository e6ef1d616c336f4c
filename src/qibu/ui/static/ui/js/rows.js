// Rows of a list: a click anywhere opens, J K ↑ ↓ walk, Enter shows the whole page; checking with Shift takes a range.
import { say, typing } from "./dom.js";

const list = () => document.querySelector("[data-list]");
const rows = () => [...(list()?.querySelectorAll("[data-row]") || [])];
const wholeView = () => list()?.querySelector("[data-batch-all]");
const boxes = () => [...(list()?.querySelectorAll("input[type=checkbox][name=id]") || [])];
const kept = new Set(); // what was checked on other pages of the same view
let view = "";
let last = null;

// The view without its page: another filter or order is another question, and begins with nothing checked.
function asked() {
  const query = new URLSearchParams(location.search);
  for (const name of ["after", "before", "open", "drawer"]) query.delete(name);
  return `${location.pathname}?${query}`;
}

// What was checked on other pages goes along in the form of the batch bar.
function carry() {
  const form = list()?.querySelector("[data-batch]");
  if (!form) return;
  form.querySelectorAll("[data-kept]").forEach((field) => field.remove());
  for (const id of kept) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "id", value: id });
    field.dataset.kept = "";
    form.prepend(field);
  }
  list().toggleAttribute("data-chosen", kept.size > 0);
}

function opened() {
  return rows().find((row) => row.hasAttribute("data-open"));
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(opened());
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  next.scrollIntoView({ block: "nearest" });
  const link = next.querySelector("[data-row-link]");
  link ? link.click() : mark(next);
}

function mark(row) {
  for (const other of rows()) other.toggleAttribute("data-open", other === row);
}

function count() {
  const checked = boxes().filter((box) => box.checked).length;
  carry();
  const label = list()?.querySelector("[data-batch-count]");
  if (label) label.textContent = kept.size ? say("chosen_elsewhere", { n: checked + kept.size, m: kept.size }) : say("chosen", { n: checked });
  const all = list()?.querySelector("[data-check-all]");
  if (all) {
    all.checked = checked > 0 && checked === boxes().length;
    all.classList.toggle("part", checked > 0 && !all.checked);
  }
  const whole = wholeView();
  if (whole && checked < boxes().length) whole.checked = false;
}

document.addEventListener("click", (event) => {
  const stepper = event.target.closest("[data-row-step]");
  if (stepper) return step(Number(stepper.dataset.rowStep));
  const box = event.target.closest("input[name=id]");
  if (box && list()?.contains(box)) {
    const all = boxes();
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const between of all.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
    return count();
  }
  const every = event.target.closest("[data-check-all]");
  if (every) {
    for (const each of boxes()) each.checked = every.checked;
    return count();
  }
  if (event.target.closest("[data-batch-all]")?.checked) {
    for (const each of boxes()) each.checked = true;
    return count();
  }
  const link = event.target.closest("[data-row-link]");
  const row = event.target.closest("[data-row]");
  if (link) return mark(row);
  if (!row?.dataset.href || event.target.closest("a, button, input, label, summary, form")) return;
  if (getSelection().toString()) return;
  row.querySelector("[data-row-link]")?.click();
});

// With a key held the whole page opens in a new window, as with any link.
document.addEventListener("htmx:confirm", (event) => {
  const press = event.detail.triggeringEvent;
  if (press?.ctrlKey || press?.metaKey) event.preventDefault();
});

document.addEventListener("reset", (event) => {
  if (!event.target.matches("[data-batch]")) return;
  for (const box of boxes()) box.checked = false;
  kept.clear();
  count();
});

// Before another page comes, what is checked on this one is remembered.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id === "list") for (const box of boxes()) if (box.checked) kept.add(box.value);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (!rows().length || event.target.closest("[data-menu], .seg, [data-own-keys]")) return;
  const by = { j: 1, J: 1, ArrowDown: 1, k: -1, K: -1, ArrowUp: -1 }[event.key];
  if (by) { event.preventDefault(); step(by); }
  const box = (opened() || event.target.closest("[data-row]"))?.querySelector("input[type=checkbox][name=id]");
  if (event.key.toLowerCase() === "x" && box) {
    event.preventDefault();
    box.checked = !box.checked;
    last = box;
    count();
  }
  if (event.key === "Enter" && opened() && !event.target.closest("button, summary, a:not([data-row-link])")) {
    event.preventDefault();
    location.href = opened().dataset.href;
  }
  if (event.key === "Escape" && (kept.size || boxes().some((box) => box.checked)) && !document.querySelector("[data-drawer]")) {
    list().querySelector("[data-batch]")?.reset();
  }
});

function restore() {
  if (view !== asked()) kept.clear();
  view = asked();
  for (const box of boxes()) if (kept.delete(box.value)) box.checked = true;
  count();
  const id = new URLSearchParams(location.search).get("open");
  if (id) mark(rows().find((row) => row.dataset.row === id));
}
document.addEventListener("htmx:afterSettle", restore);
restore();
