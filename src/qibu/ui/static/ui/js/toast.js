// Toasts say what happened for six seconds; with 撤销 for twelve, and never while the pointer is on them.
// The server sends one with the header HX-Trigger: {"toast": {"text": "…", "kind": "error", "undo": "/…"}} or as
// a fragment with hx-swap-oob="beforeend:#toasts".
import { say, token } from "./dom.js";

const host = document.getElementById("toasts");

export function toast(text, { kind = "success", action = null, undo = "" } = {}) {
  // The same sentence stands once.
  for (const other of host.children) if (other.querySelector("span")?.textContent === text) other.remove();
  const box = document.createElement("div");
  box.className = `toast${kind === "error" ? " bad" : ""}`;
  box.dataset.toast = "";
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (action) {
    const link = document.createElement("a");
    link.textContent = action.label;
    link.href = action.url;
    link.target = "_blank";
    box.append(link);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-x";
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", "×");
  close.textContent = "×";
  if (undo) box.append(undoForm(undo));
  box.append(close);
  host.append(box);
  return box;
}

function undoForm(address) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  const proof = document.createElement("input");
  proof.type = "hidden";
  proof.name = "csrfmiddlewaretoken";
  proof.value = token();
  const button = document.createElement("button");
  button.dataset.key = "U";
  button.textContent = say("undo");
  form.append(proof, button);
  return form;
}

function expire(box) {
  const wait = box.querySelector("form, a") ? 12000 : box.classList.contains("bad") ? 10000 : 6000;
  let timer = setTimeout(() => box.remove(), wait);
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("focusin", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => { timer = setTimeout(() => box.remove(), wait / 2); });
}

if (host && !host.dataset.still) {
  for (const box of host.children) expire(box);
  new MutationObserver((changes) => {
    for (const change of changes) for (const box of change.addedNodes) if (box.nodeType === 1) expire(box);
    while (host.children.length > 3) host.firstElementChild.remove();
  }).observe(host, { childList: true });
}

document.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove());
document.addEventListener("toast", (event) => toast(event.detail.text || event.detail.value, event.detail));
