// form[data-draft="customer-7"]: what is typed is kept in this browser, per person and record, and put back after a
// lost connection, an expired session or a closed window. A sent form forgets its draft once the server has taken it.
import { say } from "./dom.js";
import { toast } from "./toast.js";

const person = document.body.dataset.person;
const keyOf = (form) => `qibu.draft.${person}.${form.dataset.draft}`;
const SENT = "qibu.draft.sent";
const KEPT_DAYS = 14;
const secret = (field) => field.type === "password" || field.type === "file" || field.type === "hidden" || field.name === "csrfmiddlewaretoken" || field.hasAttribute("data-no-draft");
const fields = (form) => [...form.elements].filter((field) => field.name && !secret(field) && field.type !== "submit");
const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function read(form) {
  try { return JSON.parse(localStorage.getItem(keyOf(form))); } catch { return null; }
}

function save(form) {
  if (!form.isConnected) return;
  const values = {};
  for (const field of fields(form)) {
    if (field.type === "checkbox" || field.type === "radio") (values[field.name] ||= []).push(...(field.checked ? [field.value] : []));
    else if (field.multiple) values[field.name] = [...field.selectedOptions].map((option) => option.value);
    else values[field.name] = field.value;
  }
  try { localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values })); } catch { return; }
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
  const draft = read(form);
  const answered = form.querySelector("[aria-invalid=true]"); // the server's own answer holds what was typed
  if (!draft || answered || Date.now() - draft.at > KEPT_DAYS * 86_400_000) return;
  const before = JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  put(form, draft.values);
  if (before === JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"))) return;
  const box = toast(say("draft_found", { t: clock(draft.at) }), { kind: "info" });
  const drop = document.createElement("button");
  drop.type = "button";
  drop.textContent = say("draft_drop");
  drop.addEventListener("click", () => { localStorage.removeItem(keyOf(form)); form.reset(); box.remove(); });
  box.insertBefore(drop, box.lastElementChild);
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
  try { sessionStorage.setItem(SENT, JSON.stringify({ key: keyOf(form), draft: form.dataset.draft })); } catch { /* kept then */ }
});
// The answer may have swapped its own form away: then the event comes from what still stands, and only its detail knows the form.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig?.elt?.closest("form[data-draft]");
  if (form && event.detail.successful) { clearTimeout(timers.get(form)); localStorage.removeItem(keyOf(form)); sessionStorage.removeItem(SENT); }
});

function forgetSent() {
  let sent = null;
  try { sent = JSON.parse(sessionStorage.getItem(SENT)); } catch { return; }
  if (!sent) return;
  sessionStorage.removeItem(SENT);
  const back = document.querySelector(`form[data-draft="${CSS.escape(sent.draft)}"] [aria-invalid=true]`);
  if (!back && !document.querySelector("[data-sign-in], [data-failed]")) localStorage.removeItem(sent.key);
}

const all = () => { for (const form of document.querySelectorAll("form[data-draft]")) restore(form); };
forgetSent();
all();
document.addEventListener("htmx:afterSettle", all);
