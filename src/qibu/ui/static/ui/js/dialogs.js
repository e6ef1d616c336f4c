// data-open="id" opens a dialog. data-confirm="sentence" (with data-confirm-title and data-confirm-yes) asks before a form
// is sent, a link followed or an htmx request made. The button is red, for something is lost by it; data-confirm-calm: nothing is.
import { say } from "./dom.js";

const dialog = document.getElementById("confirm");
let sure = null;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.open)?.showModal();
    return;
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog.modal[open]") && event.target !== dialog) event.target.close();
  const asker = event.target.closest("[data-confirm]");
  if (!asker || asker.matches("form") || asker === sure) { sure = null; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(asker, () => { sure = asker; asker.click(); });
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-confirm]") || form === sure) { sure = null; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(form, () => { sure = form; form.requestSubmit(event.submitter); });
}, true);

function ask(asker, then) {
  const { confirm, confirmTitle, confirmYes, confirmCalm } = asker.dataset;
  const calm = confirmCalm !== undefined;
  dialog.querySelector("[data-confirm-title]").textContent = confirmTitle || confirm;
  dialog.querySelector("[data-confirm-text]").textContent = confirmTitle ? confirm : "";
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.textContent = confirmYes || say("confirm");
  yes.classList.toggle("danger-solid", !calm);
  yes.classList.toggle("pri", calm);
  dialog.toggleAttribute("data-calm", calm);
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => { if (dialog.returnValue === "yes") then(); }, { once: true });
  dialog.showModal();
}
