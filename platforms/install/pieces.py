"""What one skill becomes for a set of assistants: each piece once, where all of them find it.

Pieces in the skill folders follow the :class:`~.roots.Layout`. The rest comes from the platforms
of the clients, each with its skills at the folder that the layout gives it; instructions and
sub-agents that a client would find a second time in somebody else's place are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from polyskill.compiler.codes import install as codes
from polyskill.compiler.diagnostics import Diagnostic, report
from polyskill.compiler.localized import Lang

from ..base import Bundle, JsonKeys, Loss, ManagedBlock, Piece, Placed, Platform, Tokens
from ..parts.folder import alone
from ..parts.runtime import view_of
from ..registry import get
from .roots import Layout
from .sharing import Exists, Sharing, lies_in

if TYPE_CHECKING:
    from polyskill.compiler.model import Kind, Skill
    from polyskill.compiler.view import View

    from ..clients import Client

__all__ = ["Made", "make"]

_NEUTRAL = "agents"
_MARGIN = 64  # characters that a client puts around a body


@dataclass(slots=True)
class Made:
    """The pieces of one skill by path, what each client pays for it, and what there is to say."""

    pieces: dict[str, Piece] = field(default_factory=dict)
    tokens: dict[str, Tokens] = field(default_factory=dict)
    losses: dict[Loss, list[str]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)


class _Maker:
    def __init__(
        self, skill: Skill, lang: Lang, form: Kind | None, layout: Layout, exists: Exists
    ) -> None:
        self.skill, self.lang, self.form = skill, lang, form
        self.layout, self.exists = layout, exists
        self.made = Made()
        self.bundles: dict[str, Bundle] = {}
        self._views: dict[str, View] = {}

    def go(self) -> Made:
        clients = [client for client in self.layout.clients if self._wanted(client)]
        self.made.clients = [client.id for client in clients]
        shared = [client for client in self.layout.shared if client in clients]
        joint = self._joint(shared)
        for client in clients:
            folder = self.layout.folder[client.id]
            if client.platform and client.id != _NEUTRAL and not self._same(client, joint):
                bundle = self._lower(get(client.platform).at(folder))
            else:
                bundle = joint[folder] if folder in joint else self._neutral(folder, [client])
            self.bundles[client.id] = bundle
        for folder, readers in self.layout.readers.items():
            present = [client for client in readers if client in clients]
            if not present:
                continue
            if folder in joint:
                self._take(self._shared(folder, joint[folder], shared))
            else:
                self._take(_below(self._pieces(self.bundles[present[0].id]), folder))
        self._beside(clients)
        for client in clients:
            self._account(client, joint)
        return self.made

    def _wanted(self, client: Client) -> bool:
        """Whether the skill is for this client at all."""
        wanted = self.skill.platforms
        if wanted is None or client.id in wanted or client.platform in wanted:
            return True
        self.made.diagnostics.append(
            report(codes.NOT_FOR_CLIENT, self.skill.path, name=self.skill.name, client=client.title)
        )
        return False

    # -- the skill's own folders ---------------------------------------------------------------

    def _same(self, client: Client, joint: Mapping[str, Bundle]) -> bool:
        """Whether the neutral form is all that a client needs: most skills are a folder alone."""
        if self.layout.folder[client.id] not in joint or get(client.platform).sidecars:
            return False
        return self._alone()

    def _alone(self) -> bool:
        view = self._view(_NEUTRAL)
        return alone(view, get(_NEUTRAL).form_for(view, self.form))

    def _view(self, platform: str) -> View:
        if platform not in self._views:
            self._views[platform] = view_of(self.skill, self.lang, platform)
        return self._views[platform]

    def _lower(self, platform: Platform) -> Bundle:
        view = self._view(platform.id)
        return platform.lower(view, platform.form_for(view, self.form))

    def _joint(self, readers: list[Client]) -> dict[str, Bundle]:
        """Return the neutral form for each folder that holds it."""
        first, *others = sorted(self.layout.neutral) or [""]
        if not first:
            return {}
        made = {first: self._neutral(first, readers)}
        for folder in others:
            if self._alone():  # a skill folder says nothing of where it lies
                made[folder] = _rehomed(made[first], first, folder)
            else:
                made[folder] = self._neutral(folder, readers)
        return made

    def _neutral(self, folder: str, readers: Iterable[Client]) -> Bundle:
        """Return the neutral form, within the limits of all who read it."""
        limit: int | None = None
        expands: frozenset[str] = frozenset()
        described = len(self.skill.description.pick(self.lang))
        for client in readers:
            if not client.platform:
                continue
            platform = get(client.platform)
            expands |= platform.host.expands
            for known in platform.limits:
                if known.subject.startswith("SKILL.md body") and known.unit == "characters":
                    room = known.maximum - described - _MARGIN
                    limit = room if limit is None else min(limit, room)
        return self._lower(get(_NEUTRAL).at(folder, limit, expands))

    def _shared(self, folder: str, neutral: Bundle, shared: list[Client]) -> dict[str, Piece]:
        """Return the contents of a folder with several readers.

        Skills that one platform makes of a command or a rule are there if a reader of this very
        folder needs them so. Files for one client alone stand in every copy: all are alike.
        """
        mine = _below(self._pieces(neutral), folder)
        wanted = {self._main(mine, folder)}
        extra: dict[str, Piece] = {}
        for client in shared:
            base = self.layout.folder[client.id]
            own = _below(self._pieces(self.bundles[client.id]), base)
            here = client in self.layout.readers[folder]
            if not client.platform:
                wanted |= {_first(path, folder) for path in mine} if here else set()
                continue
            sidecars = get(client.platform).sidecars
            for path, piece in own.items():
                name, _, rest = path.removeprefix(f"{base}/").partition("/")
                place = f"{folder}/{name}/{rest}"
                if here:
                    wanted.add(name)
                if place not in mine and (rest in sidecars or not self._has(mine, folder, name)):
                    extra.setdefault(place, piece)
        return {
            path: piece
            for path, piece in {**mine, **extra}.items()
            if _first(path, folder) in wanted
        }

    @staticmethod
    def _has(pieces: Mapping[str, Piece], folder: str, name: str) -> bool:
        return any(_first(path, folder) == name for path in pieces)

    def _main(self, pieces: Mapping[str, Piece], folder: str) -> str:
        """Return the name of the skill's own folder: the first one that its bundle has."""
        return next((_first(path, folder) for path in pieces), "")

    # -- what lies elsewhere -------------------------------------------------------------------

    def _beside(self, clients: list[Client]) -> None:
        """Add what is not in a skill folder; the places that most clients read come first."""
        folders = tuple(self.layout.readers)
        written: dict[str, dict[str, Piece]] = {}
        unread: dict[str, dict[str, Piece]] = {}
        for client in clients:
            elsewhere = {
                path: piece
                for path, piece in self._pieces(self.bundles[client.id]).items()
                if not lies_in(path, folders)
            }
            if not client.platform:  # the neutral form's instructions, if this client reads them
                reads = client.reads(self.layout.scope).instructions
                unread[client.id] = {
                    path: piece for path, piece in elsewhere.items() if path not in reads
                }
                elsewhere = {path: piece for path, piece in elsewhere.items() if path in reads}
            written[client.id] = elsewhere
        sharing = Sharing(self.skill.name, self.layout, self.exists)
        for what in ("instructions", "agents"):
            sharing.once(what, clients, written)
        for pieces in written.values():
            self._take(pieces)
        for client in clients:
            self._tell_unread(client, unread.get(client.id, {}))

    def _tell_unread(self, client: Client, unread: Mapping[str, Piece]) -> None:
        """Say which parts of the neutral form a client does not find anywhere."""
        reads = client.reads(self.layout.scope)
        rules = [path for path, piece in unread.items() if isinstance(piece, ManagedBlock)]
        place = get(_NEUTRAL).location("agents")
        agents = [path for path in unread if lies_in(path, (place.project, place.user))]
        missed = [
            (("rules", "规则"), reads.instructions, rules),
            (("sub-agents", "子助手"), reads.agents, agents),
        ]
        for (en, zh), places, paths in missed:
            if paths and not any(lies_in(path, places) for path in self.made.pieces):
                told = report(
                    codes.PART_NOT_READ,
                    self.skill.path,
                    name=self.skill.name,
                    client=client.title,
                    what=en,
                    what_zh=zh,
                )
                self.made.diagnostics.append(told)

    # -- bookkeeping ---------------------------------------------------------------------------

    def _pieces(self, bundle: Bundle) -> dict[str, Piece]:
        """Return a bundle's pieces by their paths in this scope; blocks of one file are joined."""
        found: dict[str, Piece] = {}
        for placed in bundle.pieces:
            path = _path(placed, self.layout.scope)
            if not path:
                continue
            before = found.get(path)
            found[path] = placed.piece if before is None else _joined(before, placed.piece)
        return found

    def _take(self, pieces: Mapping[str, Piece]) -> None:
        for path, piece in pieces.items():
            before = self.made.pieces.setdefault(path, piece)
            if before == piece:
                continue
            if isinstance(before, JsonKeys) and isinstance(piece, JsonKeys):
                self.made.pieces[path] = _joined(before, piece)
            elif not (isinstance(before, ManagedBlock) and isinstance(piece, ManagedBlock)):
                self.made.diagnostics.append(
                    report(codes.TWO_FORMS, self.skill.path, name=self.skill.name, output=path)
                )

    def _account(self, client: Client, joint: Mapping[str, Bundle]) -> None:
        bundle = self.bundles[client.id]
        spoken = joint.get(self.layout.folder[client.id], bundle)
        self.made.tokens[client.id] = spoken.tokens
        for loss in (*bundle.losses, *(spoken.losses if spoken is not bundle else ())):
            told = self.made.losses.setdefault(loss, [])
            if client.id not in told:
                told.append(client.id)
        for found in (*bundle.diagnostics, *(spoken.diagnostics if spoken is not bundle else ())):
            if found not in self.made.diagnostics:
                self.made.diagnostics.append(found)


def _rehomed(bundle: Bundle, folder: str, other: str) -> Bundle:
    """Return a bundle whose files all lie below ``folder`` with them below ``other``."""
    pieces = tuple(
        Placed(other + placed.path.removeprefix(folder), placed.piece) for placed in bundle.pieces
    )
    return replace(bundle, pieces=pieces)


def _path(placed: Placed, scope: str) -> str:
    if scope == "user" and placed.user_path is not None:
        return placed.user_path
    return placed.path


def _below(pieces: Mapping[str, Piece], folder: str) -> dict[str, Piece]:
    return {path: piece for path, piece in pieces.items() if lies_in(path, (folder,))}


def _first(path: str, folder: str) -> str:
    """Return the name of the folder (below ``folder``) in which a path lies."""
    return path.removeprefix(f"{folder}/").partition("/")[0]


def _joined(before: Piece, piece: Piece) -> Piece:
    if isinstance(before, ManagedBlock) and isinstance(piece, ManagedBlock):
        text = before.text.strip("\n") + "\n\n" + piece.text.strip("\n")
        return ManagedBlock(text, before.style, before.header or piece.header)
    if isinstance(before, JsonKeys) and isinstance(piece, JsonKeys):
        return JsonKeys(_united(before.data, piece.data))
    return before


def _united(left: Mapping[str, object], right: Mapping[str, object]) -> dict[str, object]:
    made = dict(left)
    for key, value in right.items():
        present = made.get(key)
        if isinstance(present, Mapping) and isinstance(value, Mapping):
            made[key] = _united(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            made[key] = present + [item for item in value if item not in present]
        else:
            made.setdefault(key, value)
    return made


def make(
    skill: Skill,
    lang: Lang,
    form: Kind | None,
    layout: Layout,
    exists: Exists = lambda _path: False,
) -> Made:
    """Return what a skill becomes for the clients of a layout.

    Args:
        skill: the skill, as a reader returned it.
        lang: the language to install.
        form: what the skill is to become; ``None``: what it says itself.
        layout: the clients, the scope and the skill folders.
        exists: whether a path below the root is there already and is not polyskill's own.
    """
    return _Maker(skill, lang, form, layout, exists).go()
