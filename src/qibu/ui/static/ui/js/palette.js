// Search palette: Ctrl+K or /. htmx fills the results; arrows choose, Enter opens. What was opened last is kept here,
// per person, and only its name and address.
const dialog = document.getElementById("palette");
const store = `qibu.recent.${document.body.dataset.person}`;
const recent = () => { try { return JSON.parse(localStorage.getItem(store)) || []; } catch { return []; } };

if (dialog) {
  const field = dialog.querySelector("input[type=search]");
  const results = dialog.querySelector("#palette-results");
  const start = results.innerHTML;
  const options = () => [...results.querySelectorAll("[role=option]")].filter((option) => option.offsetParent);

  const choose = (option) => {
    for (const other of results.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
    if (!option) return;
    option.id ||= `option-${Math.random().toString(36).slice(2)}`;
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  const showRecent = () => {
    const host = results.querySelector("[data-palette-recent]");
    const known = recent();
    if (!host || !known.length) return;
    host.hidden = false;
    host.querySelector("ul").replaceChildren(...known.map(({ label, url }) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const link = document.createElement("a");
      link.href = url;
      link.tabIndex = -1;
      const name = document.createElement("b");
      name.textContent = label;
      link.append(document.createElement("span"), name);
      item.append(link);
      return item;
    }));
  };

  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    field.value = "";
    results.innerHTML = start;
    showRecent();
    choose(options()[0]);
    field.focus();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) open();
    if (event.target.closest("[data-palette-close]") || event.target === dialog) dialog.close();
    const remembered = event.target.closest("[data-remember]");
    if (remembered) {
      const entry = { label: remembered.dataset.remember, url: remembered.getAttribute("href") };
      const list = [entry, ...recent().filter((known) => known.url !== entry.url)].slice(0, 6);
      try { localStorage.setItem(store, JSON.stringify(list)); } catch { /* no room: nothing is remembered */ }
    }
  });
  field.addEventListener("keydown", (event) => {
    const list = options();
    const at = list.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.length) { event.preventDefault(); choose(list[(at + step + list.length) % list.length]); }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); dialog.close(); }
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      (list[at] || list[0])?.querySelector("a")?.click();
    }
  });
  field.addEventListener("input", () => {
    if (!field.value.trim()) { results.innerHTML = start; showRecent(); choose(options()[0]); }
  });
  // An empty question needs no answer; the start is here already.
  field.addEventListener("htmx:beforeRequest", (event) => { if (!field.value.trim()) event.preventDefault(); });
  results.addEventListener("htmx:afterSwap", () => choose(options()[0]));
}
