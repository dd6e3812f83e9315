"use strict";
// Draws the cases of the report from the JSON in the page, and filters them. Whatever a model or a
// judge said is put in as text nodes only.
(() => {
  const STEP = 50; // rows added to the list at a time
  const PRINTED = 400; // cells that are unfolded for the printer
  const FOLD = 1500; // characters of an answer that are shown before it is folded

  const USUAL = new Set(["end_turn", "stop", "stop_sequence", "tool_use", "tool_calls"]); // not worth a word

  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const failed = (what) => {
    const box = byId("failure");
    box.hidden = false;
    box.querySelector("code").textContent = String(what);
    root.dataset.error = String(what);
  };
  window.addEventListener("error", (event) => failed(event.message));

  const data = JSON.parse(byId("data").textContent);
  const form = byId("filters");
  const list = byId("list");
  const tags = { en: "en", zh: "zh-Hans" };
  const tagOf = (lang) => (Object.hasOwn(tags, lang) ? tags[lang] : lang);

  // Building blocks ---------------------------------------------------------------------------

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return node;
  }

  function icon(name) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    for (const [key, value] of Object.entries({ class: "icon", width: 16, height: 16, "aria-hidden": "true" })) {
      svg.setAttribute(key, value);
    }
    const use = document.createElementNS(space, "use");
    use.setAttribute("href", `#i-${name}`);
    svg.append(use);
    return svg;
  }

  const filled = (text, fill) => text.replace(/\{(\w+)\}/g, (whole, key) => (fill && key in fill ? fill[key] : whole));

  function two(en, zh) {
    if (en === zh) return [en];
    return [make("span", { class: "en", lang: "en" }, en), make("span", { class: "zh", lang: "zh-Hans" }, zh)];
  }

  function t(key, fill) {
    const pair = Object.hasOwn(data.words, key) && data.words[key];
    return pair ? two(filled(pair[0], fill), filled(pair[1], fill)) : [key];
  }

  function mark(passed) {
    const name = passed === true ? "pass" : passed === false ? "fail" : "undecided";
    return make("span", { class: `mark is-${name}` }, icon(name), make("span", { class: "unseen" }, t(name)));
  }

  const number = (value) => value.toLocaleString("en-US");
  const isolated = (text) => make("bdi", {}, text);
  const modelName = (id) => (Object.hasOwn(data.models, id) ? data.models[id] : id);
  const score = (sample) => (typeof sample.score === "number" ? String(Math.round(sample.score * 1000) / 10) : "–");

  // What a cell is like -----------------------------------------------------------------------

  const kinds = {
    differences(cell, arms) {
      return new Set(arms.map((arm) => `${cell.arms[arm].passed} ${score(cell.arms[arm])}`)).size > 1;
    },
    worse(cell) {
      const lower = ([candidate, baseline]) => {
        const [ours, theirs] = [cell.arms[candidate], cell.arms[baseline]];
        if (!ours || !theirs) return false;
        return ours.score < theirs.score || (ours.passed === false && theirs.passed === true);
      };
      const lost = (pair) => typeof pair.score === "number" && pair.score < 0.5;
      return data.runs[cell.run].versus.some(lower) || cell.pairs.some(lost);
    },
    failures(cell, arms) {
      return arms.some((arm) => cell.arms[arm].passed === false && data.runs[cell.run].with.includes(arm));
    },
    trouble(cell, arms) {
      return arms.some((arm) => cell.arms[arm].trouble || cell.arms[arm].passed === undefined);
    },
  };

  function haystack(cell) {
    if (!cell.hay) {
      const known = data.cases[cell.case];
      const parts = [known.id, known.title, known.prompt];
      for (const sample of Object.values(cell.arms)) {
        parts.push(sample.answer || "", sample.detail || "");
        for (const [text] of sample.criteria || []) parts.push(text);
      }
      cell.hay = parts.join("\n").toLowerCase();
    }
    return cell.hay;
  }

  // One cell ----------------------------------------------------------------------------------

  function spansOf(answer, quotes) {
    const spans = [];
    for (const [quote, label] of quotes) {
      const words = quote.trim().split(/\s+/).filter(Boolean);
      if (!words.length) continue;
      let start = answer.indexOf(quote);
      let length = quote.length;
      if (start < 0 && quote.length < 2000) {
        const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
        const found = new RegExp(escaped.join("\\s+"), "i").exec(answer);
        if (found) [start, length] = [found.index, found[0].length];
      }
      if (start >= 0) spans.push([start, start + length, label]);
    }
    return spans;
  }

  // Quotes may overlap: the text is cut at every start and end, and each piece knows its quotes.
  function highlighted(answer, quotes) {
    const spans = spansOf(answer, quotes);
    const cuts = [...new Set([0, answer.length, ...spans.flatMap(([from, to]) => [from, to])])].sort((a, b) => a - b);
    const pieces = [];
    for (let at = 0; at + 1 < cuts.length; at += 1) {
      const text = answer.slice(cuts[at], cuts[at + 1]);
      const over = spans.filter(([from, to]) => from <= cuts[at] && to >= cuts[at + 1]);
      if (!over.length) {
        pieces.push(text);
        continue;
      }
      const ending = over.filter(([, to]) => to === cuts[at + 1]).map((span) => span[2]);
      const labels = [...new Set(ending)].join(",");
      pieces.push(make("mark", {}, text, labels ? make("sup", {}, labels) : null));
    }
    return pieces;
  }

  function answerOf(sample, lang) {
    if (!sample.answer) return [make("p", { class: "small" }, "– ", t("no_answer"))];
    const quotes = (sample.criteria || []).flatMap((criterion, at) =>
      criterion[4].filter((said) => said[2] && said[3] !== false).map((said) => [said[2], at + 1]));
    const box = make("div", { class: "answer", dir: "auto", lang: tagOf(lang) }, highlighted(sample.answer, quotes));
    const parts = [box];
    if (sample.cut) parts.push(make("p", { class: "small" }, t("cut", { n: number(sample.cut) })));
    if (sample.answer.length > FOLD || sample.answer.split("\n", 41).length > 40) {
      const button = make("button", { type: "button", class: "fold", "aria-expanded": "false" }, t("whole"));
      box.classList.add("folded");
      button.addEventListener("click", () => {
        const folded = box.classList.toggle("folded");
        button.setAttribute("aria-expanded", String(!folded));
        button.replaceChildren(...t(folded ? "whole" : "less"));
      });
      parts.push(button);
    }
    return parts;
  }

  function opinion([judge, passed, quote, found, reason]) {
    return make("div", { class: "opinion" }, mark(passed), modelName(judge), ": ",
      quote ? [make("q", {}, isolated(quote)), " "] : null,
      quote && found === false ? [make("em", {}, "(", t("quote_missing"), ")"), " "] : null,
      reason ? isolated(reason) : null);
  }

  function armOf(arm, sample, lang, withSkill) {
    const graded = sample.trouble
      ? make("span", { class: "is-trouble" }, icon("trouble"), " ", t(sample.outcome))
      : make("span", {}, mark(sample.passed), make("span", { class: "number" }, score(sample)));
    const facts = [];
    if (sample.input || sample.output) {
      facts.push(t("tokens", { input: number(sample.input || 0), output: number(sample.output || 0) }));
    }
    if (sample.cost) facts.push([sample.cost]);
    if (sample.seconds) facts.push([`${sample.seconds.toFixed(1)} s`]);
    if (sample.stop && !USUAL.has(sample.stop)) facts.push(t("stopped", { reason: sample.stop }));
    if (!sample.trouble && sample.outcome !== "ok") facts.unshift(t(sample.outcome));
    const box = make("section", { class: withSkill ? "arm with" : "arm" }, make("h3", {}, arm, graded),
      make("p", { class: "small" }, facts.flatMap((fact, at) => (at ? [" · ", ...fact] : fact))));
    if (sample.detail) box.append(make("p", { class: "small" }, isolated(sample.detail)));
    box.append(...answerOf(sample, lang));
    if (sample.flags) {
      box.append(make("p", { class: "flags" }, sample.flags.map((flag) => make("span", {}, t(flag)))));
    }
    if (sample.checks) {
      box.append(make("p", { class: "label-s" }, t("checks")), make("ul", { class: "found" },
        sample.checks.map(([label, passed, en, zh]) => make("li", {}, mark(passed), isolated(label),
          en ? make("small", {}, " – ", two(en, zh)) : null))));
    }
    if (sample.criteria) {
      box.append(make("p", { class: "label-s" }, t("criteria")), make("ul", { class: "found" },
        sample.criteria.map(([text, kind, weight, passed, opinions], at) => make("li", {}, mark(passed),
          make("span", { class: "no" }, `${at + 1}. `), make("bdi", { lang: tagOf(lang) }, text),
          make("small", {}, " – ", t(kind), weight === 1 ? null : [" · ", t("weight", { n: weight })]),
          opinions.map(opinion)))));
    }
    return box;
  }

  function won(who, pair) {
    if (who === "candidate" || who === "baseline") {
      return make("span", { class: who === "candidate" ? "is-win" : "is-loss" }, icon(who === "candidate" ? "up" : "down"), " ", pair[who]);
    }
    return make("span", { class: "is-tie" }, icon(who === "tie" ? "level" : "undecided"), " ", t(who === "tie" ? "tie" : "no_verdict"));
  }

  function pairOf(pair) {
    const names = { candidate: pair.candidate, baseline: pair.baseline };
    const stable = pair.consistent === undefined || pair.consistent === null ? null : t(pair.consistent ? "kept" : "turned");
    return make("div", { class: "pair" },
      make("div", {}, t("versus", names), " · ", modelName(pair.judge), stable ? [" · ", ...stable] : null),
      make("div", { class: "orders" },
        make("span", {}, t("order_first", names), " → ", won(pair.first, pair)),
        make("span", {}, t("order_second", names), " → ", won(pair.second, pair))),
      pair.reasons.filter(Boolean).map((reason) => make("p", { class: "reason" }, isolated(reason))));
  }

  function bodyOf(cell, arms) {
    const known = data.cases[cell.case];
    const body = make("div", { class: "body" }, make("p", { class: "label-s" }, t("prompt")),
      make("div", { class: "prompt", dir: "auto", lang: tagOf(known.lang), tabindex: "0" }, known.prompt),
      known.where ? make("p", { class: "small" }, known.where) : null,
      make("div", { class: "answers" }, arms.map((arm) =>
        armOf(arm, cell.arms[arm], known.lang, data.runs[cell.run].with.includes(arm)))));
    if (cell.pairs.length) {
      body.append(make("div", { class: "pairs" }, make("p", { class: "label-s" }, t("pairs")), cell.pairs.map(pairOf)));
    }
    return body;
  }

  function rowOf(cell) {
    const known = data.cases[cell.case];
    const arms = visibleArms(cell);
    const where = [modelName(cell.model), " · ", ...t(Object.hasOwn(data.words, `lang_${known.lang}`) ? `lang_${known.lang}` : known.lang)];
    if (data.runs[cell.run].repeats > 1) where.push(" · ", ...t("repeat", { n: cell.repeat + 1 }));
    if (data.runs.length > 1) where.unshift(data.runs[cell.run].name, " · ");
    const summary = make("summary", {},
      make("span", { class: "what" }, make("bdi", { lang: tagOf(known.lang) }, known.title), " ", make("small", {}, where)),
      make("span", { class: "scores" }, arms.map((arm) => {
        const sample = cell.arms[arm];
        const shape = sample.trouble ? make("span", { class: "mark is-trouble" }, icon("trouble"), make("span", { class: "unseen" }, t(sample.outcome))) : mark(sample.passed);
        return make("span", {}, `${arm} `, shape, make("span", { class: "number" }, sample.trouble ? "–" : score(sample)));
      })));
    const row = make("details", { class: "cell" }, summary);
    row.addEventListener("toggle", () => fill(row, cell));
    return row;
  }

  function fill(row, cell) {
    if (row.open && row.children.length === 1) row.append(bodyOf(cell, visibleArms(cell)));
  }

  // The list and its filters ------------------------------------------------------------------

  let chosen = data.cells;
  let drawn = [];
  const state = () => Object.fromEntries(new FormData(form));

  function visibleArms(cell) {
    const wanted = form.elements.arm.value;
    return Object.keys(cell.arms).filter((arm) => !wanted || arm === wanted);
  }

  function matches(cell, wanted, words) {
    const known = data.cases[cell.case];
    const arms = visibleArms(cell);
    return arms.length > 0
      && (!wanted.run || String(cell.run) === wanted.run)
      && (!wanted.model || cell.model === wanted.model)
      && (!wanted.lang || known.lang === wanted.lang)
      && (!wanted.only || kinds[wanted.only](cell, arms))
      && words.every((word) => haystack(cell).includes(word));
  }

  function grow(most) {
    const upTo = Math.min(chosen.length, most);
    const fresh = chosen.slice(drawn.length, upTo).map((cell) => [rowOf(cell), cell]);
    list.append(...fresh.map(([row]) => row));
    drawn = drawn.concat(fresh);
    byId("more").hidden = drawn.length >= chosen.length;
  }

  function show() {
    const wanted = state();
    const words = (wanted.q || "").toLowerCase().split(/\s+/).filter(Boolean);
    chosen = data.cells.filter((cell) => matches(cell, wanted, words));
    drawn = [];
    list.replaceChildren();
    if (!chosen.length) list.append(make("p", {}, t("nothing")));
    byId("counted").replaceChildren(...t("shown", { shown: number(chosen.length), all: number(data.cells.length) }));
    grow(STEP);
    unfolded(false);
  }

  function unfolded(open) {
    const button = byId("open-all");
    button.dataset.open = open ? "yes" : "";
    button.replaceChildren(...t(open ? "close_all" : "open_all"));
  }

  function speak(tongue) {
    root.lang = tags[tongue];
    document.title = root.dataset[tongue === "zh" ? "titleZh" : "titleEn"];
    for (const option of document.querySelectorAll("option[data-en]")) option.textContent = option.dataset[tongue];
    for (const button of document.querySelectorAll("[data-tongue]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tongue === tongue));
    }
  }

  const tongueNow = () => (root.lang.startsWith("zh") ? "zh" : "en");

  // The address holds the filters, so that a link leads to what its sender saw.
  function remember() {
    const kept = new URLSearchParams(Object.entries(state()).filter(([, value]) => value));
    if (tongueNow() !== start) kept.set("ui", tongueNow());
    const text = kept.toString();
    if (text !== location.hash.slice(1)) location.replace(`#${text}`);
  }

  function recall() {
    if (!location.hash.includes("=")) return false;
    const kept = new URLSearchParams(location.hash.slice(1));
    for (const field of form.elements) {
      if (!field.name) continue;
      const value = kept.get(field.name) || "";
      const allowed = field.tagName !== "SELECT" || [...field.options].some((option) => option.value === value);
      field.value = allowed ? value : "";
    }
    if (Object.hasOwn(tags, kept.get("ui"))) speak(kept.get("ui"));
    return true;
  }

  const start = tongueNow();
  root.classList.add("ready");
  speak(start);
  recall();
  show();

  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { show(); remember(); }, 150);
  });
  form.addEventListener("reset", () => setTimeout(() => { show(); remember(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => { if (recall()) show(); });
  for (const button of document.querySelectorAll("[data-tongue]")) {
    button.addEventListener("click", () => { speak(button.dataset.tongue); remember(); });
  }
  byId("open-all").addEventListener("click", () => {
    const open = !byId("open-all").dataset.open;
    for (const [row] of drawn) row.open = open;
    unfolded(open);
  });
  const more = byId("more");
  more.firstElementChild.addEventListener("click", () => grow(drawn.length + STEP));
  if ("IntersectionObserver" in window) {
    new IntersectionObserver((seen) => {
      if (seen.some((entry) => entry.isIntersecting)) grow(drawn.length + STEP);
    }, { rootMargin: "800px" }).observe(more);
  }

  // Printing unfolds everything that the filters leave, up to a bound, and folds it again.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    grow(PRINTED);
    opened = [...drawn.slice(0, PRINTED), ...[...document.querySelectorAll("main details:not(.cell)")].map((row) => [row])]
      .filter(([row]) => !row.open);
    for (const [row, cell] of opened) {
      row.open = true;
      if (cell) fill(row, cell);
    }
    const rest = chosen.length - Math.min(PRINTED, drawn.length);
    byId("unprinted").hidden = rest <= 0;
    byId("unprinted").replaceChildren(...t("print_cut", { n: number(rest) }));
  });
  window.addEventListener("afterprint", () => {
    for (const [row] of opened) row.open = false;
  });
})();
