"""Designs on disk: reading with every fault named, writing so that nothing is ever half written."""

from model.files.design_file import parse_design, read_design, to_bytes, write_design

__all__ = ["parse_design", "read_design", "to_bytes", "write_design"]
