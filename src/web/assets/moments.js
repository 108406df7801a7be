// Moments are told in UTC. Where the clock of the reader runs otherwise they are told by that one; the pointer still finds UTC.
const locale = { en: "en-GB" }[document.documentElement.lang] ?? document.documentElement.lang;
const day = { day: "numeric", month: "short", year: "numeric" };
const moment = { ...day, hour: "2-digit", minute: "2-digit", timeZoneName: "short" };

function tell(time) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime()) || at.getTimezoneOffset() === 0 || time.dataset.told) return;
  const format = (how) => new Intl.DateTimeFormat(locale, how).format(at);
  const has_clock = time.textContent.includes(":");
  time.dataset.told = "";
  time.title = has_clock ? time.textContent : `${format(moment)} (${time.title || time.textContent})`;
  time.textContent = format(has_clock ? moment : day);
}

const tellAll = (within) => within.querySelectorAll("time[datetime]").forEach(tell);
tellAll(document);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) for (const node of addedNodes) if (node.querySelectorAll) tellAll(node);
}).observe(document.body, { childList: true, subtree: true });
