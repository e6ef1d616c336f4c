// The drawer beside a list or over a page: Esc or its cross closes it, the address loses what was open.
const drawer = () => document.querySelector("[data-drawer]");

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
}

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
