/* Brings the pages of the local Slack to life: sends what people do, puts changed parts in place, keeps focus and what is
   half typed. No rules are in here: what may be done, and what is shown, the server decides. To bring one more element to
   life: its data-type in `onChange`, or a role in ROLES. */
"use strict";

const app = document.getElementById("app");
const base = app.dataset.base;
const toasts = document.getElementById("toasts"); // inside the dialog on top, which covers everything else
const applied = {};
let source = null;
let inFlight = 0;
let turns = 0;
let held = [];
let queue = Promise.resolve();

const place = () => ({ room: app.dataset.room || "", thread: app.dataset.thread || "", since: app.dataset.since || "" });
const near = (element, selector) => element instanceof Element && element.closest(selector);

/* ---- parts ---------------------------------------------------------------------------------------------------- */

function put(message) {
  for (const [name, html] of Object.entries(message.parts || {})) {
    if (message.at < (applied[name] || 0)) continue;
    applied[name] = message.at;
    const old = document.getElementById(name);
    const modal = old.querySelector("dialog[open]");
    const logs = [...document.querySelectorAll(".log")].filter((log) => old.contains(log));
    const stuck = logs.filter((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 80).map((log) => log.id);
    Idiomorph.morph(old, html, { morphStyle: "outerHTML", ignoreActiveValue: typing(), callbacks: CALLBACKS });
    for (const id of stuck) toEnd(document.getElementById(id));
    if (modal && !modal.isConnected) refocus();
    if (name === "windows") showDialogs();
    if (name === "side") title();
    if (name === "clock") tick(true);
    if (name === "main") seen();
  }
}

/* Somebody is typing: the text is theirs. Anything else that has the focus is redrawn like the rest. */
const typing = () => Boolean(near(document.activeElement, "textarea, [contenteditable], input:not([type=radio], [type=checkbox], [type=file])"));

const CALLBACKS = {
  beforeNodeMorphed: (old, fresh) => !(old instanceof Element && old.dataset.keep !== undefined && old.id === fresh.id),
  beforeAttributeUpdated: (name, element, how) => !(name === "open" && how === "remove" && element.matches("dialog,details"))
    && !(name === "class" && element.classList.contains("waiting")),
  beforeNodeRemoved: (node) => {
    if (!(node instanceof Element)) return true;
    if (node.matches("#toasts, .offers")) return false;
    if (node.matches("dialog[open]")) {
      app.append(toasts);
      node.close(); // gives the focus back
    }
    return true;
  },
};

/* With a dialog the caret goes, though the focus is given back: without this, nothing can be typed (Chromium 156). */
function refocus() {
  const back = document.activeElement;
  if (!back || back === document.body) return;
  back.blur();
  back.focus();
}

const FIRST = ".modal-body .field:not(.combo), .modal-body input, .modal-body button, footer .primary, footer .btn";

function showDialogs() {
  const dialog = document.querySelector("#windows dialog");
  if (dialog && !dialog.open) {
    dialog.showModal();
    (dialog.querySelector(FIRST) || dialog).focus();
  } else if (dialog && dialog.dataset.seen !== dialog.dataset.hash && !near(document.activeElement, "#windows .modal-body")) {
    dialog.querySelector(".modal-body").scrollTop = 0;
    (dialog.querySelector("[aria-invalid]") || dialog.querySelector(FIRST) || dialog).focus();
  }
  if (dialog) dialog.dataset.seen = dialog.dataset.hash;
  (dialog || app).append(toasts);
}

function title() {
  const count = Number(document.getElementById("side").dataset.unread);
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (count) document.title = `(${count}) ${document.title}`;
}

/* The clock counts on from where it was set; each setting comes from the server. */
function tick(set) {
  const shown = document.querySelector("#clock summary time");
  const passed = shown.dataset.runs === undefined ? 0 : Date.now() - Number(shown.dataset.set) * 1000;
  const now = new Date(new Date(`${shown.dataset.base}Z`).getTime() + Math.max(0, passed));
  const time = now.toISOString().slice(0, 16);
  const text = `${now.getUTCFullYear()}年${now.getUTCMonth() + 1}月${now.getUTCDate()}日(${"日月火水木金土"[now.getUTCDay()]}) ${time.slice(11)}`;
  if (shown.textContent !== text) shown.textContent = text;
  const field = document.querySelector("#clock input");
  if ((set === true || !document.getElementById("clock").open) && field.value !== time) field.value = time;
}

function toEnd(log) {
  if (!log) return;
  const fresh = log.querySelector(".new");
  log.scrollTop = fresh && !log.dataset.placed ? fresh.offsetTop - 60 : log.scrollHeight;
  log.dataset.placed = "yes";
}

function seen() {
  const listOnly = app.classList.contains("list") && matchMedia("(max-width: 760px)").matches;
  if (document.visibilityState !== "visible" || listOnly) return;
  if (document.querySelector('#side a[aria-current] .count')) send("read");
}

/* ---- to and from the server ------------------------------------------------------------------------------------- */

async function post(path, body) {
  const response = await fetch(base + path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

async function send(act, more = {}) {
  inFlight += 1;
  let answer = { ok: false };
  try {
    answer = await post("/act", { act, place: place(), ...more });
    if (turns > 1) delete answer.parts.windows; // what is entered next is not in it yet
    put(answer);
    if (answer.notice) toast(answer.notice);
    if (answer.go) await go(answer.go);
  } catch {
    toast("ローカル Slack に接続できません。起動しているかお確かめください。");
  } finally {
    inFlight -= 1;
    release();
  }
  return answer;
}

/* What belongs to a form goes one after the other, so that a submission never overtakes what was entered. */
function inTurn(doing) {
  turns += 1;
  const ended = () => { turns -= 1; release(); };
  const turn = queue.then(doing);
  queue = turn.then(ended, ended);
  return turn;
}

/* What came while something was under way is older than its answer: it waits, and `put` takes what is newer. */
function release() {
  if (!inFlight && !turns) held.splice(0).forEach(put);
}

function listen() {
  if (source) source.close();
  source = new EventSource(`${base}/live?${new URLSearchParams(place())}`);
  source.onopen = () => { document.getElementById("offline").hidden = true; };
  source.onerror = () => { document.getElementById("offline").hidden = false; };
  source.addEventListener("gone", () => { source.close(); location.assign(`${base}/`); });
  source.onmessage = (event) => {
    const message = JSON.parse(event.data);
    held.push(message);
    release();
  };
}

async function go(href, keep = false) {
  const url = new URL(href, location.href);
  const room = url.pathname.slice(base.length + 1);
  const thread = url.searchParams.get("thread") || "";
  const response = await fetch(`${base}/parts?${new URLSearchParams({ room, thread })}`);
  if (!response.ok) return location.assign(href);
  const message = await response.json();
  const sameRoom = app.dataset.room === room && room !== "";
  Object.assign(app.dataset, { room, thread, since: sameRoom ? app.dataset.since : message.since });
  app.classList.toggle("list", !room);
  if (!keep) history.pushState(null, "", href);
  put(message);
  listen();
  if (!sameRoom) {
    const log = document.getElementById("log");
    if (log) delete log.dataset.placed;
    toEnd(log);
    if (room === "home") send("open_home");
  }
  toEnd(document.getElementById("thread-log"));
  const field = document.querySelector(`${thread ? "#thread" : "#main"} .composer textarea`);
  if (field && !matchMedia("(max-width: 760px)").matches) field.focus();
}

function toast(text) {
  const one = document.createElement("p");
  one.className = "toast";
  one.setAttribute("role", "alert");
  one.textContent = text;
  toasts.append(one);
  setTimeout(() => one.remove(), 8000);
}

/* ---- what an element belongs to ---------------------------------------------------------------------------------- */

function target(element) {
  const view = near(element, "form[data-view-id]");
  if (view) return { view_id: view.dataset.viewId };
  const post = near(element, "article[data-ts]");
  return { channel: post.dataset.channel, ts: post.dataset.ts };
}

const where = (element) => ({ target: target(element), block_id: element.dataset.blockId, action_id: element.dataset.actionId, type: element.dataset.type });

function enter(element, given, query) {
  const body = { ...where(element), given, query }; // now: it may be redrawn before its turn comes
  element.sentValue = element.value;
  return inTurn(async () => {
    if (!await confirmed(element)) return send("read");
    element.classList.add("waiting");
    const answer = await send("enter", body);
    element.classList.remove("waiting");
    return answer;
  });
}

async function press(element) {
  const body = where(element);
  const form = near(element, "form[data-view-id]");
  if (!await confirmed(element)) return;
  if (form) await flush(form);
  const doing = async () => {
    element.classList.add("waiting");
    element.setAttribute("aria-busy", "true");
    await send("press", body);
    element.classList.remove("waiting");
    element.removeAttribute("aria-busy");
  };
  return form ? inTurn(doing) : doing();
}

const TYPED = "textarea[data-action-id], input[data-action-id]:not([type=file])";

/* Text that has not been sent yet: what stands in the field is not what the server drew there. */
function flush(form) {
  for (const field of form.querySelectorAll(TYPED)) {
    if (field.value !== (field.sentValue ?? field.defaultValue)) enter(field, field.value || null);
  }
  for (const field of form.querySelectorAll(".rich[data-action-id]")) if (field.dataset.touched) typedRich(field);
  return queue;
}

function typedRich(field) {
  delete field.dataset.touched;
  return enter(field, field.innerText.trim());
}

async function base64(file) {
  const url = await new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = failed;
    reader.readAsDataURL(file);
  });
  return [file.name, url.slice(url.indexOf(",") + 1)];
}

function confirmed(element) {
  const { confirmTitle, confirmText, confirmConfirm, confirmDeny, confirmStyle } = element.dataset;
  if (!confirmTitle) return true;
  const dialog = document.createElement("dialog");
  dialog.className = "confirm";
  dialog.setAttribute("aria-label", confirmTitle);
  const part = (name, text, cls) => Object.assign(document.createElement(name), { textContent: text, className: cls || "" });
  const no = part("button", confirmDeny || "キャンセル", "btn");
  const yes = part("button", confirmConfirm || "はい", `btn ${confirmStyle === "danger" ? "danger" : "primary"}`);
  const foot = part("footer", "");
  foot.append(no, yes);
  dialog.append(part("h2", confirmTitle), part("p", confirmText || ""), foot);
  document.body.append(dialog);
  dialog.showModal();
  yes.focus();
  return new Promise((done) => {
    const end = (answer) => { dialog.close(); dialog.remove(); done(answer); };
    yes.onclick = () => end(true);
    no.onclick = () => end(false);
    dialog.oncancel = (event) => { event.preventDefault(); end(false); };
  });
}

/* ---- lists to search in ------------------------------------------------------------------------------------------- */

let asked = 0;

/* Shows offers below `field`; `chosen` is called with the one that is taken. */
function offer(field, offers, chosen, empty) {
  closeOffers(field);
  const list = document.createElement("ul");
  list.className = "offers";
  list.setAttribute("role", "listbox");
  list.id = "offers";
  offers.forEach((one, number) => {
    const line = document.createElement("li");
    line.setAttribute("role", "option");
    line.id = `offer-${number}`;
    line.append(Object.assign(document.createElement("span"), { textContent: one.label }));
    if (one.more) line.append(Object.assign(document.createElement("small"), { textContent: one.more }));
    line.onmousedown = (event) => { event.preventDefault(); take(field, number); };
    list.append(line);
  });
  if (!offers.length) list.append(Object.assign(document.createElement("li"), { textContent: empty, className: "none" }));
  list.take = (number) => chosen(offers[number]);
  list.count = offers.length;
  field.after(list);
  field.setAttribute("aria-expanded", "true");
  field.setAttribute("aria-controls", "offers");
  mark(field, offers.length ? 0 : -1);
  list.scrollIntoView({ block: "nearest" });
}

const offersOf = (field) => (field.nextElementSibling && field.nextElementSibling.matches(".offers") ? field.nextElementSibling : null);

function mark(field, number) {
  const list = offersOf(field);
  [...list.children].forEach((line, at) => line.setAttribute("aria-selected", String(at === number)));
  list.at = number;
  if (number >= 0) {
    field.setAttribute("aria-activedescendant", `offer-${number}`);
    list.children[number].scrollIntoView({ block: "nearest" });
  }
}

function take(field, number) {
  const list = offersOf(field);
  closeOffers(field);
  if (list && number >= 0 && number < list.count) list.take(number);
}

function closeOffers(field) {
  asked += 1;
  const list = offersOf(field);
  if (list) list.remove();
  if (field.getAttribute("role") === "combobox") field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

/* Arrow keys, Enter and Escape while a list is open; true where the key was for the list. */
function listKey(event) {
  const list = offersOf(event.target);
  if (!list) return false;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && list.count) mark(event.target, (list.at + step + list.count) % list.count);
  else if ((event.key === "Enter" || event.key === "Tab") && list.at >= 0 && list.count) take(event.target, list.at);
  else if (event.key === "Escape") closeOffers(event.target);
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

async function search(field) {
  const combo = near(field, ".combo");
  const typed = field.value.trim();
  const mine = ++asked;
  await new Promise((done) => setTimeout(done, 150));
  if (mine !== asked) return;
  const answer = await post("/options", { ...where(combo), typed });
  if (mine !== asked || document.activeElement !== field) return;
  const there = chips(combo);
  const fresh = answer.options.filter((one) => !there.includes(one.value));
  offer(field, fresh, (one) => choose(combo, one, typed), answer.cannot || "一致する候補がありません");
}

const chips = (combo) => [...combo.querySelectorAll(".chip")].map((chip) => chip.dataset.value);

async function choose(combo, one, typed) {
  combo.querySelector("input").value = "";
  await enter(combo, combo.dataset.many !== undefined ? [...chips(combo), one.value] : one.value, typed);
}

/* ---- writing -------------------------------------------------------------------------------------------------------- */

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
}

async function say(form) {
  const field = form.querySelector("textarea");
  const picked = form.querySelector("input[type=file]");
  const text = field.value;
  if (!text.trim() && !picked.files.length) return;
  closeOffers(field);
  const files = await Promise.all([...picked.files].map(base64));
  const kept = field.value;
  field.value = "";
  grow(field);
  const answer = await send("say", { room: form.dataset.room, thread: form.dataset.thread, text, files });
  if (answer.ok) {
    picked.value = "";
    attached(form);
  } else if (!field.value) field.value = kept;
  toEnd(document.getElementById(form.dataset.thread ? "thread-log" : "log"));
}

function attached(form) {
  const chosen = [...form.querySelector("input[type=file]").files];
  const drawn = chosen.map((file) => Object.assign(document.createElement("span"), { className: "chip", textContent: `📎 ${file.name}` }));
  form.querySelector(".attached").replaceChildren(...drawn);
}

/* Suggestions while writing: commands after a slash at the start, people after @, channels after #. */
async function suggest(field) {
  const form = near(field, ".composer");
  const text = field.value.slice(0, field.selectionStart);
  if (/^\/\S*$/.test(text) && form.dataset.commands) {
    const fits = JSON.parse(form.dataset.commands).filter(([command]) => command.startsWith(text));
    const offers = fits.map(([command, said, usage]) => ({ label: `${command} ${usage}`, more: said, value: command }));
    if (!offers.length || text === offers[0].value) return closeOffers(field);
    return offer(field, offers, (one) => { field.value = `${one.value} `; }, "");
  }
  const mention = text.match(/(?<![A-Za-z0-9])([@#])([^\s@#]*)$/);
  if (!mention) return closeOffers(field);
  const mine = ++asked;
  const answer = await post("/options", { sign: mention[1], typed: mention[2] });
  if (mine !== asked || !answer.options.length) return mine === asked && closeOffers(field);
  offer(field, answer.options.slice(0, 8), (one) => {
    const start = text.length - mention[2].length - 1;
    const gap = /[\p{L}\p{N}]$/u.test(text.slice(0, start)) ? " " : ""; // else it would be part of the word before
    field.setRangeText(`${gap}${one.value} `, start, text.length, "end");
  }, "");
}

/* ---- what people do --------------------------------------------------------------------------------------------------- */

const ROLES = {
  send: (button) => say(near(button, ".composer")),
  dismiss: (button) => send("dismiss", { target: target(button) }),
  close: () => inTurn(() => send("close")),
  clear: () => inTurn(() => send("close", { everything: true })),
  submit: async (button) => {
    const form = near(button, "form[data-view-id]");
    const view_id = form.dataset.viewId;
    await flush(form);
    await inTurn(async () => {
      button.classList.add("waiting");
      await send("submit", { view_id });
      button.classList.remove("waiting");
      const wrong = document.querySelector("#windows [aria-invalid]");
      if (wrong) wrong.focus();
      else if (document.querySelector("#windows dialog")) document.querySelector("#windows .modal-body").scrollTop = 0;
    });
  },
};

document.addEventListener("click", (event) => {
  const element = event.target;
  const link = near(element, "a[data-go]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    return go(link.getAttribute("href"));
  }
  const role = near(element, "[data-role]");
  if (role) return ROLES[role.dataset.role](role);
  const move = near(element, "[data-move]");
  if (move) return send("clock", { how: move.dataset.move, to: document.querySelector("#clock input").value });
  const gone = near(element, ".combo .gone");
  if (gone) {
    const combo = near(gone, ".combo");
    const rest = chips(combo).filter((value) => value !== near(gone, ".chip").dataset.value);
    return enter(combo, combo.dataset.many !== undefined ? rest : null);
  }
  const item = near(element, ".overflow button[data-action-id]");
  if (item) {
    near(item, "details").open = false;
    return enter(item, item.value);
  }
  const button = near(element, "button[data-action-id], a[data-action-id]");
  if (button) return press(button);
  const search_ = near(element, ".combo");
  if (search_) search_.querySelector("input").focus();
  for (const open of document.querySelectorAll("details.overflow[open], #clock[open], .people-of[open]")) {
    if (!open.contains(element)) open.open = false;
  }
});

document.addEventListener("change", async (event) => {
  const element = event.target;
  if (near(element, ".composer .pick")) return attached(near(element, ".composer"));
  const ticks = near(element, ".ticks[data-action-id]");
  if (ticks) {
    const ticked = [...ticks.querySelectorAll("input:checked")].map((box) => box.value);
    return enter(ticks, ticks.dataset.type === "checkboxes" ? ticked : ticked[0]);
  }
  if (!element.dataset.actionId) return;
  if (element.type === "file") return enter(element, await Promise.all([...element.files].map(base64)));
  if (element.dataset.dispatch !== undefined && element.matches("textarea, input[type=text]")) return;
  return enter(element, element.value || null);
});

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches(".composer textarea")) { grow(field); suggest(field); }
  if (field.matches(".combo input")) search(field);
  if (field.matches(".rich[data-action-id]")) field.dataset.touched = "yes";
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches(".combo input, .composer textarea")) closeOffers(event.target);
  if (event.target.matches(".combo input")) event.target.value = "";
  if (event.target.matches(".rich[data-action-id]") && event.target.dataset.touched) typedRich(event.target);
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches(".combo input")) search(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return; // Enter that ends a conversion from kana sends nothing
  const field = event.target;
  if (listKey(event)) return;
  if (field.matches(".combo input") && event.key === "ArrowDown") return search(field);
  if (field.matches(".composer textarea") && event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    say(near(field, ".composer"));
  } else if (field.matches("[data-dispatch]") && event.key === "Enter" && !field.matches("textarea")) {
    event.preventDefault();
    enter(field, field.value);
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && near(field, "#windows form")) {
    const button = document.querySelector("#windows [data-role=submit]");
    if (button) ROLES.submit(button);
  } else if (event.key === "Escape") {
    escaped(event);
  }
});

function escaped(event) {
  if (document.querySelector("dialog[open]")) return; // the dialog's own `cancel` follows
  const open = document.querySelector("details.overflow[open], #clock[open], .people-of[open]");
  const close = document.querySelector("#thread:not([hidden]) header .x");
  if (open) open.open = false;
  else if (close) close.click();
  else return;
  event.preventDefault();
}

document.addEventListener("cancel", (event) => {
  if (!near(event.target, "#windows")) return;
  event.preventDefault();
  ROLES.close();
}, true);

document.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("visibilitychange", seen);
addEventListener("pagehide", () => source.close());
addEventListener("popstate", () => go(location.href, true));

/* ---- beginning ------------------------------------------------------------------------------------------------------- */

for (const name of ["side", "main", "thread", "windows", "clock"]) applied[name] = Number(app.dataset.at);
showDialogs();
title();
tick();
toEnd(document.getElementById("log"));
toEnd(document.getElementById("thread-log"));
seen();
if (app.dataset.room === "home") send("open_home");
listen();
setInterval(tick, 1000);
