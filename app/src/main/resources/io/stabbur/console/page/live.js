// Puts lines of a log on top of their table as they are written. Whatever comes is shown as text.
"use strict";
(() => {
  const table = document.querySelector("table[data-live]");
  const note = document.querySelector("[data-live-note]");
  if (!table || !note) {
    return;
  }
  const most = 500;
  const cell = (row, name, shown) => {
    const made = row.insertCell();
    if (name) {
      made.dataset.name = name;
    }
    made.append(shown);
  };
  const element = (tag, text) => {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  };
  const show = (line) => {
    const row = table.tBodies[0].insertRow(0);
    const time = element("time", line.time);
    time.dateTime = line.at;
    const message = element("code", line.message);
    message.className = "text";
    cell(row, "", time);
    cell(row, table.dataset.level, line.level);
    cell(row, "", message);
  };
  const source = new EventSource(table.dataset.live);
  source.onopen = () => {
    note.hidden = false;
  };
  source.onerror = () => {
    note.hidden = source.readyState === EventSource.CLOSED;
  };
  source.onmessage = (event) => {
    JSON.parse(event.data).forEach(show);
    while (table.tBodies[0].rows.length > most) {
      table.tBodies[0].deleteRow(-1);
    }
    table.hidden = false;
    document.querySelector("[data-live-none]")?.remove();
  };
})();
