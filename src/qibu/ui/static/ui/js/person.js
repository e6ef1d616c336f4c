// A browser may be shared: what it keeps of a person's work (drafts, who was looked for) goes when they sign out, and when
// somebody else signs in. An expired session is neither: its drafts wait for the one who typed them.
const OWNER = "qibu.person";
const OURS = /^qibu\.(draft|recent)\./;

function forget() {
  for (const store of [localStorage, sessionStorage]) {
    for (const key of Object.keys(store)) if (OURS.test(key)) store.removeItem(key);
  }
}

try {
  const user = document.body.dataset.user;
  if (document.querySelector("[data-signed-out]")) {
    forget();
    localStorage.removeItem(OWNER);
  } else if (user && localStorage.getItem(OWNER) !== user) {
    forget();
    localStorage.setItem(OWNER, user);
  }
} catch { /* a browser that keeps nothing has nothing to forget */ }
