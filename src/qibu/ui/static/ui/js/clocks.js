// Clock chips with data-due are worded anew each minute, in their last minute each second, in the page's language.
// The rules are those of clocks.py. Those who listen hear only a change of state.
import { words } from "./dom.js";

const W = words("clock-words");
const ZONE = document.body.dataset.zone;
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const fill = (name, values) => (W[name] || "").replace(/\{(\w)\}/g, (whole, key) => values[key] ?? whole);
const dayFormat = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });
const timeFormat = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
const dayNumber = (moment) => Date.parse(dayFormat.format(moment)) / DAY;

function hours(minutes, short, both, whole) {
  const h = Math.floor(minutes / 60), m = minutes % 60;
  if (!h) return fill(short, { n: m });
  return fill(m && h < 4 ? both : whole, { h, m });
}

function readDay(due, now) {
  const days = Date.parse(due) / DAY - dayNumber(now);
  if (days < 0) return { state: "overdue", text: fill("late_days", { n: -days }), left: 0 };
  const name = { 0: "day_today", 1: "day_tomorrow" }[days] || "days";
  return { state: days <= 30 ? "soon" : "running", text: fill(name, { n: days }), left: Math.min(100, Math.round(days / 0.9)) };
}

export function read(due, start, now) {
  if (due.length === 10) return readDay(due, now);
  const end = new Date(due), rest = end - now;
  if (rest <= 0) {
    const minutes = Math.floor(-rest / MINUTE);
    const text = minutes < 1 ? fill("late_seconds", {}) : minutes >= 1440 ? fill("late_days", { n: Math.floor(minutes / 1440) }) : hours(minutes, "late_minutes", "late_hours", "late_hour");
    return { state: "overdue", text, left: 0 };
  }
  const span = start && new Date(start) < end ? end - new Date(start) : Math.max(rest, 16 * HOUR);
  const state = rest <= Math.min(span / 4, 4 * HOUR) ? "soon" : "running";
  return { state, text: remaining(rest, end, now), left: Math.max(2, Math.min(100, Math.round((rest * 100) / span))) };
}

function remaining(rest, end, now) {
  if (rest < MINUTE) return fill("seconds", { n: Math.floor(rest / 1000) });
  if (rest <= 4 * HOUR) return hours(Math.floor(rest / MINUTE), "minutes", "hours", "hour");
  const days = dayNumber(end) - dayNumber(now);
  if (days < 2) return fill(days ? "tomorrow" : "today", { t: timeFormat.format(end) });
  return fill("days", { n: days });
}

const STATES = ["running", "soon", "overdue"];

function draw(chip, now) {
  const face = read(chip.dataset.due, chip.dataset.start, now);
  const text = chip.querySelector("[data-clock-text]");
  if (text && text.textContent !== face.text) text.textContent = face.text;
  chip.querySelector(".arc")?.setAttribute("stroke-dasharray", `${face.state === "overdue" ? 100 : face.left} 100`);
  if (chip.classList.contains(face.state)) return;
  chip.classList.remove(...STATES);
  chip.classList.add(face.state);
  chip.dispatchEvent(new CustomEvent("clock:state", { bubbles: true, detail: face }));
}

function tick() {
  const now = new Date();
  const chips = [...document.querySelectorAll(".clock[data-due]")];
  for (const chip of chips) draw(chip, now);
  const last = chips.some((chip) => chip.dataset.due.length > 10 && Math.abs(new Date(chip.dataset.due) - now) < 1.5 * MINUTE);
  setTimeout(tick, last ? 1000 : MINUTE - (now % MINUTE) + 50);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const chip of document.querySelectorAll(".clock[data-due]")) draw(chip, new Date());
});
tick();
