// A page that could not be made: it asks every second whether the product is there again, and then goes on by itself.
// A form goes on by itself only where sending it twice does nothing twice; else its button waits for a person.
const host = document.querySelector("[data-again]");
const form = host?.querySelector("form");

async function look() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store" });
    if (answer.ok) return goOn();
  } catch { /* nobody answers yet */ }
  return setTimeout(look, 1000);
}

function goOn() {
  host.querySelector("progress").hidden = true;
  if (!form) { if (host.querySelector("a")) location.reload(); return; }
  if (form.matches("[data-by-itself]")) form.requestSubmit();
  else form.querySelector("button").focus();
}

if (host) setTimeout(look, 1000);
