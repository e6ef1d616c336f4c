// form[data-unsaved]: whoever goes away from what they changed and didn't send is asked first. With "now" something
// waits to be saved as soon as the page stands there.
const unsaved = new WeakSet();
const forms = () => [...document.querySelectorAll("form[data-unsaved]")];

for (const form of forms()) if (form.dataset.unsaved === "now") unsaved.add(form);
for (const kind of ["input", "change"])
  document.addEventListener(kind, (event) => {
    const form = event.target.form;
    if (form?.hasAttribute("data-unsaved")) unsaved.add(form);
  });
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) unsaved.delete(event.target); });
window.addEventListener("beforeunload", (event) => { if (forms().some((form) => unsaved.has(form))) event.preventDefault(); });
