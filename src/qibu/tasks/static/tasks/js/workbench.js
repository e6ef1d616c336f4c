// The workbench: dialling on a phone, the answer "somebody was first", the panel in sight after a tap, paper.
const SHOWN = 30_000;
const narrow = () => matchMedia("(max-width: 720px)").matches;
const token = () => document.cookie.match(/(?:^|; )qibu_csrf=([^;]*)/)?.[1] || "";

// 拨打: the number is asked for (which is written down), then the telephone dials it; after half a minute it is hidden.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-call]");
  if (!form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  let number = "", refused = "";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-CSRFToken": token(), Accept: "text/plain" } });
    if (answer.ok && !answer.redirected) number = (await answer.text()).trim();
    else if (answer.status === 422) refused = (await answer.text()).trim();
  } catch { number = ""; }
  button.disabled = false;
  if (!number) { document.dispatchEvent(new CustomEvent("toast", { detail: { text: refused || form.dataset.failed || "…", kind: "error" } })); return; }
  dial(form, number);
}, true);

function dial(form, number) {
  const link = document.createElement("a");
  link.className = "btn pri callb";
  link.href = `tel:${number}`;
  link.textContent = number;
  form.hidden = true;
  form.after(link);
  link.click();
  const hide = () => { link.remove(); form.hidden = false; };
  setTimeout(hide, SHOWN);
  window.addEventListener("pagehide", hide, { once: true });
}

// 409 comes with the list as it now is and the name of who was first.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 409 || event.detail.target.id !== "work") return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (!narrow()) document.querySelector(".task[data-open]")?.scrollIntoView({ block: "nearest" });
  else if (["panel", "work"].includes(event.detail.target.id)) document.getElementById("main")?.scrollIntoView({ block: "start" });
});

// Esc leaves the note, so that the keys work again.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches?.("#note")) { event.target.blur(); event.preventDefault(); }
});

document.addEventListener("click", (event) => {
  // U is in the list of keys also while there is nothing to take back.
  if (event.target.closest("[data-undo]")) [...document.querySelectorAll("#toasts [data-key='U']")].at(-1)?.click();
});

// A late task ends with its reason: results that would end one open the list of reasons first, without asking the server.
const reasons = () => document.getElementById("why");

const words = () => reasons().querySelector("[data-why-words]");

// Without words 其他 says nothing: the page says so at the field, where one goes on writing.
function wordless(missing) {
  if (missing) words().setAttribute("aria-invalid", "true"); else words().removeAttribute("aria-invalid");
  document.getElementById("words-fault").hidden = !missing;
  if (missing) words().focus();
}

function ask(outcome) {
  const box = reasons(), result = box.querySelector("[data-why-result]");
  wordless(false);
  result.value = outcome;
  result.disabled = !outcome;
  box.hidden = !outcome;
  box.nextElementSibling.hidden = Boolean(outcome);
  if (outcome) box.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target, pressed = event.submitter;
  if (form.id !== "result" || !reasons()) return;
  if (pressed?.name === "cause") {
    if (pressed.value !== "other" || words().value.trim()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    return wordless(true);
  }
  const asked = reasons().querySelector("[data-why-result]");
  const outcome = pressed?.name === "result" ? pressed.value : asked.disabled ? "reached" : asked.value;
  const ends = [...form.elements].filter((e) => e.name === "task" && (e.type === "hidden" || e.checked))
    .some((e) => (e.dataset.ends || "").split(" ").includes(outcome));
  if (!ends) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(outcome);
}, true);

document.addEventListener("click", (event) => { if (event.target.closest("[data-why-back]")) ask(""); });
document.addEventListener("input", (event) => { if (event.target.matches("[data-why-words]")) wordless(false); });

// The server asked: the keys of the reasons are at hand at once, and what is typed next goes where it belongs.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "work" || !reasons() || reasons().hidden) return;
  (words().matches("[aria-invalid]") ? words() : reasons()).focus();
});

document.addEventListener("keydown", (event) => {
  if (event.target.matches?.("[data-why-words]") && event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    document.querySelector("[data-why-other]").click();
  } else if (event.key === "Escape" && reasons() && !reasons().hidden) {
    event.preventDefault();
    ask("");
  }
});
