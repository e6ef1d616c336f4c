// [data-signature]: a frame to sign in by finger, pen or mouse. The picture goes into the hidden field beside it as a PNG.
const INK = "#16212b", PAPER = "#ffffff";

function prepare(host) {
  if (host.dataset.ready) return;
  host.dataset.ready = "1";
  const pad = host.querySelector("canvas"), field = host.querySelector("input"), pen = pad.getContext("2d");
  let last = null, drawn = false;

  function empty() {
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, pad.width, pad.height);
    field.value = "";
    drawn = false;
  }

  function place(event) {
    const frame = pad.getBoundingClientRect();
    return { x: ((event.clientX - frame.left) * pad.width) / frame.width, y: ((event.clientY - frame.top) * pad.height) / frame.height };
  }

  function line(to) {
    pen.strokeStyle = INK;
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(last.x, last.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
    last = to;
    drawn = true;
  }

  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    last = place(event);
    line({ x: last.x + 0.1, y: last.y });
  });
  pad.addEventListener("pointermove", (event) => { if (last) line(place(event)); });
  for (const name of ["pointerup", "pointercancel"]) {
    pad.addEventListener(name, () => {
      last = null;
      if (drawn) field.value = pad.toDataURL("image/png");
    });
  }
  host.querySelector("[data-signature-clear]").addEventListener("click", empty);
  empty();
}

for (const host of document.querySelectorAll("[data-signature]")) prepare(host);
document.addEventListener("htmx:load", (event) => {
  for (const host of event.target.querySelectorAll?.("[data-signature]") || []) prepare(host);
});
