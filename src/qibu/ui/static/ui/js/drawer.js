// The drawer beside a list or over a page: Esc or its cross closes it, the address loses what was open. Over a page it
// takes the focus, the first field of its form before all, and gives it back; beside a list the rows keep it.
const drawer = () => document.querySelector("[data-drawer]");
let from = null;

export function close() {
  const found = drawer();
  if (!found) return;
  const host = found.parentElement;
  host.replaceChildren();
  const address = new URL(location.href);
  if (address.searchParams.has("open")) {
    address.searchParams.delete("open");
    history.replaceState(history.state, "", address);
  }
  const row = document.querySelector("[data-row][data-open]");
  row?.removeAttribute("data-open");
  row?.querySelector("[data-row-link]")?.focus();
  if (host.id === "drawer-host" && from?.isConnected) from.focus();
  from = null;
}

const field = (found) => [...found.querySelectorAll("form :is(input:not([type=hidden]), select, textarea)")].find((one) => one.offsetParent && !one.disabled);

document.addEventListener("htmx:afterSettle", ({ target }) => {
  const found = drawer();
  if (found?.parentElement.id !== "drawer-host" || !(found.contains(target) || target.contains(found))) return;
  if (found.contains(document.activeElement) || found.querySelector("[data-focus]")) return;
  if (document.activeElement !== document.body) from = document.activeElement;
  const thumb = matchMedia("(pointer: coarse)").matches; // there a field brings up the keyboard, over what is to be read
  (found.querySelector("[aria-invalid=true]") ?? (thumb ? found : field(found)) ?? found).focus();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-drawer-close]")) return;
  event.preventDefault();
  close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (drawer()) { event.preventDefault(); close(); }
});

// A service may say: done, close it.
document.addEventListener("drawer:close", close);
