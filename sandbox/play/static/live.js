/* To and from the server: acts, the stream of changes, and going to another room.

   Contract: `send` does one act and puts its answer in place; it never throws, what went wrong is said. What belongs to a
   form goes one after the other (`inTurn`). No rules are in here: what may be done, and what is shown, the server decides. */

import { app, base, onPhone, place } from "./dom.js";
import { leaveRoom, put, toEnd, visit } from "./parts.js";
import { toast } from "./windows.js";

const AGAIN = 2000; // milliseconds until a stream that was refused is asked for again
const WRONG = {
  400: "この操作は受け付けられませんでした。ページを読み込み直してください。",
  404: "このチャンネルは、いまのユーザーでは開けません。",
  413: "ファイルが大きすぎます。合計 60 MB まで送信できます。",
};
const offline = document.getElementById("offline");
let source = null;
let inFlight = 0;
let turns = 0;
let held = [];
let queue = Promise.resolve();
let wanted = 0;

export async function post(path, body) {
  const response = await fetch(base + path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  if (!response.ok) throw Object.assign(new Error(path), { status: response.status });
  return response.json();
}

/* What stands at the top when something did not reach the local Slack, or was refused there. */
export function complain(error) {
  if (!error.status) toast("ローカル Slack に接続できません。起動しているかお確かめください。");
  else toast(WRONG[error.status] || "ローカル Slack で問題が発生しました。もう一度お試しください。");
}

export async function send(act, more = {}) {
  const of = visit();
  inFlight += 1;
  let answer = { ok: false };
  try {
    answer = await post("/act", { act, place: place(), ...more });
    if (turns > 1) delete answer.parts.windows; // what is entered next is not in it yet
    put(answer, of);
    if (answer.notice) toast(answer.notice);
    if (answer.go && of === visit()) await go(answer.go);
  } catch (error) {
    complain(error);
  } finally {
    inFlight -= 1;
    release();
  }
  return answer;
}

/* What belongs to a form goes one after the other, so that a submission never overtakes what was entered. */
export function inTurn(doing) {
  turns += 1;
  const ended = () => { turns -= 1; release(); };
  const turn = queue.then(doing);
  queue = turn.then(ended, ended);
  return turn;
}

export const allEntered = () => queue;

/* What came while something was under way is older than its answer: it waits, and `put` takes what is newer. */
function release() {
  if (!inFlight && !turns) for (const [message, of] of held.splice(0)) put(message, of);
}

export function listen() {
  if (source) source.close();
  const of = visit();
  const mine = new EventSource(`${base}/live?${new URLSearchParams(place())}`);
  source = mine;
  mine.onopen = () => { offline.hidden = true; };
  mine.onerror = () => {
    if (source !== mine) return;
    offline.hidden = false;
    if (mine.readyState === EventSource.CLOSED) setTimeout(() => source === mine && comeBack(), AGAIN);
  };
  mine.addEventListener("gone", () => { mine.close(); location.assign(`${base}/`); });
  mine.onmessage = (event) => {
    held.push([JSON.parse(event.data), of]);
    release();
  };
}

/* The browser gives up a stream that was refused: the room is gone, or another local Slack answers now. */
async function comeBack() {
  const response = await fetch(`${base}/parts?${new URLSearchParams(place())}`).catch(() => null);
  if (response && response.status === 404) return location.assign(`${base}/`);
  return listen();
}

export const hangUp = () => source.close();

/* To another room without loading the page. Of several asked for at once, the last is gone to. */
export async function go(href, keep = false) {
  const mine = ++wanted;
  const url = new URL(href, location.href);
  const room = url.pathname.slice(base.length + 1);
  const thread = url.searchParams.get("thread") || "";
  let response;
  let message;
  try {
    response = await fetch(`${base}/parts?${new URLSearchParams({ room, thread })}`);
    message = response.ok && await response.json();
  } catch (error) {
    return complain(error);
  }
  if (mine !== wanted) return undefined;
  if (!response.ok) return location.assign(href);
  arrive(href, { room, thread }, message, keep);
}

function arrive(href, { room, thread }, message, keep) {
  const sameRoom = app.dataset.room === room && room !== "";
  Object.assign(app.dataset, { room, thread, since: sameRoom ? app.dataset.since : message.since });
  app.classList.toggle("list", !room);
  if (!keep && new URL(href, location.href).href !== location.href) history.pushState(null, "", href);
  leaveRoom(sameRoom);
  put(message);
  listen();
  if (!sameRoom) toEnd(document.getElementById("log"));
  if (room === "home" && !sameRoom) send("open_home");
  toEnd(document.getElementById("thread-log"));
  const field = document.querySelector(`${thread ? "#thread" : "#main"} .composer textarea`);
  if (field && !onPhone()) field.focus();
}

/* The window shows its room to somebody: what is in it has been read. */
export function seen() {
  const listOnly = app.classList.contains("list") && onPhone();
  if (document.visibilityState !== "visible" || listOnly) return;
  if (document.querySelector("#side a[aria-current] .count")) send("read");
}
