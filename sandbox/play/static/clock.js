/* The business clock at the top: it counts on from where the server says that it was set.

   Contract: `tick(true)` after a drawing of the part `clock`, `tick()` each second. It tells time, it never sets it. */

export function tick(set) {
  const shown = document.querySelector("#clock summary time");
  const passed = shown.dataset.runs === undefined ? 0 : Date.now() - Number(shown.dataset.set) * 1000;
  const now = new Date(new Date(`${shown.dataset.base}Z`).getTime() + Math.max(0, passed));
  const time = now.toISOString().slice(0, 16);
  const text = `${now.getUTCFullYear()}年${now.getUTCMonth() + 1}月${now.getUTCDate()}日(${"日月火水木金土"[now.getUTCDay()]}) ${time.slice(11)}`;
  if (shown.textContent !== text) shown.textContent = text;
  const field = document.querySelector("#clock input");
  if ((set === true || !document.getElementById("clock").open) && field.value !== time) field.value = time;
}
