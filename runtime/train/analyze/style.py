"""The style sheet of the report: light and dark, English or Chinese without a script."""

from __future__ import annotations

__all__ = ["STYLE"]

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --sheet: #f5f6f8; --ink: #1b1f24; --soft: #59626d;
  --line: #d5d9de; --problem: #b33a00; --warning: #6d5f00; --note: #1d5fa8; --good: #00694c;
  --c0: #1d5fa8; --c1: #b33a00; --c2: #00694c; --c3: #7a3fa0; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --sheet: #1d2126; --ink: #e6e9ed;
  --soft: #a3acb7; --line: #3a414a; --problem: #ff8f57; --warning: #e0c54a; --note: #79b4f7;
  --good: #4cc79b; --c0: #79b4f7; --c1: #ff8f57; --c2: #4cc79b; --c3: #cf9df0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem clamp(.75rem, 3vw, 2.5rem) 4rem; max-width: 90rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
    "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: clamp(1.35rem, 4vw, 1.9rem); line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.2rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 0; }
h1, p, ul, dl, dd, figure, pre { margin: 0; }
small, .soft, dt, figcaption, summary { color: var(--soft); }
small, figcaption, dt { font-size: .85rem; }
pre, code { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: .88em; white-space: pre-wrap; overflow-wrap: anywhere; }
.tongues { float: right; display: flex; gap: .35rem; }
.tongues label { padding: .2rem .6rem; border: 1px solid var(--soft); border-radius: .4rem;
  cursor: pointer; }
#en, #zh { position: absolute; opacity: 0; }
#en:checked ~ main .zh, #zh:checked ~ main .en { display: none; }
#en:checked ~ main label[for=en], #zh:checked ~ main label[for=zh] { background: var(--ink);
  color: var(--paper); }
#en:focus-visible ~ main label[for=en], #zh:focus-visible ~ main label[for=zh] {
  outline: 3px solid var(--note); outline-offset: 2px; }
.facts { display: flex; flex-wrap: wrap; gap: .35rem 1.6rem; margin-top: .7rem; }
.facts dd { overflow-wrap: anywhere; }
.cards { display: grid; gap: .8rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); }
.card { padding: .75rem .95rem; border: 1px solid var(--line);
  border-left: .45rem solid var(--tone, var(--line)); border-radius: .5rem; break-inside: avoid; }
.card h3 { color: var(--tone); }
.card ul { padding-left: 1.2rem; }
.card p, .card ul { margin-top: .35rem; }
.is-problem { --tone: var(--problem); } .is-warning { --tone: var(--warning); }
.is-note { --tone: var(--note); } .is-good { --tone: var(--good); }
.sample { margin-top: .4rem; padding: .4rem .6rem; background: var(--sheet); border-radius: .4rem;
  white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; max-height: 14rem;
  overflow: auto; }
.plots { display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); }
figure { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .6rem .2rem;
  break-inside: avoid; }
figcaption { font-weight: 600; color: var(--ink); }
svg { display: block; width: 100%; height: auto; }
.key { font-weight: 400; margin-right: 1em; }
.key i { display: inline-block; width: 1.1em; height: .25em; margin-right: .35em;
  vertical-align: middle; background: var(--tone); }
.c0 { --tone: var(--c0); } .c1 { --tone: var(--c1); } .c2 { --tone: var(--c2); }
.c3 { --tone: var(--c3); }
polyline { fill: none; stroke: var(--tone); stroke-linejoin: round; }
.thin { stroke-width: 1; opacity: .35; } .bold { stroke-width: 2; }
.dot { fill: var(--tone); }
.grid { stroke: var(--line); stroke-width: 1; }
.broken { stroke: var(--problem); stroke-width: 2; }
.mark { fill: var(--tone); opacity: .13; }
.tick { font-size: 11px; fill: var(--soft); } .end { text-anchor: end; }
.middle { text-anchor: middle; }
.number { font-size: 11px; font-weight: 700; fill: var(--tone); }
table { border-collapse: collapse; font-size: .92rem; }
th, td { padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; margin: 1.2rem 0 .8rem; }
@media print { .tongues { display: none; } .sample { max-height: none; } }
"""
