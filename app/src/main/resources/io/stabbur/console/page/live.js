// Shows work under way as it goes on, and puts lines of a log on top of their table as they are
// written. Whatever comes is shown as text.
"use strict";
(() => {
  const watch = document.querySelector("[data-watch]");
  if (!watch) {
    return;
  }
  const source = new EventSource(watch.dataset.watch);
  source.onmessage = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = document.querySelector("main");
    const fresh = page.querySelector("main");
    if (!answer.ok || !page.querySelector("[data-watch]")) {
      source.close();
    }
    const focused = document.activeElement;
    if (source.readyState === EventSource.CLOSED && fresh && !focused?.matches("input, select, textarea")) {
      const isInside = main.contains(focused);
      main.replaceChildren(...fresh.childNodes);
      if (isInside) {
        main.focus();
      }
      return;
    }
    for (const shown of document.querySelectorAll("[data-run]")) {
      const now = [...page.querySelectorAll("[data-run]")].find(
        (each) => each.dataset.run === shown.dataset.run,
      );
      if (now) {
        shown.replaceChildren(...now.childNodes);
        shown.className = now.className;
      }
    }
  };
})();
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
    if (table.dataset.logger) {
      const logger = document.createElement("code");
      logger.textContent = line.logger;
      cell(row, table.dataset.logger, logger);
    }
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
