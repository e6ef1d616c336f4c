// A phone number is shown for thirty seconds. The server writes down who asked; here it is only hidden again.
import { say, token } from "./dom.js";
import { toast } from "./toast.js";

const SECONDS = 30;

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-reveal]");
  if (!form) return;
  event.preventDefault();
  const host = form.closest("[data-reveal-host]");
  const number = host.querySelector("[data-reveal-number]");
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-CSRFToken": token(), "HX-Request": "true", Accept: "text/plain" } });
  } catch {
    button.disabled = false;
    toast(say("network_gone"), { kind: "error" });
    return;
  }
  if (!answer.ok || answer.redirected) {
    button.disabled = false;
    toast(await refusal(answer), { kind: "error" });
    return;
  }
  // In a menu the reason was chosen: it has done its work, and its head counts the seconds.
  const menu = form.closest("details[data-menu]");
  const teller = menu ? menu.querySelector("summary") : button;
  if (menu) { menu.open = false; teller.focus(); }
  const masked = number.textContent, words = [...teller.childNodes];
  number.textContent = (await answer.text()).trim();
  host.classList.add("is-shown");
  let left = SECONDS;
  const hide = () => {
    clearInterval(timer);
    number.textContent = masked;
    teller.replaceChildren(...words);
    button.disabled = false;
    host.classList.remove("is-shown");
  };
  const count = () => { teller.textContent = say("hide_in", { n: left }); if (left-- <= 0) hide(); };
  const timer = setInterval(count, 1000);
  count();
  window.addEventListener("pagehide", hide, { once: true });
});

// 422 says in its own words what is missing, such as a reason.
async function refusal(answer) {
  if (answer.redirected) return say("signed_out");
  if (answer.status === 422) return (await answer.text()).trim();
  return say(answer.status === 403 ? "forbidden" : "server");
}
