// button[data-copy="text"] puts the text on the clipboard and says data-copied (or 已复制). Pages without https have no
// clipboard interface: there the text is selected and copied the old way.
import { say } from "./dom.js";
import { toast } from "./toast.js";

async function put(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sr";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await put(button.dataset.copy);
  toast(button.dataset.copied || say("copied"));
});
