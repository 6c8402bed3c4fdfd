"use strict";
/* What the page does where scripts run. Without them it is whole, but for sorting, searching and
   those statements that are too many to stand in full. The texts of records enter as text; what
   the library takes as markup is escaped first. */
(() => {
  const at = (id) => document.getElementById(id);
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  const told = document.body.appendChild(make("p", { class: "told", role: "status" }));
  // Days in ISO 8601 compare as texts.
  const overdue = at("overdue");
  if (overdue) overdue.hidden = new Date().toISOString().slice(0, 10) <= overdue.dataset.due;

  // A long list of contents would hide the review on a phone.
  document.querySelector(".contents details").open = !matchMedia("(max-width: 63.99rem)").matches;

  // The statements that do not stand in full: id → what the page knows of each.
  const FIELDS = ["id", "quote", "place", "number", "who", "marks", "year", "standing"];
  const more = new Map();
  const { words, rows } = JSON.parse(at("more-statements")?.textContent ?? '{"rows": []}');
  for (const row of rows) {
    const texts = row.map((n) => words[n]);
    const fields = Object.fromEntries(FIELDS.map((field, n) => [field, texts[n]]));
    more.set(texts[0], { ...fields, cells: texts.slice(FIELDS.length) });
  }

  // The words of a statement with their source: a copy of what stands under its mechanism.
  const said = (id) => {
    const copy = at(`s-${id}`)?.cloneNode(true);
    if (copy) {
      for (const name of ["id", "tabindex"]) copy.removeAttribute(name);
      copy.querySelector(".here").textContent = "In its place";
      return copy;
    }
    const it = more.get(id);
    const quote = make("blockquote", {}, make("p", {}, make("bdi", {}, it.quote)));
    const cite = make("a", { class: "cite", href: `#ref-${it.number}` }, `[${it.number}]`);
    const source = make("p", { class: "address" }, make("bdi", {}, it.who), ` ${it.year} `, cite, ", ", make("bdi", {}, it.place), ". ",
      make("a", { class: "here", href: `#s-${id}` }, "Link to this statement"));
    return make("div", { id: `s-${id}`, class: "said" }, quote, source);
  };

  // A link to a quote becomes a button that opens it in place.
  const opener = (link) => link.replaceWith(make("button",
    { type: "button", class: "quote", "aria-expanded": "false", "data-id": link.hash.slice(3) }, ...link.childNodes));
  document.querySelectorAll("li a.quote").forEach(opener);
  const toggle = (button) => {
    const open = button.getAttribute("aria-expanded") === "true";
    const row = button.closest("#statements tr");
    if (row && open) table.row(row).child.hide();
    else if (row) table.row(row).child(said(button.dataset.id), "said-row").show();
    else if (open) button.nextElementSibling.remove();
    else button.after(said(button.dataset.id));
    button.setAttribute("aria-expanded", String(!open));
  };

  const list = at("statements");
  let clearing;
  const table = list && tabled();
  function tabled() {
    const escaped = DataTable.util.escapeHtml;
    const markup = (it) => [...it.cells.map(escaped),
      `<bdi>${escaped(it.who)}</bdi> <a class="cite" href="#ref-${it.number}">[${it.number}]</a>`
        + (it.marks && ` <strong class="flag">${escaped(it.marks)}</strong>`),
      it.year, escaped(it.standing), `<a class="quote" href="#s-${it.id}">Quote</a>`];
    // The quote is searched though it is not shown; so is the id, by which a link finds its row.
    const searched = (link) => {
      const id = /#s-([\w.-]+)/.exec(link)[1];
      return escaped(`${more.get(id)?.quote ?? at(`s-${id}`).querySelector("blockquote").textContent} ${id}`);
    };
    const made = new DataTable(list, {
      autoWidth: false, order: [[0, "asc"]], pageLength: 25, lengthMenu: [25, 100, 500],
      layout: { topStart: "search", topEnd: "info", bottomStart: "pageLength", bottomEnd: "paging" },
      columnDefs: [{ targets: 0, cellType: "th", createdCell: (cell) => cell.setAttribute("scope", "row") },
        { targets: -1, orderable: false, render: (link, kind) => (kind === "filter" ? searched(link) : link) }],
      createdRow: (row) => row.querySelectorAll("a.quote").forEach(opener),
      language: {
        search: "Search", searchPlaceholder: "words, names, quotes", lengthMenu: "Rows _MENU_",
        info: "_START_ to _END_ of _TOTAL_ statements", infoEmpty: "No statement fits",
        infoFiltered: "(_MAX_ in all)", zeroRecords: "No statement fits the search and the filters.",
      },
    });
    if (more.size) made.rows.add([...more.values()].map(markup)).draw();
    // The table alone scrolls sideways, not its search and filters.
    const container = made.table().container();
    const outer = list.closest("div.wide"), inner = container.querySelector(".dt-layout-table");
    for (const { name, value } of [...outer.attributes]) {
      inner.setAttribute(name, name === "class" ? `dt-layout-table ${value}` : value);
      outer.removeAttribute(name);
    }

    const plain = (text) => new DOMParser().parseFromString(text, "text/html").body.textContent;
    const filters = make("fieldset", { class: "filters" }, make("legend", {}, "Show only"));
    const choices = [...list.tHead.querySelectorAll("[data-filter]")].map((head) => {
      const column = made.column(head);
      const parts = (text) => (head.dataset.filter ? text.split(head.dataset.filter) : [text]);
      const values = new Set([...new Set(column.data().toArray())].flatMap((text) => parts(plain(text))));
      const sorted = [...values].filter(Boolean).sort(new Intl.Collator("en", { numeric: true }).compare);
      const choice = make("select", {}, ...["", ...sorted].map((value) => make("option", { value }, value || "any")));
      const one = (text) => parts(text).includes(choice.value);
      choice.addEventListener("change", () => column.search.fixed("one", choice.value ? one : null).draw());
      filters.append(make("label", {}, column.title(), choice));
      return choice;
    });
    clearing = () => {
      made.search("");
      for (const choice of choices) { choice.value = ""; choice.dispatchEvent(new Event("change")); }
    };
    filters.appendChild(make("button", { type: "button" }, "Clear")).addEventListener("click", clearing);
    container.querySelector(".dt-search").closest(".dt-layout-row").after(filters);

    // Paper has no next page of a table; a table of thousands stays as it is.
    let length = 25;
    addEventListener("beforeprint", () => { length = made.page.len(); if (!more.size) made.page.len(-1).draw(); });
    addEventListener("afterprint", () => made.page.len(length).draw());
    return made;
  }
  // Every part has a link to itself, which is copied when it is followed.
  for (const part of document.querySelectorAll("main h2[id], main h3[id], main h4[id], .claim[id], main th[id]")) {
    const label = `Link to: ${part.textContent.trim().replace(/\s+/g, " ").slice(0, 80)}`, href = `#${part.id.replace(/-title$/, "")}`;
    (part.querySelector("p") ?? part).append(" ", make("a", { class: "here sign", href, "aria-label": label }, "#"));
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.quote"), here = event.target.closest("a.here");
    if (button) toggle(button);
    if (here) navigator.clipboard?.writeText(here.href).then(() => { told.textContent = "The link was copied."; }, () => {});
  });

  // The browser has gone to the target already, unless it was folded away or has yet to be made.
  const reveal = () => {
    const name = location.hash.slice(1), id = name.slice(2);
    const late = name && !at(name) && more.has(id);
    if (late) { clearing(); table.search(id).draw(); toggle(list.querySelector("button.quote")); }
    const target = name && at(name);
    if (!target) return;
    let moved = late;
    for (let part = target; part; part = part.parentElement) {
      if (part.tagName === "DETAILS" && !part.open) part.open = moved = true;
    }
    target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
    if (moved) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
})();
