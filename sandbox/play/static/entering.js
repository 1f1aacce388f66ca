/* Values and presses: what a control holds goes to the server, in order, and once.

   Contract: `enter` and `press` are for elements with data-action-id; `submit` and `closeWindow` for the modal on top. A
   control at work has the class `waiting` and takes no second press. To bring one more element to life: its data-type in
   `changed`, or a way to get its value in `play.js`. */

import { near, target, where } from "./dom.js";
import { allEntered, complain, inTurn, send } from "./live.js";
import { confirmed, lookAtAnswer, showDialogs, toast } from "./windows.js";

const TYPED = "textarea[data-action-id], input[data-action-id]:not([type=file])";

export function enter(element, given, query) {
  const body = { ...where(element), given, query }; // now: it may be redrawn before its turn comes
  element.sentValue = element.value;
  return inTurn(async () => {
    if (!await confirmed(element)) return send("read");
    return working(element, () => send("enter", body));
  });
}

async function working(element, doing) {
  element.classList.add("waiting");
  element.setAttribute("aria-busy", "true");
  try {
    return await doing();
  } finally {
    element.classList.remove("waiting");
    element.removeAttribute("aria-busy");
  }
}

const atWork = (element) => element.classList.contains("waiting");

export async function press(element) {
  if (atWork(element)) return;
  const body = where(element);
  const form = near(element, "form[data-view-id]");
  if (!await confirmed(element)) return;
  await working(element, async () => {
    if (!form) return send("press", body);
    await flush(form);
    return inTurn(() => send("press", body));
  });
}

export async function submit(button) {
  if (atWork(button)) return;
  const form = near(button, "form[data-view-id]");
  const { view_id } = target(button);
  await working(button, async () => {
    await flush(form);
    await inTurn(() => send("submit", { view_id }));
  });
  lookAtAnswer();
}

let closing = false;

/* One at a time: a key that is held down does not close what lies below. What stays open is shown again: Chromium may have
   shut it on the screen already. */
export async function closeWindow(everything = false) {
  if (closing) return;
  closing = true;
  const { ok } = await inTurn(() => send("close", { everything }));
  closing = false;
  if (!ok) showDialogs();
}

/* Text that has not been sent yet: what stands in the field is not what the server drew there. */
function flush(form) {
  for (const field of form.querySelectorAll(TYPED)) {
    if (field.value !== (field.sentValue ?? field.defaultValue)) enter(field, field.value || null);
  }
  for (const field of form.querySelectorAll(".rich[data-action-id]")) if (field.dataset.touched) typedRich(field);
  return allEntered();
}

export function typedRich(field) {
  delete field.dataset.touched;
  return enter(field, field.innerText.trim());
}

/* A control says that its value has changed. */
export async function changed(element) {
  const ticks = near(element, ".ticks[data-action-id]");
  if (ticks) {
    const ticked = [...ticks.querySelectorAll("input:checked")].map((box) => box.value);
    return enter(ticks, ticks.dataset.type === "checkboxes" ? ticked : ticked[0]);
  }
  if (!element.dataset.actionId) return undefined;
  if (element.type === "file") {
    const files = await readFiles(element.files);
    return files && enter(element, files);
  }
  if (element.dataset.dispatch !== undefined && element.matches("textarea, input[type=text]")) return undefined;
  return enter(element, element.value || null);
}

const MOST = 60 * 1024 * 1024; // bytes; what the local Slack takes at once

/* Files as [name, base64]; undefined, and said, where they cannot be read or are too large. */
export async function readFiles(files) {
  if ([...files].reduce((sum, file) => sum + file.size, 0) > MOST) return complain({ status: 413 });
  try {
    return await Promise.all([...files].map(base64));
  } catch {
    return toast("ファイルを読み取れませんでした。");
  }
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
