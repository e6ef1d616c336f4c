// [data-signature]: a frame to sign in by finger, pen or mouse. What was drawn goes into the hidden field beside it: as a
// PNG, or for [data-signature="strokes"] as lines of whole numbers of the canvas, of which the server makes the picture.
const INK = "#16212b", PAPER = "#ffffff", NEAR = 4;

function prepare(host) {
  if (host.dataset.ready) return;
  host.dataset.ready = "1";
  const pad = host.querySelector("canvas"), field = host.querySelector("input"), pen = pad.getContext("2d");
  const lines = [];
  let line = null;

  const keep = () => {
    if (host.dataset.signature === "strokes") field.value = JSON.stringify(lines);
    else field.value = lines.length ? pad.toDataURL("image/png") : "";
  };

  function empty() {
    lines.length = 0;
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, pad.width, pad.height);
    Object.assign(pen, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: INK });
    keep();
  }

  function place(event) {
    const frame = pad.getBoundingClientRect();
    const within = (part, most) => Math.min(most, Math.max(0, Math.round(part * most)));
    return [within((event.clientX - frame.left) / frame.width, pad.width), within((event.clientY - frame.top) / frame.height, pad.height)];
  }

  function draw([a, b], [x, y]) {
    pen.beginPath();
    pen.moveTo(a, b);
    pen.lineTo(x, y);
    pen.stroke();
  }

  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    line = [place(event)];
    lines.push(line);
    draw(line[0], line[0]);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!line) return;
    for (const each of event.getCoalescedEvents?.() || [event]) {
      const to = place(each), last = line.at(-1);
      if (Math.hypot(to[0] - last[0], to[1] - last[1]) < NEAR) continue;
      draw(last, to);
      line.push(to);
    }
  });
  for (const name of ["pointerup", "pointercancel"]) {
    pad.addEventListener(name, () => {
      line = null;
      keep();
    });
  }
  host.querySelector("[data-signature-clear]").addEventListener("click", empty);
  empty();
}

for (const host of document.querySelectorAll("[data-signature]")) prepare(host);
document.addEventListener("htmx:load", (event) => {
  for (const host of event.target.querySelectorAll?.("[data-signature]") || []) prepare(host);
});
