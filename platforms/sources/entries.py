"""What may be in a source: safe names, no doubles, bounded sizes; links become what they name.

Git trees, zip and tar archives and the file lists of indexes all go through :class:`Intake`.
Symbolic links to a file inside become that file; links to folders and broken links are left out
with a note; links that lead out are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Callable

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text
from polyskill.compiler.readers.files import SKIPPED

from .errors import SourceError, finding
from .model import Limits
from .tree import File, Tree

__all__ = ["Intake", "why_refused"]

_DEVICES = re.compile(
    r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9\u00b9\u00b2\u00b3])\s*(\..*)?\Z",
    re.IGNORECASE,
)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_MAX_PART, _MAX_PATH, _MAX_DEPTH, _MAX_HOPS = 255, 1024, 32, 40
_MAX_STEPS = 1_000_000
_SKIPPED = frozenset(name.casefold() for name in SKIPPED) | {"__macosx"}


def why_refused(name: str) -> Text | None:
    """Return why no file may have this relative name (``None``: it may)."""
    if not name or "\0" in name:
        return Text("the name is empty", "名称为空")
    if any(unicodedata.category(char) in _UNSEEN for char in name):
        return Text(
            "the name has control, direction or other characters that cannot be seen",
            "名称含有控制符、方向符或其他不可见字符",
        )
    if name.startswith(("/", "\\")):
        return Text("the path is absolute", "路径是绝对路径")
    if "\\" in name:
        return Text("the name has a backslash", "名称含有反斜杠")
    if re.match(r"[A-Za-z]:", name):
        return Text("the path begins with a drive", "路径以盘符开头")
    parts = name.split("/")
    if ".." in parts:
        return Text("the path has `..`", "路径含有 `..`")
    if len(parts) > _MAX_DEPTH or len(name.encode()) > _MAX_PATH:
        return Text(
            f"the path is longer than {_MAX_PATH} bytes or {_MAX_DEPTH} levels",
            f"路径超过 {_MAX_PATH} 字节或 {_MAX_DEPTH} 层",
        )
    return next(filter(None, map(_part_refused, parts)), None)


def _part_refused(part: str) -> Text | None:
    if part in {"", "."}:
        return Text("the path has an empty part or `.`", "路径含有空的部分或 `.`")
    if len(part.encode()) > _MAX_PART:
        return Text(f"a name is longer than {_MAX_PART} bytes", f"名称超过 {_MAX_PART} 字节")
    if _DEVICES.match(part):
        return Text("the name is a device on Windows", "该名称在 Windows 上是设备名")
    if part[-1] in ". ":
        return Text("a name ends with a dot or a space", "名称以点或空格结尾")
    if any(char in '<>:"|?*' for char in part):
        return Text("Windows has no such name", "Windows 不允许该名称")
    return None


class Intake:
    """Collects the entries of one source; :meth:`finish` gives the tree.

    Nothing is written. Files of version control, caches and installed packages are passed over,
    as the compiler does.
    """

    def __init__(self, where: str, limits: Limits, packed: int = 0) -> None:
        """Begin; ``packed`` is the size of the archive, for the ratio (0: do not look at it)."""
        self.where, self.limits, self.packed = where, limits, packed
        self.tree = Tree()
        self._links: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._entries = self._steps = 0
        self._total = 0

    def refuse(self, entry: str, reason: Text) -> SourceError:
        """Return the error that refuses ``entry``."""
        return SourceError(codes.ARCHIVE_ENTRY, self.where, entry=entry, reason=reason)

    def limit(self, en: str, zh: str) -> SourceError:
        """Return the error that a limit is exceeded."""
        return SourceError(codes.ARCHIVE_LIMIT, self.where, reason=Text(en, zh))

    def file(
        self, name: str, size: int, read: Callable[[], bytes], *, executable: bool = False
    ) -> None:
        """Take a file of ``size`` bytes; ``read`` is only called if it may be taken."""
        path = self._name(name)
        self.count(name, size)
        if path is None:
            return
        self._claim(path, name)
        self.tree.files[path] = File(read(), executable)

    def folder(self, name: str) -> None:
        """Take a folder."""
        path = self._name(name)
        self.count(name, 0)
        if path:
            self._parents(f"{path}/", name)

    def link(self, name: str, target: str) -> None:
        """Take a symbolic link, to be resolved when all is known."""
        path = self._name(name)
        self.count(name, len(target))
        if path is None:
            return
        self._claim(path, name)
        unseen = any(unicodedata.category(char) in _UNSEEN for char in target)
        if not target or target.startswith("/") or "\\" in target or unseen:
            raise self.refuse(name, _leads_out(target))
        if re.match(r"[A-Za-z]:", target) or len(target) > _MAX_PATH:
            raise self.refuse(name, _leads_out(target))
        self._links[path] = target

    def same_file(self, name: str, target: str) -> None:
        """Take a hard link to a file that came before."""
        path, goal = self._name(name), self._name(target)
        known = self.tree.files.get(goal) if goal else None
        if path is None:
            return
        if known is None:
            reason = Text(
                f"it is a hard link to `{target}`, which is no file before it",
                f"它是指向 `{target}` 的硬链接，而之前没有该文件",
            )
            raise self.refuse(name, reason)
        self.file(name, len(known.data), lambda: known.data, executable=known.executable)

    def leave_out(self, entry: str, reason: Text) -> None:
        """Note that a part of the source is not taken."""
        note = finding(codes.LEFT_OUT, self.where, entry=entry, reason=reason)
        self.tree.notes.append(note)

    def finish(self) -> Tree:
        """Resolve the links and return the tree.

        Raises:
            SourceError: a link leads out, or a limit is exceeded.
        """
        for path, target in self._links.items():
            goal = self._follow(path, target)
            file = self.tree.files.get(goal) if goal else None
            if file is not None and goal not in self._links:
                self.count(path, len(file.data))
                self.tree.files[path] = file
            else:
                self.leave_out(
                    path,
                    Text(
                        f"it is a link to `{target}`, which is no file of the source",
                        f"它是指向 `{target}` 的链接，而那不是来源中的文件",
                    ),
                )
        if not self.tree.files:
            raise SourceError(
                codes.ARCHIVE_UNREADABLE,
                self.where,
                reason=Text("it holds no file", "其中没有文件"),
            )
        self.tree.files = dict(sorted(self.tree.files.items()))
        return self.tree

    def _name(self, raw: str) -> str | None:
        """Return the checked path of an entry, ``None`` for one that is passed over."""
        name = raw.removeprefix("./").removesuffix("/")
        if name in {"", "."} and raw in {".", "./"}:
            return None
        reason = why_refused(name)
        if reason is not None:
            raise self.refuse(raw, reason)
        skipped = any(part.casefold() in _SKIPPED for part in name.split("/"))
        return None if skipped else name

    def count(self, name: str, size: int) -> None:
        """Count an entry against the limits."""
        limits = self.limits
        self._entries += 1
        self._total += size
        mib = 1024 * 1024
        if self._entries > limits.entries:
            raise self.limit(f"more than {limits.entries} entries", f"条目超过 {limits.entries} 个")
        if size < 0 or size > limits.file:
            raise self.limit(
                f"`{name}` is larger than {limits.file // mib} MiB",
                f"`{name}` 超过 {limits.file // mib} MiB",
            )
        if self._total > limits.total:
            raise self.limit(
                f"more than {limits.total // mib} MiB unpacked",
                f"解压后超过 {limits.total // mib} MiB",
            )
        if self.packed and self._total > max(limits.ratio_floor, limits.ratio * self.packed):
            raise self.limit(
                f"it unpacks to more than {limits.ratio} times its size",
                f"解压后超过自身大小的 {limits.ratio} 倍",
            )

    def _claim(self, path: str, raw: str) -> None:
        """Take the name of a file: no other may be equal but for case or composition."""
        folded = _fold(path)
        if folded in self._names:
            other = self._names[folded]
            raise self._double(raw, other)
        self._parents(path, raw)
        if folded in self._folders:
            raise self._double(raw, f"{path}/")
        self._names[folded] = path

    def _parents(self, path: str, raw: str) -> None:
        at = path.find("/")
        while at >= 0:
            folder = _fold(path[:at])
            if folder in self._names:
                raise self._double(raw, self._names[folder])
            if self._folders.setdefault(folder, path[:at]) != path[:at]:
                raise self._double(raw, f"{self._folders[folder]}/")
            at = path.find("/", at + 1)

    def _double(self, raw: str, other: str) -> SourceError:
        reason = Text(
            f"`{raw}` and `{other}` have the same name where case or composition does not count",
            f"不区分大小写或组合形式时，`{raw}` 与 `{other}` 同名",
        )
        return SourceError(codes.ARCHIVE_AMBIGUOUS, self.where, reason=reason)

    def _follow(self, path: str, target: str) -> str | None:
        """Return the path that a link leads to, ``None`` for a loop."""
        parts = path.split("/")[:-1]
        todo = deque(target.split("/"))
        hops = 0
        while todo:
            self._steps += 1
            if self._steps > _MAX_STEPS:
                raise self.limit("its links lead to links too often", "链接之间相互引用过多")
            part = todo.popleft()
            if part in {"", "."}:
                continue
            if part == "..":
                if not parts:
                    raise self.refuse(path, _leads_out(target))
                parts.pop()
                continue
            parts.append(part)
            if len(parts) > _MAX_DEPTH:  # deeper than any entry
                return None
            here = "/".join(parts)
            if here in self._links:
                hops += 1
                if hops > _MAX_HOPS:
                    return None
                parts.pop()
                todo.extendleft(reversed(self._links[here].split("/")))
        return "/".join(parts)


def _fold(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _leads_out(target: str) -> Text:
    return Text(f"it is a link to `{target}`, which leads out", f"它是指向外部 `{target}` 的链接")
