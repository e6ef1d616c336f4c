// A signature with a finger, a pen or the mouse: lines of whole numbers on a sheet of 1000 by 400. The picture is made
// by the server from these numbers.
const NEAR = 4;

document.querySelectorAll("[data-signature]").forEach((form) => {
  const pad = form.querySelector("[data-sig-pad]"), kept = form.querySelector("[data-sig-strokes]");
  const pen = pad.getContext("2d");
  const lines = [];
  let line = null;
  Object.assign(pen, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });

  const point = (event) => {
    const box = pad.getBoundingClientRect();
    const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
    return [within((event.clientX - box.left) / box.width * pad.width, pad.width), within((event.clientY - box.top) / box.height * pad.height, pad.height)];
  };
  const keep = () => { kept.value = JSON.stringify(lines); };

  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    line = [point(event)];
    lines.push(line);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!line) return;
    for (const each of event.getCoalescedEvents?.() || [event]) {
      const [x, y] = point(each), [a, b] = line.at(-1);
      if (Math.hypot(x - a, y - b) < NEAR) continue;
      pen.beginPath();
      pen.moveTo(a, b);
      pen.lineTo(x, y);
      pen.stroke();
      line.push([x, y]);
    }
  });
  const end = () => { line = null; keep(); };
  pad.addEventListener("pointerup", end);
  pad.addEventListener("pointercancel", end);
  form.querySelector("[data-sig-clear]").addEventListener("click", () => {
    lines.length = 0;
    pen.clearRect(0, 0, pad.width, pad.height);
    keep();
  });
  form.addEventListener("submit", keep);
});
