"""Archives that are fine, and over a hundred that are not: each is refused for its own reason."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib

import pytest

from polyskill.platforms.sources import Limits, SourceError
from polyskill.platforms.sources.archive import read_archive
from polyskill.platforms.sources.entries import why_refused

TEXT = b"---\nname: a\ndescription: A.\n---\nBody.\n"
UNIX = 3 << 8


class Zip:
    """A zip written by hand, so that every field can lie. ``local`` and ``central`` override."""

    def __init__(self) -> None:
        self.body = b""
        self.central = b""
        self.count = 0

    def add(self, name="SKILL.md", data=TEXT, *, mode=0o100644, deflate=True, before=b"", after=b"",
            local=None, central=None, extra=b"", local_extra=b"", offset=None, cut=0,
            tail=b"", flush=zlib.Z_FINISH):  # fmt: skip
        raw = name if isinstance(name, bytes) else name.encode()
        packed = data
        if deflate:
            stream = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed = stream.compress(data) + stream.flush(flush) + tail
        base = {
            "flags": 0x800, "method": 8 if deflate else 0, "crc": zlib.crc32(data),
            "packed": len(packed), "size": len(data), "name": raw,
        }  # fmt: skip
        one, two = base | (local or {}), base | (central or {})
        self.body += before
        at = len(self.body) if offset is None else offset
        self.body += struct.pack(
            "<4s5H3L2H", b"PK\3\4", 20, one["flags"], one["method"], 0, 33, one["crc"],
            one["packed"], one["size"], len(one["name"]), len(local_extra),
        ) + one["name"] + local_extra + packed[: len(packed) - cut] + after  # fmt: skip
        self.central += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", two.get("made", UNIX | 20), 20, two["flags"], two["method"],
            0, 33, two["crc"], two["packed"], two["size"], len(two["name"]), len(extra), 0,
            two.get("disk", 0), 0, (mode << 16) | two.get("dos", 0), at,
        ) + two["name"] + extra  # fmt: skip
        self.count += 1
        return self

    def end(self, *, between=b"", after=b"", comment=b"", before=b"", **fields) -> bytes:
        at = len(before) * fields.get("shift", 0) + len(self.body)
        count = fields.get("count", self.count)
        record = struct.pack(
            "<4s4H2LH", b"PK\5\6", fields.get("disk", 0), 0, fields.get("here", count), count,
            fields.get("size", len(self.central)), fields.get("at", at), len(comment),
        )  # fmt: skip
        return before + self.body + self.central + between + record + comment + after


def one(*args, **kwargs) -> bytes:
    return Zip().add(*args, **kwargs).end()


def many(*names: str) -> bytes:
    made = Zip()
    for name in names:
        made.add(name)
    return made.end()


def info(name="SKILL.md", kind=tarfile.REGTYPE, link="", size=None, mode=0o644, pax=None):
    member = tarfile.TarInfo(name)
    member.type, member.linkname, member.mode = kind, link, mode
    member.size = (len(TEXT) if kind == tarfile.REGTYPE else 0) if size is None else size
    member.pax_headers = pax or {}
    return member


def tar(*members: tarfile.TarInfo, form=tarfile.PAX_FORMAT, data=TEXT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        archive.addfile(info("ok.md"), io.BytesIO(TEXT))
        for member in members:
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def raw_tar(field: int, value: bytes, *, name=b"x", kind=b"0", body=b"") -> bytes:
    """A tar of one entry with one field of its header replaced."""
    block = bytearray(512)
    block[: len(name)] = name
    block[100:108], block[124:136] = b"0000644\0", b"%011o\0" % len(body)
    block[156:157], block[257:265] = kind, b"ustar\x0000"
    block[field : field + len(value)] = value
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + body + bytes(-len(body) % 512) + bytes(1024)


def descriptor(crc: int, packed: int, size: int, mark=b"PK\7\x08") -> bytes:
    return mark + struct.pack("<3L", crc, packed, size)


def streamed(mark=b"PK\7\x08", wrong=0) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = len(stream.compress(TEXT) + stream.flush())
    none = {"flags": 0x808, "crc": 0, "packed": 0, "size": 0}
    record = descriptor(zlib.crc32(TEXT) + wrong, packed, len(TEXT), mark)
    return Zip().add(local=none, central={"flags": 0x808}, after=record).end()


def extra(kind: int, body: bytes) -> bytes:
    return struct.pack("<2H", kind, len(body)) + body


def unicode_path(name: str) -> bytes:
    return extra(0x7075, b"\1" + struct.pack("<L", zlib.crc32(b"SKILL.md")) + name.encode())


BIG = b"\0" * (17 * 1024 * 1024)
NFC, NFD = "é.md", unicodedata.normalize("NFD", "é.md")

GOOD = {
    "zip": one(),
    "stored": one(deflate=False),
    "empty comment": Zip().add().end(comment=b"a comment"),
    "folder": Zip().add("a/", b"", mode=0o40755).add("a/SKILL.md").end(),
    "dos folder": Zip().add("a/", b"", mode=0, central={"made": 20, "dos": 0x10}).add().end(),
    "chinese": many("SKILL.md", "参考/中文.md"),
    "utf-8 without its flag": one("中.md", local={"flags": 0}, central={"flags": 0}),
    "same name in an extra field": one(extra=unicode_path("SKILL.md")),
    "streamed": streamed(),
    "streamed without a mark": streamed(b""),
    "nested zip, stored": one("assets/a.zip", one(), deflate=False),
    "tar": tar(),
    "tar.gz": gzip.compress(tar()),
    "tar.xz": lzma.compress(tar()),
    "tar.bz2": bz2.compress(tar()),
    "tar.gz of two members": gzip.compress(tar()[:700]) + gzip.compress(tar()[700:]),
    "gnu": tar(info("深" * 60 + ".md"), form=tarfile.GNU_FORMAT),
    "ustar prefix": tar(info("a" * 90 + "/" + "b" * 90), form=tarfile.USTAR_FORMAT),
    "pax": tar(info("深" * 60 + ".md", pax={"mtime": "1.5", "comment": "x"})),
    "dot": tar(info("./", tarfile.DIRTYPE), info("./a.md")),
    "pointer to a file": tar(info("l.md", tarfile.SYMTYPE, "ok.md")),
    "second name of a file": tar(info("l.md", tarfile.LNKTYPE, "ok.md")),
}

# name: (bytes, code, words of the message)
BAD: dict[str, tuple[bytes, str, str]] = {
    # names
    "zip up": (one("../x"), "PS911", "`..`"),
    "zip up inside": (one("a/../../x"), "PS911", "`..`"),
    "zip absolute": (one("/etc/x"), "PS911", "absolute"),
    "zip drive": (one("C:/x"), "PS911", "drive"),
    "zip drive relative": (one("C:x"), "PS911", "drive"),
    "zip unc": (one("\\\\host\\x"), "PS911", "absolute"),
    "zip unc slashes": (one("//host/x"), "PS911", "absolute"),
    "zip backslash": (one("a\\..\\..\\x"), "PS911", "backslash"),
    "zip empty name": (one(""), "PS911", "empty"),
    "zip nul": (one("a\0.md"), "PS911", "empty"),
    "zip empty part": (one("a//b"), "PS911", "empty part"),
    "zip dot part": (one("a/./b"), "PS911", "empty part"),
    "zip control": (one("a\x1b[2J.md"), "PS911", "cannot be seen"),
    "zip newline": (one("a\nb.md"), "PS911", "cannot be seen"),
    "zip bidi": (one("a\u202egpj.sh"), "PS911", "cannot be seen"),
    "zip isolate": (one("a\u2066b"), "PS911", "cannot be seen"),
    "zip zero width": (one("a\u200bb"), "PS911", "cannot be seen"),
    "zip tag character": (one("a\U000e0041"), "PS911", "cannot be seen"),
    "zip line separator": (one("a\u2028b"), "PS911", "cannot be seen"),
    "zip device": (one("con"), "PS911", "device"),
    "zip device with ending": (one("a/NUL.md"), "PS911", "device"),
    "zip device superscript": (one("COM\u00b9.x"), "PS911", "device"),
    "zip device and space": (one("aux .md"), "PS911", "device"),
    "zip trailing dot": (one("a./x"), "PS911", "dot or a space"),
    "zip trailing space": (one("x "), "PS911", "dot or a space"),
    "zip stream": (one("x.md:evil"), "PS911", "Windows has no"),
    "zip wildcard": (one("a*b"), "PS911", "Windows has no"),
    "zip long part": (one("长" * 90), "PS911", "longer than 255"),
    "zip long path": (one("/".join(["a" * 200] * 6)), "PS911", "longer than 1024"),
    "zip deep": (one("/".join("a" * 40)), "PS911", "32 levels"),
    "zip gbk": (one("中文.md".encode("gbk"), local={"flags": 0}, central={"flags": 0}), "PS910",
                "encoding is not told"),
    "zip false utf-8": (one(b"\xff.md"), "PS910", "claims to be"),
    "tar up": (tar(info("../x")), "PS911", "`..`"),
    "tar absolute": (tar(info("/x")), "PS911", "absolute"),
    "tar up by pax": (tar(info("../" + "深" * 60)), "PS911", "`..`"),
    "tar up by gnu": (tar(info("../" + "a" * 120), form=tarfile.GNU_FORMAT), "PS911", "`..`"),
    "tar up by prefix": (raw_tar(345, b".."), "PS911", "`..`"),
    "tar not utf-8": (raw_tar(0, "中".encode("gbk")), "PS911", "cannot be seen"),
    "tar device name": (tar(info("lpt1.txt")), "PS911", "device"),
    # doubles
    "zip twice": (many("a", "a"), "PS912", "same name"),
    "zip case": (many("a/SKILL.md", "a/skill.md"), "PS912", "same name"),
    "zip case of folders": (many("a/x", "A/y"), "PS912", "same name"),
    "zip sharp s": (many("straße", "STRASSE"), "PS912", "same name"),
    "zip composition": (many(NFC, NFD), "PS912", "same name"),
    "zip file and folder": (many("a", "a/b"), "PS912", "same name"),
    "zip folder and file": (many("a/b", "A"), "PS912", "same name"),
    "zip folder entry and file": (Zip().add("a/", b"", mode=0o40755).add("a").end(), "PS912",
                                  "same name"),
    "tar twice": (tar(info("ok.md")), "PS912", "same name"),
    "tar file below a link": (tar(info("d", tarfile.SYMTYPE, "ok.md"), info("d/x")), "PS912",
                              "same name"),
    # links and kinds
    "zip link out": (one("l", b"../../etc/passwd", mode=0o120777), "PS911", "leads out"),
    "zip link absolute": (one("l", b"/etc/passwd", mode=0o120777), "PS911", "leads out"),
    "zip link drive": (one("l", b"C:\\x", mode=0o120777), "PS911", "leads out"),
    "zip device file": (one(mode=0o020644), "PS911", "device"),
    "zip pipe": (one(mode=0o010644), "PS911", "device"),
    "zip socket": (one(mode=0o140644), "PS911", "device"),
    "zip folder mode, file name": (one("a", mode=0o40755), "PS912", "a folder and a file"),
    "zip folder name, file mode": (one("a/", b"", mode=0o100644), "PS912", "a folder and a file"),
    "zip folder with bytes": (one("a/", b"x", mode=0o40755), "PS912", "a folder and a file"),
    "tar link out": (tar(info("l", tarfile.SYMTYPE, "../x")), "PS911", "leads out"),
    "tar link out by steps": (
        tar(info("d/up", tarfile.SYMTYPE, ".."), info("l", tarfile.SYMTYPE, "d/up/../../x")),
        "PS911", "leads out"),
    "tar link absolute": (tar(info("l", tarfile.SYMTYPE, "/etc/passwd")), "PS911", "leads out"),
    "tar link empty": (tar(info("l", tarfile.SYMTYPE, "")), "PS911", "leads out"),
    "tar hard link out": (tar(info("l", tarfile.LNKTYPE, "../x")), "PS911", "`..`"),
    "tar hard link absolute": (tar(info("l", tarfile.LNKTYPE, "/etc/passwd")), "PS911", "absolute"),
    "tar hard link to nothing": (tar(info("l", tarfile.LNKTYPE, "no")), "PS911", "no file before"),
    "tar hard link to a link": (
        tar(info("s", tarfile.SYMTYPE, "ok.md"), info("l", tarfile.LNKTYPE, "s")), "PS911",
        "no file before"),
    "tar character device": (tar(info("d", tarfile.CHRTYPE)), "PS911", "device"),
    "tar block device": (tar(info("d", tarfile.BLKTYPE)), "PS911", "device"),
    "tar pipe": (tar(info("d", tarfile.FIFOTYPE)), "PS911", "pipe"),
    "tar unknown kind": (raw_tar(0, b"x", kind=b"Z"), "PS911", "unknown kind"),
    "tar sparse": (tar(info("d", tarfile.GNUTYPE_SPARSE)), "PS912", "sparse"),
    "tar sparse by pax": (tar(info(pax={"GNU.sparse.major": "1"})), "PS912", "GNU.sparse"),
    "tar folder with bytes": (raw_tar(0, b"a/", body=b"x"), "PS912", "a folder and a file"),
    # two readings
    "zip other local name": (one(local={"name": b"OTHER.md"}), "PS912", "another name"),
    "zip other local size": (one(local={"size": 1}), "PS912", "two headers"),
    "zip other local crc": (one(local={"crc": 1}), "PS912", "two headers"),
    "zip other local method": (one(local={"method": 0}), "PS912", "two headers"),
    "zip other local flags": (one(local={"flags": 0}), "PS912", "two headers"),
    "zip name in extra field": (one(extra=unicode_path("evil.sh")), "PS912", "extra field"),
    "zip name in local extra": (one(local_extra=unicode_path("evil.sh")), "PS912", "extra field"),
    "zip two end records": (Zip().add().end(comment=Zip().end(at=0, size=0)), "PS912",
                            "several end records"),
    "zip after zip": (one() + one("b"), "PS912", "before its entries"),
    "zip data before": (Zip().add().end(before=b"#!/bin/sh\n"), "PS912", "before its entries"),
    "zip data before, shifted": (Zip().add(before=b"#!/bin/sh\n").end(), "PS912", "between them"),
    "zip data after": (Zip().add().end(after=b"x"), "PS912", "follows its end"),
    "zip data between entries": (Zip().add().add("b", before=b"gap").end(), "PS912",
                                 "between them"),
    "zip data before the directory": (Zip().add(after=b"gap").end(), "PS912", "between them"),
    "zip data after the directory": (Zip().add().end(between=b"gap"), "PS912", "before its"),
    "zip entries share bytes": (Zip().add().add("b", offset=0).end(), "PS912", "overlap"),
    "zip hidden entry": (Zip().add().add("b").end(count=1), "PS912", "more entries"),
    "zip64 extra": (one(extra=extra(1, bytes(16))), "PS912", "Zip64"),
    "zip64 end": (Zip().add().end(between=b"PK\6\7" + bytes(16), size=0xFFFFFFFF), "PS912",
                  "Zip64"),
    "zip size too small": (one(local={"size": 3}, central={"size": 3}), "PS912", "declared size"),
    "zip size too large": (one(local={"size": 99}, central={"size": 99}), "PS912", "declared size"),
    "zip stored of two sizes": (
        one(deflate=False, local={"size": 3}, central={"size": 3}), "PS912", "declared size"),
    "zip bytes after a stream": (one(tail=b"hidden"), "PS912", "declared size"),
    "zip stream without end": (one(flush=zlib.Z_SYNC_FLUSH), "PS912", "declared size"),
    "zip wrong descriptor": (streamed(wrong=1), "PS912", "record after"),
    "tar data after its end": (tar() + b"x" * 512, "PS912", "follows its end"),
    "tar size by pax": (tar(info(pax={"size": "9"})), "PS912", "`size`"),
    "tar global path": (raw_tar(0, b"g", kind=b"g", body=b"13 path=../x\n"), "PS912", "global"),
    "tar character set": (tar(info(pax={"hdrcharset": "BINARY"})), "PS912", "hdrcharset"),
    "gzip and more": (gzip.compress(tar()) + b"more", "PS912", "follows its end"),
    # damage
    "zip encrypted": (one(local={"flags": 0x801}, central={"flags": 0x801}), "PS910", "encrypted"),
    "zip strong encryption": (one(local={"flags": 0x841}, central={"flags": 0x841}), "PS910",
                              "encrypted"),
    "zip method": (one(local={"method": 14}, central={"method": 14}), "PS910", "method 14"),
    "zip crc": (one(local={"crc": 1}, central={"crc": 1}), "PS910", "checksum"),
    "zip damaged deflate": (
        Zip().add(deflate=False, local={"method": 8}, central={"method": 8}).end(), "PS910",
        "damaged"),
    "tar links without end": (
        tar(*[info(f"d{n}", tarfile.SYMTYPE, "a/../" * 180 + "a") for n in range(2800)]), "PS913",
        "too often"),
    "tar long link": (tar(info("l", tarfile.SYMTYPE, "a/" * 600)), "PS911", "leads out"),
    "zip damaged central header": (one().replace(b"PK\1\2", b"PK\1\3"), "PS910", "damaged"),
    "zip damaged local header": (one().replace(b"PK\3\4", b"PK\3\5"), "PS910", "damaged"),
    "zip volumes": (Zip().add().end(disk=1), "PS910", "volumes"),
    "zip volume of an entry": (one(central={"disk": 1}), "PS910", "damaged"),
    "zip cut": (one()[:-30], "PS910", "no end record"),
    "zip cut entry": (one(cut=5), "PS912", "overlap"),
    "zip count too large": (Zip().add().end(count=2), "PS910", "cut off"),
    "zip offset outside": (one(offset=10**6), "PS912", "overlap"),
    "zip without files": (Zip().end(), "PS910", "no file"),
    "zip of folders only": (one("a/", b"", mode=0o40755), "PS910", "no file"),
    "tar cut": (tar()[:700], "PS910", "cut off"),
    "tar without end": (tar()[: 512 + 512], "PS910", "cut off"),
    "tar checksum": (b"X" + tar()[1:], "PS910", "damaged"),
    "tar negative size": (raw_tar(124, b"\xff" * 12), "PS910", "negative"),
    "tar huge size": (raw_tar(124, b"\x80" + b"\x7f" * 11), "PS910", "cut off"),
    "tar size of letters": (raw_tar(124, b"9z99\0"), "PS910", "damaged"),
    "tar damaged pax": (raw_tar(0, b"p", kind=b"x", body=b"999 path=x\n"), "PS910", "damaged"),
    "tar pax of length 0": (raw_tar(0, b"p", kind=b"x", body=b"0 a=b\n"), "PS910", "damaged"),
    "tar long header": (raw_tar(0, b"p", kind=b"L", body=b"a" * 70_000), "PS910", "too long"),
    "gzip cut": (gzip.compress(tar())[:-9], "PS910", "cut off"),
    "gzip checksum": (gzip.compress(tar())[:-8] + bytes(8), "PS910", "compression"),
    "xz cut": (lzma.compress(tar())[:-9], "PS910", "cut off"),
    "bzip2 damaged": (bz2.compress(tar())[:20] + b"xxxx" + bz2.compress(tar())[24:], "PS910",
                      "compression"),
    "nothing": (b"", "PS910", "neither"),
    "html": (b"<!doctype html><html></html>", "PS910", "neither"),
    "rar": (b"Rar!\x1a\x07\x00" + bytes(100), "PS910", "neither"),
    # bombs
    "zip bomb": (one("x", BIG), "PS913", "200 times"),
    "gzip bomb": (gzip.compress(tar(info(size=len(BIG)), data=BIG) * 2), "PS913", "200 times"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_good_archive_is_unpacked(name, web, get, files_of):
    web.pages["/pack.zip"] = GOOD[name]
    [got] = get(f"{web.url}/pack.zip")
    assert got.revision.startswith("sha256:")
    found = files_of(got)
    assert found
    assert all(not path.startswith((".", "/")) for path in found)


@pytest.mark.parametrize("name", BAD)
def test_a_hostile_archive_is_refused(name, web, refused, tmp_path, cache):
    data, code, words = BAD[name]
    web.pages["/pack.zip"] = data
    before = {path for path in tmp_path.rglob("*") if cache not in path.parents and path != cache}
    said = refused(f"{web.url}/pack.zip", code)
    assert words in said.message()
    assert said.message().isprintable()
    after = {path for path in tmp_path.rglob("*") if cache not in path.parents and path != cache}
    assert after == before
    assert not list(cache.rglob("*.md"))


def test_there_are_enough_hostile_variants():
    assert len(BAD) >= 100
    assert len({data for data, _, _ in BAD.values()}) == len(BAD)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(entries=2), "more than 2 entries"),
        (Limits(file=10), "larger than 0 MiB"),
        (Limits(total=50), "unpacked"),
    ],
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_limits_are_told(limits, words, kind, web, refused):
    made = many("a", "b", "c") if kind == "zip" else tar(info("b"), info("c"))
    web.pages["/p.zip"] = made
    assert words in refused(f"{web.url}/p.zip", "PS913", limits=limits).message()


def test_every_entry_of_a_hundred_thousand_counts(web, refused):
    web.pages["/p.zip"] = Zip().add().end(count=0xFFFF)
    assert "20000 entries" in refused(f"{web.url}/p.zip", "PS913").message()


def test_modes_are_those_of_files_and_programs_only(web, get):
    made = Zip().add("run.sh", mode=0o106777).add("a.md", mode=0o100600).add("SKILL.md", mode=0)
    web.pages["/p.zip"] = made.end()
    web.pages["/p.tgz"] = tar(info("run.sh", mode=0o6755), info("a.md", mode=0o600))
    for name in ("p.zip", "p.tgz"):
        [got] = get(f"{web.url}/{name}")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in got.path.iterdir()}
        assert modes["run.sh"] == 0o755
        assert modes["a.md"] == 0o644


def test_the_wrapping_folder_is_taken_off(web, get, files_of):
    web.pages["/x.zip"] = many("技能-1.0/SKILL.md", "技能-1.0/a/b.md", "__MACOSX/x")
    [got] = get(f"{web.url}/x.zip")
    assert got.path.name == "技能-1.0"
    assert set(files_of(got)) == {"SKILL.md", "a/b.md"}


def test_a_flat_archive_is_called_after_its_file(web, get, files_of):
    web.pages["/%E6%8A%80%E8%83%BD.tar.gz"] = gzip.compress(tar())
    [got] = get(f"{web.url}/技能.tar.gz")
    assert got.path.name == "技能"


@pytest.mark.parametrize("folder", ["skills", ".claude-plugin"])
def test_a_folder_that_means_something_stays(folder, web, get, files_of):
    web.pages["/x.zip"] = many(f"{folder}/a/SKILL.md")
    [got] = get(f"{web.url}/x.zip")
    assert set(files_of(got)) == {f"{folder}/a/SKILL.md"}


def test_what_the_compiler_never_reads_is_passed_over(web, get, files_of):
    web.pages["/x.zip"] = many(
        "SKILL.md", ".git/config", "node_modules/a/b.js", "a/__pycache__/x.pyc"
    )
    [got] = get(f"{web.url}/x.zip")
    assert set(files_of(got)) == {"SKILL.md"}


def test_a_subfolder_of_an_archive(web, get, refused, files_of):
    web.pages["/x.zip"] = many("top/skills/a/SKILL.md", "top/skills/b/SKILL.md")
    for text in ("skills/a", "top/skills/a"):
        [got] = get(f"{web.url}/x.zip#subdirectory={text}")
        assert (got.path.name, set(files_of(got))) == ("a", {"SKILL.md"})
    assert "skills/a" in refused(f"{web.url}/x.zip#subdirectory=skills/c", "PS901").args["there"]


def test_an_archive_of_this_machine(tmp_path, get, files_of):
    (tmp_path / "包.zip").write_bytes(many("SKILL.md"))
    [got] = get("./包.zip", offline=True)
    assert (set(files_of(got)), got.pinned) == ({"SKILL.md"}, False)


def test_zip_and_tar_of_the_same_files_have_the_same_digest(web, get):
    web.pages["/a.zip"] = many("ok.md", "SKILL.md")
    web.pages["/a.tgz"] = gzip.compress(tar(info()))
    [one_], [two] = get(f"{web.url}/a.zip"), get(f"{web.url}/a.tgz")
    assert one_.digest == two.digest
    assert one_.revision != two.revision


def test_archives_of_the_standard_library_and_of_git_are_read(repo, tmp_path, get, files_of):
    repo.commit({"SKILL.md": "x", "参考/中.md": "y"})
    for name in ("a.zip", "a.tar.gz"):
        repo.git("archive", "--prefix=top/", "-o", str(tmp_path / name), "HEAD")
        assert set(files_of(get(f"./{name}")[0])) == {"SKILL.md", "参考/中.md"}
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("SKILL.md", "x")
        archive.writestr("参考/中.md", "y")
    assert set(files_of(get("./b.zip")[0])) == {"SKILL.md", "参考/中.md"}


def _damaged(data: bytes, chance: random.Random) -> bytes:
    """Flip, cut, double or insert a few bytes, where headers are more often than elsewhere."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.choice([chance.randrange(len(made)), len(made) - 1 - chance.randrange(60)])
        at = max(0, min(at, len(made) - 1))
        match chance.randrange(5):
            case 0:
                made[at] ^= 1 << chance.randrange(8)
            case 1:
                made[at] = chance.choice(b"\0\xff/.\\PK0")
            case 2:
                del made[at : at + chance.randint(1, 40)]
            case 3:
                made[at:at] = made[at : at + chance.randint(1, 40)]
            case 4:
                made[at:at] = chance.randbytes(chance.randint(1, 8))
        if not made:
            return b""
    return bytes(made)


def _fuzz(rounds: int, seed: int) -> tuple[int, int]:
    chance = random.Random(seed)
    plain = [data for data in (*GOOD.values(), *(one[0] for one in BAD.values())) if data]
    small = [data for data in plain if len(data) < 20_000]
    limits = Limits(file=100_000, total=200_000, ratio_floor=200_000)
    read = refused = 0
    for _ in range(rounds):
        data = _damaged(chance.choice(small), chance)
        try:
            tree = read_archive(data, "x", limits)
        except SourceError as error:
            assert error.diagnostic.message().isprintable()
            refused += 1
        else:
            assert all(why_refused(path) is None for path in tree.files)
            assert sum(len(file.data) for file in tree.files.values()) <= limits.total
            read += 1
    return read, refused


def test_damaged_archives_are_read_or_refused():
    read, refused_ = _fuzz(2_000, 1)
    assert read > 5
    assert refused_ > 500


@pytest.mark.slow
def test_many_damaged_archives_are_read_or_refused():
    read, refused_ = _fuzz(200_000, 2)
    assert read > 500
    assert refused_ > 50_000
