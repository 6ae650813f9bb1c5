"""Blank workbooks for the provinces to fill in, laid out as the catalogue says, so that they can be read."""

from pipeline.report.templates.book import write_templates

__all__ = ["write_templates"]
