// A form is sent once: its buttons wait, with their words, until the answer is here.
const BUSY = "data-sent";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.hasAttribute(BUSY)) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  if (form.method !== "post" || form.matches("[data-reveal], [data-batch]")) return;
  form.setAttribute(BUSY, "");
  // After this turn, so that the pressed button's name and value still go along.
  setTimeout(() => mark(form, event.submitter), 0);
});

function mark(form, button) {
  if (!button?.classList.contains("btn")) return;
  button.setAttribute("aria-busy", "true");
  button.classList.add("is-busy");
  if (!button.querySelector(".spin")) {
    const ring = document.createElement("span");
    ring.className = "spin";
    button.prepend(ring);
  }
}

export function release(root = document) {
  const forms = root.matches?.("form") ? [root] : root.querySelectorAll(`form[${BUSY}]`);
  for (const form of forms) {
    form.removeAttribute(BUSY);
    for (const button of form.querySelectorAll("[aria-busy=true]")) {
      button.removeAttribute("aria-busy");
      button.classList.remove("is-busy");
      button.querySelector(".spin")?.remove();
    }
  }
}

// The same for forms sent by htmx: a second press while the first is under way is dropped, not queued.
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.requestConfig.verb === "get" ? null : event.target.closest("form");
  if (!form) return;
  if (form.hasAttribute(BUSY)) event.preventDefault();
  else form.setAttribute(BUSY, "");
});
document.addEventListener("htmx:afterRequest", () => release());
window.addEventListener("pageshow", () => release());

// A line at the top of the window while an answer takes longer than a blink.
const bar = document.createElement("div");
bar.className = "loadbar";
document.body.append(bar);
let under = 0;
document.addEventListener("htmx:beforeRequest", () => { under += 1; setTimeout(() => bar.classList.toggle("on", under > 0), 200); });
document.addEventListener("htmx:afterRequest", () => { under = Math.max(0, under - 1); bar.classList.toggle("on", under > 0); });
