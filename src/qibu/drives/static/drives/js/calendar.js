// The calendar of drives: the day that is chosen is gone to, drives are dragged to a free place, arrows walk over places.
const token = () => document.querySelector("meta[name='csrf-token']")?.content || "";
const board = () => document.querySelector("[data-calendar]");
let dragged = null;

document.addEventListener("change", (event) => { if (event.target.matches("[data-go]")) event.target.form.requestSubmit(); });

// A drive is carried to a free place: its form, filled in for that place, is sent at once; what is refused opens it.
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-drive]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.textContent.trim());
  dragged.classList.add("dragged");
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  document.querySelectorAll(".slot.over").forEach((one) => one.classList.remove("over"));
  dragged = null;
});
document.addEventListener("dragover", (event) => {
  const place = dragged && event.target.closest?.("[data-free]");
  document.querySelectorAll(".slot.over").forEach((one) => { if (one !== place) one.classList.remove("over"); });
  if (!place) return;
  event.preventDefault();
  place.classList.add("over");
});
document.addEventListener("drop", (event) => {
  const place = dragged && event.target.closest?.("[data-free]");
  if (!place) return;
  event.preventDefault();
  move(dragged.dataset.drive, place);
});

async function move(address, place) {
  const around = board().dataset;
  const asked = new URLSearchParams({ drawer: "1", next: around.here, at: place.dataset.free, [around.by]: place.dataset.lane });
  const form = await opened(`${address}?${asked}`);
  if (!form) return;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
  const led = answer.headers.get("HX-Redirect");
  if (led) { location.assign(led); return; }
  if (answer.status === 422) show(await answer.text());
  else say(form);
}

// The move's own form, read from its drawer: the same fields and the same version as by hand.
async function opened(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = page.querySelector("form#act");
  if (form) form.action = new URL(form.getAttribute("action"), location.href).href;
  return form;
}

function show(html) {
  const host = document.getElementById("drawer-host");
  const answered = new DOMParser().parseFromString(html, "text/html");
  host.replaceChildren(...answered.body.childNodes);
  window.htmx?.process(host);
  host.querySelector("[aria-invalid], .err, .notice")?.scrollIntoView({ block: "nearest" });
  host.querySelector("[data-drawer]")?.focus();
}

const say = (form) => document.dispatchEvent(new CustomEvent("toast", { detail: { text: form.dataset.failed || "…", kind: "error" } }));

// Arrows go from place to place; up and down stay at the same time. Tab comes to the calendar once: to where one was.
const places = () => [...(board()?.querySelectorAll("a.slot") ?? [])];
const stop = (place) => { for (const one of places()) one.tabIndex = one === place ? 0 : -1; };
stop(places()[0]);
document.addEventListener("focusin", (event) => { if (event.target.matches("[data-calendar] a.slot")) stop(event.target); });

document.addEventListener("keydown", (event) => {
  const here = event.target.closest?.("[data-calendar] a.slot");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key], turn = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!here || (!step && !turn)) return;
  event.preventDefault();
  event.stopPropagation();
  (step ? beside(here, step) : across(here, turn))?.focus();
}, true);

function beside(here, step) {
  const places = [...here.closest(".lane").querySelectorAll("a.slot")];
  return places[places.indexOf(here) + step];
}

function across(here, turn) {
  const lanes = [...board().querySelectorAll(".lane[role]")], at = Number(here.dataset.q);
  for (let n = lanes.indexOf(here.closest(".lane")) + turn; n >= 0 && n < lanes.length; n += turn) {
    const places = [...lanes[n].querySelectorAll("a.slot")];
    if (places.length) return places.reduce((a, b) => (Math.abs(a.dataset.q - at) <= Math.abs(b.dataset.q - at) ? a : b));
  }
  return null;
}
