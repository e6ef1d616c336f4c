// The stages of a line: arrows put them in order, and what a folded one says follows what is typed in it.
const form = document.querySelector("[data-stages]");
const english = document.documentElement.lang === "en";
const rows = () => [...form.querySelectorAll("[data-stage]")];
const order = (row) => row.querySelector('[name$="-ORDER"]');

function move(button) {
  const row = button.closest("[data-stage]");
  const up = Number(button.dataset.stageMove) < 0;
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (up) other.before(row); else other.after(row);
  rows().filter((one) => !one.matches(".new")).forEach((one, at) => { order(one).value = at + 1; });
  order(row).dispatchEvent(new Event("input", { bubbles: true }));
  const left = button.matches(":disabled") || !button.offsetParent || getComputedStyle(button).visibility === "hidden";
  (left ? row.querySelector("summary") : button).focus();
}

function say(row) {
  const name = row.querySelector("[data-stage-name]");
  const asks = row.querySelector("[data-stage-asks]");
  const chosen = [...row.querySelectorAll('[name$="-needs"]:checked')].map((box) => box.closest("label").textContent.trim());
  const typed = (field) => row.querySelector(`[name$="-${field}"]`).value.trim();
  name.textContent = (english && typed("name_en")) || typed("name") || name.dataset.stageNew;
  asks.textContent = chosen.join(form.dataset.stages) || asks.dataset.stageNothing;
  row.classList.toggle("gone", Boolean(row.querySelector('[name$="-DELETE"]')?.checked));
}

form.classList.add("arranged");
for (const moves of form.querySelectorAll("[data-stage-moves]")) moves.hidden = false;
for (const row of rows()) say(row);
form.addEventListener("input", (event) => { const row = event.target.closest("[data-stage]"); if (row) say(row); });
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-stage-move]");
  if (button) move(button);
});
