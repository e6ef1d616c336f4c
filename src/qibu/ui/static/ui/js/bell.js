// The bell looks by itself once a minute, as long as somebody sees the page; the title of the page says the number, too.
// What goes wrong is quiet: the next look or the next page tells.
const EVERY = 60_000;
const MARK = /^\(\d+\+?\) /;
let looked = Date.now();

const bells = () => [...document.querySelectorAll("[data-bell]")];

function entitle() {
  const count = bells()[0]?.querySelector("b")?.textContent.trim() || "";
  const bare = document.title.replace(MARK, "");
  const wanted = count ? `(${count}) ${bare}` : bare;
  if (document.title !== wanted) document.title = wanted;
}

async function look() {
  const address = bells()[0]?.dataset.bell;
  if (!address || document.visibilityState !== "visible") return;
  looked = Date.now();
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html", "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-bell]");
    if (!fresh) return;
    for (const bell of bells()) {
      if (bell.querySelector("details[open]")) continue; // somebody reads it: the next look tells
      const focused = bell.contains(document.activeElement);
      bell.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
      if (focused) bell.querySelector(".bell").focus();
    }
    entitle();
  } catch { /* no network: the next look tells */ }
}

entitle();
setInterval(look, EVERY);
document.addEventListener("visibilitychange", () => { if (Date.now() - looked > EVERY) look(); });
document.addEventListener("bell:look", look);
document.addEventListener("htmx:afterSettle", entitle);
