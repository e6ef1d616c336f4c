// What can go wrong between browser and server is said in one sentence, and what was typed stays where it is.
import { say, token } from "./dom.js";
import { toast } from "./toast.js";
import { release } from "./busy.js";

const SENTENCES = { 403: "forbidden", 404: "not_found", 405: "wrong_method", 409: "conflict", 413: "too_large", 429: "busy_server", 503: "away" };

// Forms of a page that stood open while somebody signed in elsewhere have an old proof: they get the one of now.
window.addEventListener("submit", ({ target }) => {
  const proof = target.elements?.namedItem("csrfmiddlewaretoken");
  if (proof && token()) proof.value = token();
}, true);

document.addEventListener("htmx:configRequest", (event) => {
  const { detail } = event;
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = token();
  // Empty filters don't belong into an address.
  if (detail.verb === "get" && detail.formData) {
    for (const [name, value] of [...detail.formData.entries()]) if (value === "" && !detail.elt.matches?.("[data-keep-empty]")) detail.formData.delete(name);
  }
});

document.addEventListener("htmx:sendError", () => { toast(say("network_gone"), { kind: "error" }); release(); });
document.addEventListener("htmx:timeout", () => { toast(say("network_gone"), { kind: "error" }); release(); });
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 401) return signedOut();
  toast(say(SENTENCES[status] || "server"), { kind: "error" });
  release();
});

// An expired session answers a fragment's request with the sign-in page: it is not put into this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 300 && /<html[\s>]/i.test(xhr.responseText.slice(0, 400)) && /data-sign-in/.test(xhr.responseText)) {
    event.detail.shouldSwap = false;
    signedOut();
  }
});

function signedOut() {
  toast(say("signed_out"), { kind: "error", action: { label: say("sign_in"), url: "/" } });
  release();
}

window.addEventListener("offline", () => toast(say("network_gone"), { kind: "error" }));
// After a swap with mistakes in it, the sentence above the form is read and shown. Only what was swapped is looked at: a list
// or a board that refreshes elsewhere takes nobody out of the field where they are typing.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const within = target.matches("[data-focus]") ? target : target.querySelector("[data-focus]");
  within?.focus();
});
document.querySelector("[data-focus]")?.focus();
