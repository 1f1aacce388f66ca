/* Dialogs, the focus in them, and sentences at the top.

   Contract: a modal is on the page when the server drew it; here it is opened, given the focus, and cleared away. `confirmed`
   asks before an element that wants it; `toast` says something for some seconds, above whatever is open. */

import { app, make } from "./dom.js";

const FIRST = ".modal-body .field:not(.combo), .modal-body input, .modal-body button, footer .primary, footer .btn";
const SHOWN_FOR = 8000; // milliseconds
const AT_MOST = 3;
const toasts = document.getElementById("toasts"); // inside the dialog on top, which covers everything else

export const theDialog = () => document.querySelector("#windows dialog");

export function showDialogs() {
  const dialog = theDialog();
  if (dialog && !dialog.open) {
    dialog.showModal();
    (dialog.querySelector(FIRST) || dialog).focus();
  } else if (dialog && dialog.dataset.seen !== dialog.dataset.hash && !dialog.querySelector(".modal-body").contains(document.activeElement)) {
    toTheTop(dialog);
    (dialog.querySelector("[aria-invalid]") || dialog.querySelector(FIRST) || dialog).focus();
  }
  if (dialog) dialog.dataset.seen = dialog.dataset.hash;
  (dialog || app).append(toasts);
}

/* Before the server's next drawing takes a modal away. */
export function leaveDialog(dialog) {
  app.append(toasts);
  dialog.close(); // gives the focus back
}

/* With a dialog the caret goes, though the focus is given back: without this, nothing can be typed (Chromium 156). */
export function refocus() {
  const back = document.activeElement;
  if (!back || back === document.body) return;
  back.blur();
  back.focus();
}

/* After an answer to a submission: to what is wrong, or to the top of the next page. */
export function lookAtAnswer() {
  const dialog = theDialog();
  const wrong = dialog && dialog.querySelector("[aria-invalid]");
  if (wrong) wrong.focus();
  else if (dialog) toTheTop(dialog);
}

function toTheTop(dialog) {
  dialog.querySelector(".modal-body").scrollTop = 0;
}

export function toast(text) {
  const one = make("p", text, "toast");
  one.setAttribute("role", "alert");
  for (const older of [...toasts.children]) if (older.textContent === text) older.remove();
  toasts.append(one);
  while (toasts.children.length > AT_MOST) toasts.firstElementChild.remove();
  setTimeout(() => one.remove(), SHOWN_FOR);
}

/* The confirmation that a developer gave an element; true where there is none. */
export function confirmed(element) {
  const { confirmTitle, confirmText, confirmConfirm, confirmDeny, confirmStyle } = element.dataset;
  if (!confirmTitle) return true;
  const dialog = make("dialog", "", "confirm");
  dialog.setAttribute("aria-label", confirmTitle);
  const no = make("button", confirmDeny || "キャンセル", "btn");
  const yes = make("button", confirmConfirm || "はい", `btn ${confirmStyle === "danger" ? "danger" : "primary"}`);
  const foot = make("footer", "");
  foot.append(no, yes);
  dialog.append(make("h2", confirmTitle), make("p", confirmText || ""), foot);
  document.body.append(dialog);
  dialog.showModal();
  yes.focus();
  return new Promise((done) => {
    const end = (answer) => { dialog.remove(); done(answer); };
    yes.onclick = () => end(true);
    no.onclick = () => end(false);
    dialog.oncancel = (event) => { event.preventDefault(); end(false); };
  });
}
