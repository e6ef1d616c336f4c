// form[data-draft="customer-7"]: what is typed is kept in this browser, per person and record, and put back after a
// lost connection, an expired session or a closed window. A sent form forgets its draft once the server has taken it.
// Telephone and identity numbers, wherever they are typed, stay in the tab (sessionStorage) and end with it; passwords
// are never kept. `person.js` removes all of it when somebody signs out or another person signs in.
import { cookie, say } from "./dom.js";
import { toast } from "./toast.js";

const person = document.body.dataset.person;
const keyOf = (form) => `qibu.draft.${person}.${form.dataset.draft}`;
const SENT = "qibu.draft.sent";
const KEPT = "qibu.draft.";
const KEPT_DAYS = 3;
const NUMBER = /(^|\D)(1[3-9]\d([ -]?\d{4}){2}|0\d{2,3}[ -]?\d{7,8}|\d{17}[\dXx]|\d{15})(?!\d)/;
const telling = (field) => field.type === "tel" || field.inputMode === "tel" || field.hasAttribute("data-private") || NUMBER.test(field.value);
const secret = (field) => field.type === "password" || field.type === "file" || field.type === "hidden" || field.name === "csrfmiddlewaretoken" || field.hasAttribute("data-no-draft");
const fields = (form) => [...form.elements].filter((field) => field.name && !secret(field) && field.type !== "submit");
const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function read(form) {
  const kept = (store) => { try { return JSON.parse(store.getItem(keyOf(form))); } catch { return null; } };
  const [lasting, here] = [kept(localStorage), kept(sessionStorage)];
  if (!lasting && !here) return null;
  return { at: (lasting || here).at, values: { ...lasting?.values, ...here?.values } };
}

function drop(key) {
  localStorage.removeItem(key);
  sessionStorage.removeItem(key);
}

function write(store, key, values) {
  if (Object.keys(values).length) store.setItem(key, JSON.stringify({ at: Date.now(), values }));
  else store.removeItem(key);
}

function save(form) {
  if (!form.isConnected) return;
  const lasting = {}, here = {};
  for (const field of fields(form)) {
    const values = telling(field) ? here : lasting;
    if (field.type === "checkbox" || field.type === "radio") (values[field.name] ||= []).push(...(field.checked ? [field.value] : []));
    else if (field.multiple) values[field.name] = [...field.selectedOptions].map((option) => option.value);
    else values[field.name] = field.value;
  }
  try { write(localStorage, keyOf(form), lasting); write(sessionStorage, keyOf(form), here); } catch { return; }
  const note = form.querySelector("[data-draft-note]");
  if (note) note.textContent = say("draft_saved", { t: clock(Date.now()) });
}

function put(form, values) {
  for (const field of fields(form)) {
    if (!(field.name in values)) continue;
    const kept = values[field.name];
    if (field.type === "checkbox" || field.type === "radio") field.checked = kept.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = kept.includes(option.value);
    else field.value = kept;
  }
}

function restore(form) {
  if (form.dataset.drafting) return;
  form.dataset.drafting = "1";
  // Who typed before this script was there loses nothing, and isn't overwritten.
  if (fields(form).some((field) => /^(text|tel|email|search|number|textarea)$/.test(field.type) && field.value !== field.defaultValue)) { save(form); return; }
  const draft = read(form);
  const answered = form.querySelector("[aria-invalid=true]"); // the server's own answer holds what was typed
  if (!draft || answered || Date.now() - draft.at > KEPT_DAYS * 86_400_000) return;
  const before = JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  put(form, draft.values);
  if (before === JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"))) return;
  const box = toast(say("draft_found", { t: clock(draft.at) }), { kind: "info" });
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = say("draft_drop");
  button.addEventListener("click", () => { drop(keyOf(form)); form.reset(); box.remove(); });
  box.insertBefore(button, box.lastElementChild);
  form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
}

const timers = new WeakMap();
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), 400));
});

// A plain form: the draft goes when the next page is another one (a refused form comes back with its errors).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-draft]")) return;
  clearTimeout(timers.get(form));
  save(form);
  try { sessionStorage.setItem(SENT, JSON.stringify({ key: keyOf(form), draft: form.dataset.draft, once: form.elements.namedItem("once")?.value })); } catch { /* kept then */ }
});
// The answer may have swapped its own form away: then the event comes from what still stands, and only its detail knows the form.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig?.elt?.closest("form[data-draft]");
  if (form && event.detail.successful) { clearTimeout(timers.get(form)); drop(keyOf(form)); sessionStorage.removeItem(SENT); }
});

function forgetSent() {
  let sent = null;
  try { sent = JSON.parse(sessionStorage.getItem(SENT)); } catch { return; }
  if (!sent || document.querySelector("[data-trouble]")) return; // that page may send it again
  sessionStorage.removeItem(SENT);
  // A form that is taken once is known by its token: the server says that it has it. After a fall it may not.
  if (sent.once) { if (cookie("qibu_taken") === sent.once) drop(sent.key); return; }
  const back = document.querySelector(`form[data-draft="${CSS.escape(sent.draft)}"] [aria-invalid=true]`);
  if (!back && !document.querySelector("[data-sign-in]")) drop(sent.key);
}

function forgetOld() {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(KEPT)) continue;
    let at = 0;
    try { at = JSON.parse(localStorage.getItem(key)).at; } catch { /* not one of ours any more */ }
    if (!(Date.now() - at <= KEPT_DAYS * 86_400_000)) localStorage.removeItem(key);
  }
}

const all = () => { for (const form of document.querySelectorAll("form[data-draft]")) restore(form); };
try { forgetOld(); } catch { /* nothing is kept here */ }
forgetSent();
all();
document.addEventListener("htmx:afterSettle", all);
