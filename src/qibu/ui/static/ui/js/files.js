// [data-dropzone]: shows name and size of what was dropped or chosen, refuses what is larger than data-max at once.
import { say } from "./dom.js";

const size = (bytes) => (bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1_048_576).toFixed(1)} MB`);

for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.("[data-dropzone]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", name === "dragenter" || name === "dragover");
    if (name !== "drop") return;
    const input = zone.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("change", (event) => {
  const zone = event.target.closest?.("[data-dropzone]");
  if (!zone || event.target.type !== "file") return;
  const input = event.target, max = Number(zone.dataset.max || 0);
  const large = [...input.files].find((file) => max && file.size > max);
  zone.querySelector("[data-dropped]").replaceChildren(...(large ? [line(say("file_too_large", { name: large.name, size: size(large.size), max: size(max) }), "err")] : [...input.files].map((file) => line(say("file_size", { name: file.name, size: size(file.size) }), ""))));
  if (large) input.value = "";
});

function line(text, kind) {
  const words = document.createElement("span");
  words.className = kind;
  words.textContent = text;
  return words;
}
