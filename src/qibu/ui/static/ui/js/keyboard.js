// Keys: whatever carries data-key is pressed by that key. ? lists all keys of the page, by their data-key-label. Arrows
// (data-key="ArrowLeft") press something only while nothing has the focus: elsewhere they walk.
import { say, typing } from "./dom.js";

const ARROWS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
const shown = (element) => element.offsetParent !== null || element.closest("dialog[open]");
const keyed = () => [...document.querySelectorAll("[data-key]")].filter((element) => !element.disabled);

function press(key) {
  const dialog = document.querySelector("dialog[open]");
  const wanted = keyed().filter((e) => e.dataset.key.toLowerCase() === key.toLowerCase() && (!dialog || dialog.contains(e)));
  const target = wanted.find(shown);
  if (!target) return false;
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form");
    if (form) { event.preventDefault(); form.requestSubmit(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "?") { help(); event.preventDefault(); return; }
  const free = event.key.startsWith("Arrow") && event.target === document.body && !event.shiftKey;
  if ((event.key.length === 1 || free) && press(event.key)) event.preventDefault();
});

function help() {
  const dialog = document.getElementById("keys");
  const list = dialog.querySelector("[data-keys]");
  const pairs = new Map([["Ctrl K", say("key_palette")], ["?", say("key_help")]]);
  if (document.querySelector("[data-row]")) {
    pairs.set("J K ↑ ↓", say("key_rows"));
    pairs.set("Enter", say("key_open"));
    if (document.querySelector("[data-batch]")) pairs.set("X", say("key_tick"));
  }
  pairs.set("Esc", say("key_close"));
  for (const element of keyed().filter(shown)) {
    const name = element.dataset.keyLabel || element.getAttribute("aria-label") || element.textContent.trim();
    if (!pairs.has(element.dataset.key)) pairs.set(element.dataset.key, name);
  }
  list.replaceChildren(...[...pairs].flatMap(([key, name]) => {
    const term = document.createElement("dt");
    for (const part of key.split(" ")) {
      const cap = document.createElement("kbd");
      cap.textContent = ARROWS[part] ?? part;
      term.append(cap, " ");
    }
    const words = document.createElement("dd");
    words.textContent = name;
    return [term, words];
  }));
  dialog.showModal();
}
