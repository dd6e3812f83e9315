"""From a configuration to a shape: one function for all decoders, one module for each block."""

from __future__ import annotations

from .build import MODEL_TYPES, build

__all__ = ["MODEL_TYPES", "build"]
