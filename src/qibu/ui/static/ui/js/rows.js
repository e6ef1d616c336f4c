// Rows of a list: a click anywhere opens, J K ↑ ↓ walk, Enter shows the whole page; checking with Shift takes a range.
import { say, typing } from "./dom.js";

const list = () => document.querySelector("[data-list]");
const rows = () => [...(list()?.querySelectorAll("[data-row]") || [])];
const wholeView = () => list()?.querySelector("[data-batch-all]");
const boxes = () => [...(list()?.querySelectorAll("input[name=id]") || [])];
let last = null;

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
  const label = list()?.querySelector("[data-batch-count]");
  if (label) label.textContent = say("chosen", { n: checked });
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
  count();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (!rows().length || event.target.closest("[data-menu], .seg, [data-own-keys]")) return;
  const by = { j: 1, J: 1, ArrowDown: 1, k: -1, K: -1, ArrowUp: -1 }[event.key];
  if (by) { event.preventDefault(); step(by); }
  if (event.key === "Enter" && opened() && !event.target.closest("button, summary, a:not([data-row-link])")) {
    event.preventDefault();
    location.href = opened().dataset.href;
  }
  if (event.key === "Escape" && boxes().some((box) => box.checked) && !document.querySelector("[data-drawer]")) {
    list().querySelector("[data-batch]")?.reset();
  }
});

function restore() {
  count();
  const id = new URLSearchParams(location.search).get("open");
  if (id) mark(rows().find((row) => row.dataset.row === id));
}
document.addEventListener("htmx:afterSettle", restore);
restore();
