"""Rows that every gate lets through, to be spoiled by a test."""

from __future__ import annotations

from typing import Any


def rejection(partition: str, number: int, **given: Any) -> dict[str, Any]:
    """Return a sound row of the table `rejections`."""
    return {
        "partition": partition,
        "report_id": "a-report",
        "rejection_id": f"r{number}",
        "surface": "3天",
        "char_start": 2,
        "char_end": 4,
        "sentence": "历时3天。",
        "sentence_start": 0,
        "section": "tasks",
        "reason": "date",
        "rule": "by_its_form",
        "detail": None,
        "rule_version": "v1",
        **given,
    }
