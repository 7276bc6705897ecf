/**
 * What a browser adds to the reference: search in the list, copying, and sending. The reader's token stays in the
 * tab's session storage and goes to this instance only.
 */
const TOKEN_KEY = "carillon.reference.token";

const byId = (id) => document.getElementById(id);

function startSearch(field) {
  const entries = [...document.querySelectorAll("[data-words]")];
  const groups = [...document.querySelectorAll(".group")];
  const search = () => {
    const words = field.value
      .toLowerCase()
      .split(/[\s/]+/)
      .filter(Boolean);
    const having = (name) =>
      entries.filter((entry) => words.every((word) => entry.dataset[name].includes(word)));
    // Names first: whoever types "execute" means the operation, not those whose text mentions it.
    const named = having("words");
    const found = new Set(named.length > 0 ? named : having("more"));
    for (const entry of entries) entry.hidden = !found.has(entry);
    for (const group of groups) group.hidden = group.querySelector("[data-words]:not([hidden])") === null;
    byId("found").textContent = found.size === 1 ? "1 operation" : `${found.size} operations`;
  };
  field.addEventListener("input", search);
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    document.querySelector("[data-words]:not([hidden]) a")?.click();
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]") !== null;
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  // A browser that goes back restores the text without telling.
  if (field.value !== "") search();
}

function startCopying() {
  if (navigator.clipboard === undefined) return;
  for (const button of document.querySelectorAll(".copy")) {
    const label = button.firstChild;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
      label.textContent = "Copied";
      setTimeout(() => {
        label.textContent = "Copy";
      }, 2_000);
    });
  }
}

/** The fault of a body in words, or null. */
function faultOf(text) {
  try {
    const value = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? null : "The body must be a JSON object.";
  } catch (error) {
    return `The body is not valid JSON: ${error.message}`;
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function tellFault(text) {
  const fault = byId("fault");
  fault.hidden = text === null;
  fault.textContent = text ?? "";
  byId("body").toggleAttribute("aria-invalid", text !== null);
}

async function send(path) {
  const token = byId("token").value.trim();
  const key = byId("key")?.value.trim() ?? "";
  const headers = { "content-type": "application/json" };
  if (token !== "") headers.authorization = `Bearer ${token}`;
  if (key !== "") headers["idempotency-key"] = key;
  const startMs = performance.now();
  const response = await fetch(path, {
    method: "POST",
    headers,
    body: byId("body").value,
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
  });
  const text = await response.text();
  return { response, text, tookMs: Math.round(performance.now() - startMs) };
}

function show({ response, text, tookMs }) {
  const line = `${response.status} ${response.ok ? "Done" : "Refused"} in ${tookMs} ms`;
  byId("said").textContent = line;
  byId("said").className = response.ok ? "good" : "fault";
  byId("answer").hidden = false;
  byId("said").scrollIntoView({ block: "nearest" });
  byId("answer-body").textContent = pretty(text);
  byId("answer-headers").textContent = [...response.headers]
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

function startSending(form) {
  const token = byId("token");
  const button = byId("send");
  token.value = sessionStorage.getItem(TOKEN_KEY) ?? "";
  token.addEventListener("input", () => sessionStorage.setItem(TOKEN_KEY, token.value.trim()));
  byId("forget").addEventListener("click", () => {
    sessionStorage.removeItem(TOKEN_KEY);
    token.value = "";
    token.focus();
  });
  byId("body").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    const fault = faultOf(byId("body").value);
    tellFault(fault);
    if (fault !== null) {
      byId("body").focus();
      return;
    }
    // Not `disabled`: a disabled button loses the focus of who pressed it by keyboard.
    button.setAttribute("aria-disabled", "true");
    byId("said").textContent = "Sending…";
    byId("said").className = "hint";
    try {
      show(await send(form.dataset.path));
    } catch (error) {
      byId("said").textContent = `No answer: ${error.message}`;
      byId("said").className = "fault";
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
}

function startFilling() {
  for (const button of document.querySelectorAll(".fill")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      byId("body").value = button.dataset.body;
      tellFault(null);
      byId("body").focus();
    });
  }
}

const field = byId("search");
if (field !== null) startSearch(field);
startCopying();
const form = byId("try");
if (form !== null) {
  startSending(form);
  startFilling();
}
