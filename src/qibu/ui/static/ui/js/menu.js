// Menus are <details data-menu>: one is open at a time, a click elsewhere or Esc closes it, arrows walk it.
const open = () => [...document.querySelectorAll("details[data-menu][open]")];

document.addEventListener("click", (event) => {
  for (const menu of open()) {
    const opens = menu.contains(event.target) && event.target.closest('[hx-target="#drawer-host"]');
    if (opens) menu.querySelector("summary").focus(); // the drawer gives the focus back to it
    if (opens || !menu.contains(event.target)) menu.open = false;
  }
  const late = event.target.closest("[data-late-toggle]");
  if (late) {
    late.closest("form").classList.add("all");
    late.remove();
  }
});

document.addEventListener("keydown", (event) => {
  const menu = open().at(-1);
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopImmediatePropagation();
    event.preventDefault();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("input[type=date], select, textarea")) return;
  const items = [...menu.querySelectorAll("summary ~ * :is(a, button, input:not([type=hidden]))")].filter((item) => item.offsetParent);
  if (!items.length) return;
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length].focus();
  event.preventDefault();
}, true);
