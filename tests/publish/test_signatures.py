"""Sums and signatures: one bit anywhere is noticed, offline."""

from __future__ import annotations

import base64
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.platforms.publish import sums
from polyskill.platforms.publish.errors import PublishError
from polyskill.platforms.publish.keys import write_pair
from polyskill.platforms.publish.pack import PackRequest, pack
from polyskill.platforms.publish.signing import BadSignature, Signer, check, load_signer
from polyskill.platforms.publish.verify import Verified, verify

from .conftest import Write

UNSIGNED = b"untrusted comment: "


@pytest.fixture
def signed(write: Write, packing: Callable[..., PackRequest], signer: Signer) -> Path:
    [made] = pack(packing(write(), signer=signer)).packs
    return made.folder


def flipped(data: bytes, at: int, bit: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


def codes(made: Verified) -> list[str]:
    return [found.code.id for found in made.diagnostics]


def test_a_signed_pack_verifies(signed: Path, keys: tuple[Path, Path]) -> None:
    public = keys[1]
    made = verify(signed, str(public))
    assert (made.signature, made.comment, made.diagnostics) == ("good", "greeter 1.0.0", [])
    assert len(made.files) == len(list(signed.iterdir())) - 2
    word = public.read_text().splitlines()[1]
    assert verify(signed / sums.NAME, word).signature == "good"
    assert verify(signed).signature == "unchecked"
    one = verify(signed / "greeter-1.0.0-source.zip", str(public))
    assert (one.signature, one.files) == ("good", ["greeter-1.0.0-source.zip"])


def test_signing_again_gives_the_same_bytes(signer: Signer) -> None:
    assert signer.sign(b"data", "x 1.0.0") == signer.sign(b"data", "x 1.0.0")


@pytest.mark.parametrize("every", [pytest.param(8, marks=pytest.mark.slow), 1])
def test_every_bit_of_the_sums_and_the_signature_counts(
    signed: Path, keys: tuple[Path, Path], every: int
) -> None:
    """All eight bits of each byte, or one of each, which is another from byte to byte."""
    data, public = (signed / sums.NAME).read_bytes(), str(keys[1])
    signature = (signed / f"{sums.NAME}.minisig").read_bytes()
    assert check(data, signature, public) == "greeter 1.0.0"
    # Of the first line of a signature minisign signs nothing, and polyskill shows nothing.
    start = signature.index(b"\n")
    for at in range(len(data)):
        for bit in range(at % 8, at % 8 + every):
            with pytest.raises(BadSignature):
                check(flipped(data, at, bit % 8), signature, public)
    for at in range(start, len(signature)):
        for bit in range(at % 8, at % 8 + every):
            with pytest.raises(BadSignature):
                check(data, flipped(signature, at, bit % 8), public)


def test_a_bit_of_the_sums_or_the_signature_fails_the_pack(
    signed: Path, keys: tuple[Path, Path]
) -> None:
    chance = random.Random(11)
    for name in (sums.NAME, f"{sums.NAME}.minisig"):
        place = signed / name
        good = place.read_bytes()
        start = good.index(b"\n") if name.endswith(".minisig") else 0
        for at in chance.sample(range(start, len(good)), 40):
            place.write_bytes(flipped(good, at, chance.randrange(8)))
            made = verify(signed, str(keys[1]))
            assert made.failed, (name, at)
            assert made.signature != "good", (name, at)
            assert made.comment == "", (name, at)
        place.write_bytes(good)
    assert not verify(signed, str(keys[1])).failed


def test_the_unsigned_comment_is_never_shown(signed: Path, keys: tuple[Path, Path]) -> None:
    place = signed / f"{sums.NAME}.minisig"
    lines = place.read_bytes().split(b"\n")
    lines[0] = UNSIGNED + b"greeter 9.9.9"
    place.write_bytes(b"\n".join(lines))
    made = verify(signed, str(keys[1]))
    assert (made.signature, made.comment) == ("good", "greeter 1.0.0")


def test_another_spelling_of_the_same_signature_is_refused(
    signed: Path, keys: tuple[Path, Path]
) -> None:
    place = signed / f"{sums.NAME}.minisig"
    lines = place.read_bytes().split(b"\n")
    last = lines[3].decode()
    twins = [
        last[:-3] + char + "=="
        for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        if base64.b64decode(last[:-3] + char + "==") == base64.b64decode(last) and last[-3] != char
    ]
    assert twins
    lines[3] = twins[0].encode()
    place.write_bytes(b"\n".join(lines))
    assert codes(verify(signed, str(keys[1]))) == ["PS992"]


def test_a_bit_of_any_file_is_noticed(signed: Path) -> None:
    chance = random.Random(7)
    for place in sorted(signed.glob("greeter*")):
        good = place.read_bytes()
        for at in chance.sample(range(len(good)), 40):
            place.write_bytes(flipped(good, at, chance.randrange(8)))
            assert codes(verify(signed)) == ["PS991"]
            assert verify(place).failed
        place.write_bytes(good)


def test_missing_and_planted_files_are_noticed(signed: Path) -> None:
    (signed / "greeter-1.0.0-extra.zip").write_bytes(b"PK")
    made = verify(signed)
    assert codes(made) == ["PS993"]
    assert not made.failed
    (signed / "greeter-1.0.0-source.zip").unlink()
    assert codes(verify(signed)) == ["PS991", "PS993"]
    (signed / "greeter-1.0.0-source.zip").symlink_to(signed / "greeter-1.0.0-extra.zip")
    assert "PS991" in codes(verify(signed))


def test_another_key_does_not_fit(signed: Path, tmp_path: Path) -> None:
    public, word = write_pair(tmp_path / "other", "")
    for key in (str(public), word):
        made = verify(signed, key)
        assert codes(made) == ["PS992"]
        assert made.signature == "bad"


def test_a_key_asks_for_a_signature(
    write: Write, packing: Callable[..., PackRequest], keys: tuple[Path, Path]
) -> None:
    [made] = pack(packing(write())).packs
    assert verify(made.folder).signature == "none"
    assert codes(verify(made.folder, str(keys[1]))) == ["PS992"]


def test_a_signature_is_not_left_behind(
    write: Write, packing: Callable[..., PackRequest], signer: Signer, keys: tuple[Path, Path]
) -> None:
    source = write()
    [made] = pack(packing(source, signer=signer)).packs
    write(body="Greet people coldly.")
    refused = pack(packing(source, replace=True))
    assert [found.code.id for found in refused.diagnostics if found.severity == "error"] == [
        "PS990"
    ]
    assert not verify(made.folder, str(keys[1])).failed
    assert not pack(packing(source, replace=True, signer=signer)).failed
    assert not verify(made.folder, str(keys[1])).failed


def test_keys_with_a_password(tmp_path: Path) -> None:
    minisign = pytest.importorskip("minisign")
    pair = minisign.KeyPair.generate()
    pair.secret_key.encrypt(
        "口令", opslimit=32768, memlimit=16 << 20
    )  # the least that scrypt takes
    place = tmp_path / "key"
    place.write_bytes(bytes(pair.secret_key) + b"\n")
    signature = load_signer(place, lambda: "口令").sign(b"data", "x")
    pair.public_key.verify(b"data", minisign.Signature.from_bytes(signature))
    with pytest.raises(PublishError, match="wrong password") as refused:
        load_signer(place, lambda: "mellon")
    assert refused.value.diagnostic.code.id == "PS989"


def test_a_secret_key_is_its_owners_alone_and_never_replaced(tmp_path: Path) -> None:
    pytest.importorskip("minisign")
    place = tmp_path / "key"
    write_pair(place, "")
    assert place.stat().st_mode & 0o777 == 0o600
    before = place.read_bytes()
    with pytest.raises(PublishError) as refused:
        write_pair(place, "")
    assert refused.value.diagnostic.code.id == "PS985"
    assert place.read_bytes() == before


@pytest.mark.parametrize("text", ["", "untrusted comment: x\nAAAA\n", "\0\xff", "x\n" * 9])
def test_what_is_no_key(tmp_path: Path, signed: Path, text: str) -> None:
    place = tmp_path / "none"
    place.write_text(text, "latin-1")
    with pytest.raises(PublishError):
        load_signer(place, lambda: "")
    with pytest.raises(PublishError):
        verify(signed, str(place))
    with pytest.raises(PublishError):
        load_signer(tmp_path / "absent", lambda: "")


def test_without_the_library_the_remedy_is_named(tmp_path: Path) -> None:
    (tmp_path / "minisign.py").write_text("raise ImportError('not here')\n")
    done = subprocess.run(
        [sys.executable, "-m", "polyskill", "pack", "--new-key", "key"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "POLYSKILL_SIGN_PASSWORD": "", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert 'pip install "polyskill[sign]"' in done.stderr
    assert not (tmp_path / "key").exists()


def test_minisign_itself_agrees(signed: Path, keys: tuple[Path, Path]) -> None:
    if shutil.which("minisign") is None:
        pytest.skip("the program minisign is not installed")
    subprocess.run(
        ["minisign", "-V", "-p", keys[1], "-m", signed / sums.NAME], check=True, timeout=30
    )


def test_sha256sum_reads_the_sums(signed: Path) -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("sha256sum is not installed")
    command = ["sha256sum", "--strict", "-c", sums.NAME]
    subprocess.run(command, cwd=signed, capture_output=True, check=True, timeout=30)


@given(
    st.dictionaries(
        st.text(
            st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1
        ).filter(lambda name: name not in (".", "..") and ":" not in name),
        st.binary(max_size=4).map(sums.digest),
        max_size=6,
    )
)
def test_lists_of_sums_read_back(found: dict[str, str]) -> None:
    assert sums.parse(sums.text(found)) == found


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "a/../../x", "a//b", ".", "C:/x", "a/./b", "x\0y"]
)
def test_lists_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    line = f"{'0' * 64}  {name}\n"
    with pytest.raises(ValueError, match="line 1"):
        sums.parse(line.encode())
    (tmp_path / sums.NAME).write_text(line)
    assert codes(verify(tmp_path)) == ["PS994"]


def test_what_is_no_pack(tmp_path: Path, signed: Path) -> None:
    assert codes(verify(tmp_path / "nothing")) == ["PS994"]
    assert codes(verify(tmp_path)) == ["PS994"]
    other = signed / "unlisted.zip"
    other.write_bytes(b"x")
    assert codes(verify(other)) == ["PS994"]
    twice = (signed / sums.NAME).read_text() * 2
    (signed / sums.NAME).write_text(twice)
    assert codes(verify(signed)) == ["PS994"]
