"""What the page of a comparison adds to the style sheet of the reports."""

from __future__ import annotations

from ..analyze.style import STYLE as REPORTS

__all__ = ["STYLE"]

STYLE = f"""{REPORTS}
svg.row {{ height: auto; overflow: visible; }}
article.card {{ margin-top: .8rem; }}
.tongues {{ margin-left: 1rem; }}
.level {{ stroke: var(--soft); stroke-width: 1.5; }}
.band {{ fill: var(--note); opacity: .13; }}
.whisker {{ stroke: var(--tone); stroke-width: 2; }}
.hollow {{ fill: var(--paper); stroke: var(--tone); stroke-width: 2; }}
.part {{ fill: var(--tone); }}
.is-won {{ --tone: var(--good); }} .is-tied {{ --tone: var(--line); }}
.is-lost {{ --tone: var(--problem); }} .is-missing {{ --tone: var(--soft); }}
.banner h2 {{ margin: 0; color: var(--tone); }}
.rates, .judges {{ width: 100%; }}
.rates th, .judges th {{ min-width: 5.5rem; font-weight: 600; overflow-wrap: anywhere; }}
.rates th[scope=row], .judges th[scope=row] {{ min-width: 10rem; }}
.rates td.plot {{ width: 50%; min-width: 12rem; padding-right: .5rem; }}
.judges {{ font-size: .86rem; }}
.judges td.plot {{ width: 15%; min-width: 7rem; }}
td.n {{ white-space: nowrap; }}
.pair {{ margin-top: 1rem; padding: .75rem .95rem; border: 1px solid var(--line);
  border-left: .45rem solid var(--tone); border-radius: .5rem; }}
.pair h3 {{ color: var(--ink); overflow-wrap: anywhere; }}
.both {{ display: grid; gap: .8rem; grid-template-columns: repeat(2, minmax(0, 1fr));
  margin-top: .6rem; }}
@media (max-width: 40rem) {{ .both {{ grid-template-columns: minmax(0, 1fr); }} }}
.said {{ margin-top: .2rem; padding: .4rem .6rem; background: var(--sheet); border-radius: .4rem;
  white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; font-size: .92rem; }}
.said summary {{ cursor: pointer; color: inherit; }}
.said[open] .start {{ display: none; }}
.reasons {{ margin-top: .6rem; padding-left: 1.2rem; overflow-wrap: anywhere; }}
bdi {{ overflow-wrap: anywhere; }}
@media print {{ .pair {{ break-inside: avoid; }} }}
"""
