// form[data-outbox]: what was sent while the line is broken is kept in this tab, the form is free for the next visitor,
// and what is kept goes out by itself once the line is back. Each carries the token of its own form (`{% once %}`), so
// that what did arrive although no answer came back is taken once. Numbers end with the tab, as in drafts.
const person = document.body.dataset.person;
const token = () => document.cookie.match(/(?:^|; )qibu_csrf=([^;]*)/)?.[1] || document.querySelector('meta[name="csrf-token"]')?.content || "";
const form = () => document.querySelector("form[data-outbox]");
const keyOf = (path) => `qibu.outbox.${person}.${path}`;
const AGAIN = 10_000;
let sending = false, timer = 0;

function read(path) {
  try { return JSON.parse(sessionStorage.getItem(keyOf(path))) || []; } catch { return []; }
}

function write(path, kept) {
  if (kept.length) sessionStorage.setItem(keyOf(path), JSON.stringify(kept));
  else sessionStorage.removeItem(keyOf(path));
}

const pathOf = (host) => new URL(host.action).pathname;
const toast = (text, kind) => document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text, kind } }));

function show() {
  const host = form();
  const note = host?.querySelector("[data-outbox-note]");
  if (!note) return;
  const number = read(pathOf(host)).length;
  note.hidden = !number;
  note.textContent = host.dataset.waiting.replace("{n}", number);
}

// The form exactly as it was sent, and when: how long it waited goes along beside it, so that clocks needn't agree.
function keep(host) {
  const fields = [...new FormData(host)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  const path = pathOf(host);
  try { write(path, [...read(path), { at: Date.now(), fields }]); } catch { return; }
  host.reset();
  host.querySelector("#found")?.replaceChildren();
  host.elements.namedItem("once").value = crypto.getRandomValues(new Uint32Array(4)).join("").slice(0, 32);
  for (const store of [localStorage, sessionStorage]) store.removeItem(`qibu.draft.${person}.${host.dataset.draft}`);
  host.querySelector("input[type=search]")?.focus();
  toast(host.dataset.kept, "info");
  show();
  later();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(send, AGAIN);
}

async function send() {
  const host = form();
  if (!host || sending) return;
  const path = pathOf(host);
  let kept = read(path), done = 0;
  if (!kept.length) return;
  sending = true;
  while (kept.length) {
    const { at, fields } = kept[0];
    const headers = { "X-CSRFToken": token(), "HX-Request": "true", "X-Waited": Math.round((Date.now() - at) / 1000) };
    let answer;
    try {
      answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields), headers });
    } catch { break; }
    if (answer.status === 422) { again(host, fields); kept = kept.slice(1); write(path, kept); break; }
    if (!answer.ok) break;
    kept = kept.slice(1);
    write(path, kept);
    done += 1;
  }
  sending = false;
  if (done) toast(host.dataset.goneOut.replace("{n}", done), "success");
  show();
  if (read(path).length) later();
  else if (done && !typed(host)) location.reload();
}

const typed = (host) => [...host.elements].some((field) => /^(text|tel|search|number)$/.test(field.type) && field.value !== field.defaultValue);

// What the server can't take as it is comes back into the form, to be completed by a person.
function again(host, fields) {
  host.reset();
  for (const [name, value] of fields) {
    const field = host.elements.namedItem(name);
    if (!field || name === "csrfmiddlewaretoken") continue;
    if (field instanceof RadioNodeList) field.value = value;
    else if (field.type === "checkbox") field.checked = true;
    else field.value = value;
  }
  toast(host.dataset.refused, "error");
}

// Without a line htmx says so; a server that is away answers 502 to 504.
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const host = event.detail.elt?.closest?.("form[data-outbox]");
    if (host && event.detail.elt === host) keep(host);
  });
}
document.addEventListener("htmx:responseError", (event) => {
  const host = event.detail.elt;
  if (host?.matches?.("form[data-outbox]") && [502, 503, 504].includes(event.detail.xhr.status)) keep(host);
});

window.addEventListener("online", send);
show();
send();
