/* Brings the pages of the local Slack to life: what people do with mouse and keys -> the module that does it.

   Rooms: `dom.js` what an element belongs to · `parts.js` drawings put in place · `live.js` to and from the server · `windows.js`
   dialogs, focus, sentences · `entering.js` values and presses · `offers.js` lists to search in · `composer.js` writing ·
   `clock.js`. To add something that people can do: a role in ROLES for a button of ours, a line in a listener for the rest. */

import { tick } from "./clock.js";
import { attached, bringDrafts, keep, say, takeFiles, typed } from "./composer.js";
import { app, near, target } from "./dom.js";
import { changed, closeWindow, enter, press, submit, typedRich } from "./entering.js";
import { go, hangUp, listen, seen, send } from "./live.js";
import { closeOffers, listKey, search, takeOut } from "./offers.js";
import { begin, toEnd, whenDrawn } from "./parts.js";
import { showDialogs } from "./windows.js";

const ROLES = {
  send: (button) => say(near(button, ".composer")),
  dismiss: (button) => send("dismiss", { target: target(button) }),
  close: () => closeWindow(),
  clear: () => closeWindow(true),
  submit,
};
const FOLDED_OUT = "details.overflow[open], #clock[open], .people-of[open]";

/* ---- mouse ---------------------------------------------------------------------------------------------------------- */

document.addEventListener("click", (event) => {
  const element = event.target;
  for (const open of document.querySelectorAll(FOLDED_OUT)) if (!open.contains(element)) open.open = false;
  const link = near(element, "a[data-go]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    go(link.getAttribute("href"));
    return;
  }
  const move = near(element, "[data-move]");
  if (move) send("clock", { how: move.dataset.move, to: document.querySelector("#clock input").value });
  else if (event.detail < 2) once(element); // the second half of a double click is not meant for what came up in between
});

function once(element) {
  const role = near(element, "[data-role]");
  if (role) return ROLES[role.dataset.role](role);
  const gone = near(element, ".combo .gone");
  if (gone) return takeOut(near(gone, ".chip"));
  const item = near(element, ".overflow button[data-action-id]");
  if (item) {
    near(item, "details").open = false;
    return enter(item, item.value);
  }
  const button = near(element, "button[data-action-id], a[data-action-id]");
  if (button) return press(button);
  const combo = near(element, ".combo");
  return combo && combo.querySelector("input").focus();
}

for (const kind of ["dragover", "drop", "paste"]) {
  document.addEventListener(kind, (event) => {
    const files = (event.dataTransfer || event.clipboardData || {}).files;
    if (kind === "paste" ? !files || !files.length : !event.dataTransfer.types.includes("Files")) return;
    if (near(event.target, "input[type=file]")) return;
    event.preventDefault(); // a dropped file must not take the page's place
    const form = near(event.target, ".composer") || document.querySelector(near(event.target, "#thread") ? "#thread .composer" : "#main .composer");
    if (kind !== "dragover" && form && !document.querySelector("dialog[open]")) takeFiles(form, files);
  });
}

/* ---- entries -------------------------------------------------------------------------------------------------------- */

document.addEventListener("change", (event) => {
  const composer = near(event.target, ".composer");
  if (composer && event.target.type === "file") attached(composer);
  else if (composer) keep(event.target);
  else changed(event.target);
});

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches(".composer textarea")) typed(field);
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

/* ---- keys ----------------------------------------------------------------------------------------------------------- */

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return; // Enter that ends a conversion from kana sends nothing
  if (listKey(event)) return;
  const field = event.target;
  if (event.key === "ArrowDown" && field.matches(".combo input")) search(field);
  if (event.key === "Enter") entered(event, field);
  if (event.key === "Escape") escaped(event);
});

function entered(event, field) {
  if (field.matches(".composer textarea") && !event.shiftKey) {
    event.preventDefault();
    say(near(field, ".composer"));
  } else if (field.matches("[data-dispatch]") && !field.matches("textarea")) {
    event.preventDefault();
    enter(field, field.value);
  } else if ((event.ctrlKey || event.metaKey) && near(field, "#windows form")) {
    const button = document.querySelector("#windows [data-role=submit]");
    if (button) submit(button);
  }
}

function escaped(event) {
  if (document.querySelector("dialog[open]")) return; // the dialog's own `cancel` follows
  const open = document.querySelector(FOLDED_OUT);
  const close = document.querySelector("#thread:not([hidden]) header .x");
  if (open) open.open = false;
  else if (close) close.click();
  else return;
  event.preventDefault();
}

/* Escape on a modal. Chromium lets a page hold it open only once in a row: then it is shut, and `close` follows alone. */
for (const kind of ["cancel", "close"]) {
  document.addEventListener(kind, (event) => {
    if (!near(event.target, "#windows")) return;
    event.preventDefault();
    closeWindow();
  }, true);
}

document.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("visibilitychange", seen);
addEventListener("pagehide", hangUp);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // the stream of a page kept is ended
addEventListener("popstate", () => go(location.href, true));

/* ---- beginning ------------------------------------------------------------------------------------------------------- */

function title() {
  const count = Number(document.getElementById("side").dataset.unread);
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (count) document.title = `(${count}) ${document.title}`;
}

whenDrawn("windows", showDialogs);
whenDrawn("side", title);
whenDrawn("clock", () => tick(true));
whenDrawn("main", () => { bringDrafts(); seen(); });
whenDrawn("thread", bringDrafts);
begin();
bringDrafts();
showDialogs();
title();
tick();
document.querySelector("#side [aria-current]")?.scrollIntoView({ block: "nearest" });
toEnd(document.getElementById("log"));
toEnd(document.getElementById("thread-log"));
seen();
if (app.dataset.room === "home") send("open_home");
listen();
setInterval(tick, 1000);
