"""What a file is: by its name, and by its first bytes."""

from __future__ import annotations

from ..model import Resource

__all__ = ["BINARY_SUFFIXES", "IMAGE_SUFFIXES", "OPAQUE_SUFFIXES", "is_text", "magic", "suffix"]

IMAGE_SUFFIXES = frozenset(
    {".bmp", ".gif", ".ico", ".jpeg", ".jpg", ".mp3", ".mp4", ".pdf", ".png", ".wav", ".webp"}
)
# Programs and archives: nobody can read what they hold.
OPAQUE_SUFFIXES = {
    ".7z": "7z",
    ".class": "Java bytecode",
    ".dll": "PE",
    ".dylib": "Mach-O",
    ".exe": "PE",
    ".gz": "gzip",
    ".jar": "JAR",
    ".node": "native module",
    ".pyc": "Python bytecode",
    ".pyo": "Python bytecode",
    ".rar": "RAR",
    ".so": "ELF",
    ".tgz": "gzip",
    ".wasm": "WebAssembly",
    ".xz": "xz",
    ".zip": "ZIP",
}
BINARY_SUFFIXES = (
    IMAGE_SUFFIXES
    | frozenset(OPAQUE_SUFFIXES)
    | {
        ".avif", ".bin", ".dat", ".db", ".doc", ".docx", ".eot", ".gguf", ".heic", ".icns", ".mov",
        ".npy", ".npz", ".odt", ".ogg", ".onnx", ".otf", ".parquet", ".pkl", ".ppt", ".pptx",
        ".pt", ".pth", ".safetensors", ".sqlite", ".tar", ".tif", ".tiff", ".ttc", ".ttf", ".webm",
        ".woff", ".woff2", ".xls", ".xlsx",
    }
)  # fmt: skip

_MAGIC = (
    (b"\x7fELF", "ELF"),
    (b"\xfe\xed\xfa\xce", "Mach-O"),
    (b"\xfe\xed\xfa\xcf", "Mach-O"),
    (b"\xcf\xfa\xed\xfe", "Mach-O"),
    (b"\xca\xfe\xba\xbe", "Mach-O or Java bytecode"),
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x00asm", "WebAssembly"),
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"%PDF-", "PDF"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_FIRST_BYTES = frozenset(start[0] for start, _ in _MAGIC) | {ord("M")}
_PROGRAMS = frozenset(
    {"7z", "ELF", "Mach-O", "Mach-O or Java bytecode", "PE", "RAR", "WebAssembly", "ZIP", "gzip",
     "script", "xz"}
)  # fmt: skip


def suffix(path: str) -> str:
    """Return the file's extension in lower case, with its dot (empty for none)."""
    name = path[path.rfind("/") + 1 :]
    at = name.rfind(".")
    return name[at:].lower() if at > 0 else ""


def is_text(resource: Resource) -> bool:
    """Whether a file is meant to be read as text."""
    return suffix(resource.path) not in BINARY_SUFFIXES and not resource.binary


def magic(data: bytes) -> str:
    """Return what the first bytes say that a file is (empty where they say nothing)."""
    if not data or data[0] not in _FIRST_BYTES:
        return ""
    if data.startswith(b"MZ") and b"\0" in data[:64]:
        return "PE"
    return next((kind for start, kind in _MAGIC if data.startswith(start)), "")


def runs(kind: str) -> bool:
    """Whether a kind that :func:`magic` returns is a program or an archive."""
    return kind in _PROGRAMS
