// The list on the telephone: a tick that finds no way to the server is kept here and sent again when there is one.
const KEPT = "qibu-ticks:";
const EVERY = 15_000;
const key = (form) => KEPT + form.getAttribute("action");
const box = (form) => form.querySelector("input[type=checkbox]");

function wait(form) {
  try { localStorage.setItem(key(form), box(form).checked ? "1" : "0"); } catch { /* the page itself still knows */ }
  form.closest("li").classList.add("waiting");
}

function waiting() {
  return [...document.querySelectorAll(".tick.waiting [data-tick]")];
}

async function again() {
  const forms = waiting();
  if (!forms.length) return;
  try {
    const answer = await fetch("/healthz", { cache: "no-store" });
    if (!answer.ok) return;
  } catch { return; }
  for (const form of forms) window.htmx?.trigger(form, "again");
}

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => { const form = event.target.closest?.("[data-tick]"); if (form) wait(form); });
}
// 503: the server is there again in a moment; anything else is an answer.
document.addEventListener("htmx:responseError", (event) => {
  const form = event.target.closest?.("[data-tick]");
  if (form && event.detail.xhr.status === 503) wait(form);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("[data-tick]");
  if (!form || !event.detail.successful) return;
  try { localStorage.removeItem(key(form)); } catch { /* nothing was kept */ }
});

// What waited when the page was left goes on from here.
for (const form of document.querySelectorAll("[data-tick]")) {
  let kept = null;
  try { kept = localStorage.getItem(key(form)); } catch { /* nothing was kept */ }
  if (kept === null) continue;
  box(form).checked = kept === "1";
  form.closest("li").classList.add("waiting");
}
window.addEventListener("online", again);
window.addEventListener("load", again);
setInterval(again, EVERY);

// A photo goes to the server no larger than a screen shows it; drawn anew it tells no place either.
const LONGEST = 2000;
document.addEventListener("change", async (event) => {
  const input = event.target;
  const [file] = input.matches?.("[data-photo]") ? input.files : [];
  if (!file || !/^image\/(jpeg|png)$/.test(file.type)) return;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const part = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * part);
    canvas.height = Math.round(picture.height * part);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!smaller || smaller.size >= file.size || !input.files.length) return;
    const files = new DataTransfer();
    files.items.add(new File([smaller], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }));
    input.files = files.files;
  } catch { /* the server takes it as it is, or says why not */ }
});
