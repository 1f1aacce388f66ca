/* Lists to search in: below a field of the app, or above the composer, with mouse and keys.

   Contract: `offer(field, offers, chosen, empty)` shows them; an offer is {label, more, value}. One list at a time. `listKey`
   is asked first what a key is for. */

import { make, near, where } from "./dom.js";
import { enter } from "./entering.js";
import { complain, post } from "./live.js";

const PAUSE = 150; // milliseconds without a key before the server is asked
let asked = 0;

const offersOf = (field) => (field.nextElementSibling && field.nextElementSibling.matches(".offers") ? field.nextElementSibling : null);

/* For answers that may come too late: `stillWanted(newQuestion())`. */
export const newQuestion = () => ++asked;
export const stillWanted = (question) => question === asked;

export function offer(field, offers, chosen, empty) {
  closeOffers(field);
  const list = make("ul", "", "offers");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "候補");
  list.id = "offers";
  list.append(...offers.map((one, number) => line(field, one, number)));
  if (!offers.length) list.append(make("li", empty, "none"));
  list.take = (number) => chosen(offers[number]);
  list.count = offers.length;
  field.after(list);
  field.setAttribute("aria-expanded", "true");
  field.setAttribute("aria-controls", "offers");
  mark(field, offers.length ? 0 : -1);
  list.scrollIntoView({ block: "nearest" });
}

function line(field, one, number) {
  const drawn = make("li", "");
  drawn.setAttribute("role", "option");
  drawn.id = `offer-${number}`;
  drawn.append(make("span", one.label));
  if (one.more) drawn.append(make("small", one.more));
  drawn.onmousedown = (event) => { event.preventDefault(); take(field, number); };
  return drawn;
}

function mark(field, number) {
  const list = offersOf(field);
  [...list.children].forEach((one, at) => one.setAttribute("aria-selected", String(at === number)));
  list.at = number;
  if (number < 0) return;
  field.setAttribute("aria-activedescendant", `offer-${number}`);
  list.children[number].scrollIntoView({ block: "nearest" });
}

function take(field, number) {
  const list = offersOf(field);
  closeOffers(field);
  if (list && number >= 0 && number < list.count) list.take(number);
}

export function closeOffers(field) {
  newQuestion();
  const list = offersOf(field);
  if (list) list.remove();
  if (field.getAttribute("role") === "combobox") field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
  field.removeAttribute("aria-controls");
}

/* Arrow keys, Enter and Escape while a list is open; true where the key was for the list. */
export function listKey(event) {
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

/* ---- menus of the app ------------------------------------------------------------------------------------------------- */

export async function search(field) {
  const combo = near(field, ".combo");
  const typed = field.value.trim();
  const mine = newQuestion();
  await new Promise((done) => setTimeout(done, PAUSE));
  if (!stillWanted(mine)) return;
  let answer;
  try {
    answer = await post("/options", { ...where(combo), typed });
  } catch (error) {
    return complain(error);
  }
  if (!stillWanted(mine) || document.activeElement !== field) return;
  const there = chips(combo);
  const fresh = answer.options.filter((one) => !there.includes(one.value));
  offer(field, fresh, (one) => choose(combo, one, typed), answer.cannot || "一致する候補がありません");
}

const chips = (combo) => [...combo.querySelectorAll(".chip")].map((chip) => chip.dataset.value);
const many = (combo) => combo.dataset.many !== undefined;

function choose(combo, one, typed) {
  combo.querySelector("input").value = "";
  return enter(combo, many(combo) ? [...chips(combo), one.value] : one.value, typed);
}

export function takeOut(chip) {
  const combo = near(chip, ".combo");
  return enter(combo, many(combo) ? chips(combo).filter((value) => value !== chip.dataset.value) : null);
}
