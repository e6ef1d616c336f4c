// The page of a lead: who points at a time of their own writes it next. By keys one walks on through the choices.
document.querySelector("[data-talk]")?.addEventListener("click", (event) => {
  if (event.detail && event.target.matches('[name="next_when"][value="pick"]')) event.currentTarget.querySelector("[data-talk-pick]").focus();
});
