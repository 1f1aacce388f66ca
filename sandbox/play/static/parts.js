/* Puts what the server drew in place of what is there, and keeps the focus, what is half typed, and where one has scrolled to.

   Contract: a message is {at, parts: id -> HTML}; the newest drawing of each part wins. What was drawn for a room that the
   window has left since (`visit`) is not put there. To do something after a part was drawn: `whenDrawn`. */

import { leaveDialog, refocus } from "./windows.js";
import { app, near } from "./dom.js";

const OF_THE_ROOM = new Set(["side", "main", "thread"]);
const applied = {};
const after = {};
let rooms = 0;

export const visit = () => rooms;
export const whenDrawn = (name, doing) => { after[name] = doing; };

export function begin() {
  for (const name of ["side", "main", "thread", "windows", "clock"]) applied[name] = Number(app.dataset.at);
}

/* Another room: what comes for the one before is too late. Its log goes as a whole: a live region that is new is not read out. */
export function leaveRoom(sameRoom) {
  rooms += 1;
  const log = document.getElementById("log");
  if (log && !sameRoom) log.remove();
}

export function put(message, of = rooms) {
  for (const [name, html] of Object.entries(message.parts || {})) {
    if (message.at < (applied[name] || 0) || (of !== rooms && OF_THE_ROOM.has(name))) continue;
    applied[name] = message.at;
    draw(name, html);
    if (after[name]) after[name]();
  }
}

function draw(name, html) {
  const old = document.getElementById(name);
  const modal = old.querySelector("dialog[open]");
  const logs = [...document.querySelectorAll(".log:not(.home-tab)")].filter((log) => old.contains(log));
  const stuck = logs.filter(nearEnd).map((log) => log.id);
  Idiomorph.morph(old, html, { morphStyle: "outerHTML", ignoreActiveValue: typing(), callbacks: CALLBACKS });
  for (const id of stuck) toEnd(document.getElementById(id));
  if (modal && !modal.isConnected) refocus();
}

/* Somebody is typing: the text is theirs. Anything else that has the focus is redrawn like the rest. */
const TEXT = "textarea, [contenteditable], input:not([type=radio], [type=checkbox], [type=file])";
const typing = () => Boolean(near(document.activeElement, TEXT));

const CALLBACKS = {
  beforeNodeMorphed: (old, fresh) => !(old instanceof Element && old.dataset.keep !== undefined && old.id === fresh.id),
  beforeAttributeUpdated: (name, element, how) => !(name === "open" && how === "remove" && element.matches("dialog,details"))
    && !(name === "class" && element.classList.contains("waiting")),
  beforeNodeRemoved: (node) => {
    if (!(node instanceof Element)) return true;
    if (node.matches("#toasts, .offers")) return false;
    if (node.matches("dialog[open]")) leaveDialog(node);
    return true;
  },
};

/* Whoever reads the end of a log goes on reading it when it gets narrower or lower: a thread opens, one writes more lines. */
const sizes = new ResizeObserver((changed) => {
  for (const { target } of changed) if (target.atEnd) target.scrollTop = target.scrollHeight;
});

document.addEventListener("scroll", ({ target }) => {
  if (target instanceof Element && target.matches(".log:not(.home-tab)")) target.atEnd = nearEnd(target);
}, true);

const nearEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 80;

/* To what is new when a room is opened, then to the end. A Home tab begins at its top. */
export function toEnd(log) {
  if (!log || log.matches(".home-tab")) return;
  const fresh = log.querySelector(".new");
  const above = fresh ? fresh.getBoundingClientRect().top - log.getBoundingClientRect().top + log.scrollTop : 0;
  log.scrollTop = fresh && !log.dataset.placed ? above - 20 : log.scrollHeight;
  log.dataset.placed = "yes";
  log.atEnd = nearEnd(log);
  sizes.observe(log);
}
