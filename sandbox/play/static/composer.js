/* Where one writes: text that grows, files, suggestions, and what was not sent yet, which stays with its room.

   Contract: `say` sends once and in order; what was refused stands in the field again. A draft lives as long as the browser's
   tab (sessionStorage), by room and thread. */

import { base, make, near } from "./dom.js";
import { readFiles } from "./entering.js";
import { post, send } from "./live.js";
import { closeOffers, newQuestion, offer, stillWanted } from "./offers.js";
import { toEnd } from "./parts.js";

const MOST_OFFERS = 8;
const key = (form) => `${base}/${form.id}`;

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
}

export function typed(field) {
  keep(field);
  suggest(field);
}

export function keep(field) {
  grow(field);
  const form = near(field, ".composer");
  if (field.value) sessionStorage.setItem(key(form), field.value);
  else sessionStorage.removeItem(key(form));
}

/* After a drawing: what one had begun to write there. */
export function bringDrafts() {
  for (const form of document.querySelectorAll(".composer")) {
    const field = form.querySelector("textarea");
    const draft = sessionStorage.getItem(key(form));
    if (!draft || field.value) continue;
    field.value = draft;
    grow(field);
  }
}

let turn = Promise.resolve();

export function say(form) {
  const text = form.querySelector("textarea").value;
  const files = new DataTransfer();
  for (const file of form.querySelector("input[type=file]").files) files.items.add(file);
  if (!text.trim() && !files.files.length) return;
  closeOffers(form.querySelector("textarea"));
  fill(form, "", new DataTransfer().files);
  turn = turn.then(() => sendOff(form, text, files.files));
}

async function sendOff(form, text, files) {
  const { room, thread } = form.dataset;
  const read = await readFiles(files);
  const answer = read && await send("say", { room, thread, text, files: read });
  if (!answer || !answer.ok) giveBack(form, text, files);
  toEnd(document.getElementById(thread ? "thread-log" : "log"));
}

/* It was not sent: it stands there again, before what was written since; when the room comes back, if it was left. */
function giveBack(form, text, files) {
  const there = document.getElementById(form.id);
  const since = there ? there.querySelector("textarea").value : sessionStorage.getItem(key(form));
  const both = [text, since].filter(Boolean).join("\n");
  if (there) fill(there, both, files);
  else sessionStorage.setItem(key(form), both);
}

function fill(form, text, files) {
  const field = form.querySelector("textarea");
  field.value = text;
  keep(field);
  form.querySelector("input[type=file]").files = files;
  attached(form);
}

export function attached(form) {
  const chosen = [...form.querySelector("input[type=file]").files];
  form.querySelector(".attached").replaceChildren(...chosen.map((file) => make("span", `📎 ${file.name}`, "chip")));
}

/* Files that are dropped on a room, or pasted into it. */
export function takeFiles(form, files) {
  form.querySelector("input[type=file]").files = files;
  attached(form);
  form.querySelector("textarea").focus();
}

/* Suggestions while writing: commands after a slash at the start, people after @, channels after #. */
function suggest(field) {
  const text = field.value.slice(0, field.selectionStart);
  const commands = near(field, ".composer").dataset.commands;
  const mention = text.match(/(?<![A-Za-z0-9])([@#])([^\s@#]*)$/);
  if (/^\/\S*$/.test(text) && commands) return suggestCommands(field, text, JSON.parse(commands));
  return mention ? suggestNames(field, text, mention) : closeOffers(field);
}

function suggestCommands(field, text, commands) {
  const fits = commands.filter(([command]) => command.startsWith(text));
  if (!fits.length || text === fits[0][0]) return closeOffers(field);
  const offers = fits.map(([command, said, usage]) => ({ label: `${command} ${usage}`, more: said, value: command }));
  return offer(field, offers, (one) => { field.value = `${one.value} `; keep(field); }, "");
}

async function suggestNames(field, text, [, sign, name]) {
  const mine = newQuestion();
  const answer = await post("/options", { sign, typed: name }).catch(() => ({ options: [] }));
  if (!stillWanted(mine)) return;
  if (!answer.options.length) return closeOffers(field);
  offer(field, answer.options.slice(0, MOST_OFFERS), (one) => {
    const start = text.length - name.length - 1;
    const gap = /[\p{L}\p{N}]$/u.test(text.slice(0, start)) ? " " : ""; // else it would be part of the word before
    field.setRangeText(`${gap}${one.value} `, start, text.length, "end");
    keep(field);
  }, "");
}
