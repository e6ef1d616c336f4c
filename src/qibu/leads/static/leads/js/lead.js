// The page of a lead: a time of one's own chosen is the one that counts, and a call again needs its time.
const form = document.querySelector("[data-talk]");
const pick = form?.querySelector("[data-talk-pick]");

pick?.addEventListener("input", () => {
  const own = form.querySelector('[name="next_when"][value="pick"]');
  if (pick.value && own) own.checked = true;
});
