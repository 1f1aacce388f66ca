/* What every module starts from: the page's root, where the window is, and how to find what an element belongs to.

   Contract: reads the page, changes nothing. `place()` is what the server is told of this window; `target` and `where` say
   on which message or modal an element stands. */

export const app = document.getElementById("app");
export const base = app.dataset.base;

export const place = () => ({ room: app.dataset.room || "", thread: app.dataset.thread || "", since: app.dataset.since || "" });
export const near = (element, selector) => element instanceof Element && element.closest(selector);
export const onPhone = () => matchMedia("(max-width: 760px)").matches;

export function make(name, text, className = "") {
  return Object.assign(document.createElement(name), { textContent: text, className });
}

export function target(element) {
  const view = near(element, "form[data-view-id]");
  if (view) return { view_id: view.dataset.viewId };
  const post = near(element, "article[data-ts]");
  return { channel: post.dataset.channel, ts: post.dataset.ts };
}

export const where = (element) => ({
  target: target(element), block_id: element.dataset.blockId, action_id: element.dataset.actionId, type: element.dataset.type,
});
