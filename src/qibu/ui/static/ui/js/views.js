// The tabs of a list: the one that is shown is in sight, and edges that hide further ones say so.
const bars = () => document.querySelectorAll("[data-views]");

function edges(bar) {
  const rest = bar.scrollWidth - bar.clientWidth - bar.scrollLeft;
  const more = [bar.scrollLeft > 1 && "start", rest > 1 && "end"].filter(Boolean).join(" ");
  if (bar.dataset.more !== more) bar.dataset.more = more;
}

function settle() {
  for (const bar of bars()) {
    const current = bar.querySelector("[aria-current]");
    if (current) {
      const [shown, whole] = [current.getBoundingClientRect(), bar.getBoundingClientRect()];
      if (shown.left < whole.left || shown.right > whole.right) {
        bar.scrollLeft += shown.left - whole.left - (bar.clientWidth - shown.width) / 2;
      }
    }
    edges(bar);
    bar.addEventListener("scroll", () => edges(bar), { passive: true });
  }
}

document.addEventListener("htmx:afterSettle", settle);
window.addEventListener("resize", () => bars().forEach(edges));
settle();
