// Small shared tools: cookies, words in the page's language, what is being typed in.
export function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

export function setCookie(name, value) {
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `${name}=${encodeURIComponent(value)};path=/;max-age=31536000;samesite=lax${secure}`;
}

const WORDS = {};
export function words(id) {
  if (!(id in WORDS)) WORDS[id] = JSON.parse(document.getElementById(id)?.textContent || "{}");
  return WORDS[id];
}

export function say(name, values = {}) {
  const sentence = words("script-words")[name] || "";
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export function typing(target) {
  return Boolean(target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"));
}

// The cookie, which is new after signing in elsewhere; a page that stood open has an older one in its head.
export function token() {
  return cookie("qibu_csrf") || document.querySelector('meta[name="csrf-token"]')?.content || "";
}

// `https://host/customers/7/?a=1` → `/customers/7/?a=1`
export const path = (address) => address.replace(location.origin, "");
