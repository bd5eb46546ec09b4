"""Networks that other programs exported as ONNX, read from anyone under limits."""

from __future__ import annotations

from playground.files.onnx.limits import MAX_BYTES, UnknownOperator
from playground.files.onnx.reading import load_onnx

__all__ = ["MAX_BYTES", "UnknownOperator", "load_onnx"]
