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
    toast(say(answer.status === 403 ? "forbidden" : answer.redirected ? "signed_out" : "server"), { kind: "error" });
    return;
  }
  const masked = number.textContent, word = button.textContent;
  number.textContent = (await answer.text()).trim();
  host.classList.add("is-shown");
  let left = SECONDS;
  const hide = () => {
    clearInterval(timer);
    number.textContent = masked;
    button.textContent = word;
    button.disabled = false;
    host.classList.remove("is-shown");
  };
  const count = () => { button.textContent = say("hide_in", { n: left }); if (left-- <= 0) hide(); };
  const timer = setInterval(count, 1000);
  count();
  window.addEventListener("pagehide", hide, { once: true });
});
