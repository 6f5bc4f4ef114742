"""What the checks found: findings in sections, as text and as data."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from sorafenib_kg.errors import Problem

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: what, and where; line and column count from 1, None if unknown."""

    message: str
    file: str | None = None
    line: int | None = None
    severity: Severity = "error"
    column: int | None = None
    node: str | None = None  # the IRI of what is at fault
    rule: str | None = None  # of a check that has several, the one that found it

    def __str__(self) -> str:
        """Return the finding in one line, ``triples/drugs.ttl: line 12: …``."""
        parts = [] if self.file is None else [self.file]
        if self.line is not None:
            at = f"line {self.line}"
            parts.append(at if self.column is None else f"{at}, column {self.column}")
        if self.severity == "warning":
            parts.append("warning")
        return ": ".join([*parts, self.message])


def of_problem(problem: Problem) -> Finding:
    """Return what kept a file from being read as a finding."""
    return Finding(problem.message, problem.file, problem.line, column=problem.column)


@dataclass(frozen=True, slots=True)
class Section:
    """The result of one check: what it looked at, what it found, or why it did not run."""

    name: str = ""
    title: str = ""
    summary: str = ""
    findings: tuple[Finding, ...] = ()
    not_run: str | None = None
    prevented: bool = False  # whether what kept it from running is no choice of the caller's
    listing: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Say whether the check ran and found no error."""
        return self.not_run is None and not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that are no mere warnings."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def verdict(self) -> str:
        """Return the result in a word or two."""
        if self.not_run is not None:
            return "could not be made" if self.prevented else "not run"
        if self.errors:
            return _count(len(self.errors), "error")
        return "ok"


@dataclass(frozen=True, slots=True)
class Report:
    """All sections, in the order the checks ran."""

    version: str
    sections: tuple[Section, ...]

    @property
    def clean(self) -> bool:
        """Say whether no check that ran found an error."""
        return not any(section.errors for section in self.sections)

    @property
    def complete(self) -> bool:
        """Say whether no check was prevented, so that a clean report can be relied on."""
        return not self.prevented

    @property
    def exhaustive(self) -> bool:
        """Say whether every check ran, those that the caller need not ask for as well."""
        return all(section.not_run is None for section in self.sections)

    @property
    def prevented(self) -> tuple[Section, ...]:
        """Return the checks that were called for and could not be made."""
        return tuple(section for section in self.sections if section.prevented)

    def __getitem__(self, name: str) -> Section:
        """Return the section of that name."""
        return next(section for section in self.sections if section.name == name)

    def as_text(self) -> str:
        """Return the report for people."""
        lines = [f"Dataset {self.version}"]
        for section in self.sections:
            lines += ["", f"{section.title}: {section.verdict}"]
            lines += [f"  {text}" for text in (section.not_run, section.summary) if text]
            lines += [f"  {finding}" for finding in section.findings]
            lines += [f"  {line}".rstrip() for line in section.listing]
        lines += ["", self.conclusion]
        return "\n".join(lines) + "\n"

    @property
    def conclusion(self) -> str:
        """Return the whole result in one line."""
        errors = sum(len(section.errors) for section in self.sections)
        warnings = sum(len(section.findings) for section in self.sections) - errors
        not_run = sum(section.not_run is not None for section in self.sections)
        prevented = f" ({len(self.prevented)} could not be made)" if self.prevented else ""
        return (
            f"{len(self.sections) - not_run} checks ran, {not_run} did not{prevented}; "
            f"{_count(errors, 'error')}, {_count(warnings, 'warning')}."
        )

    def as_json(self) -> str:
        """Return the report for programs."""
        sections = [
            {**_without_empty(asdict(section)), "verdict": section.verdict}
            for section in self.sections
        ]
        content = {
            "version": self.version,
            "clean": self.clean,
            "complete": self.complete,
            "sections": sections,
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _without_empty(values: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value not in (None, (), "", False)}


def section(summary: str, findings: Sequence[Finding], listing: Sequence[str] = ()) -> Section:
    """Return the result of a check with its findings sorted by place."""
    ordered = sorted(findings, key=lambda f: (f.file or "", f.line or 0, f.message))
    return Section(summary=summary, findings=tuple(ordered), listing=tuple(listing))


def not_run(reason: str) -> Section:
    """Return the result of a check that was not asked for, or has nothing to look at."""
    return Section(not_run=reason)


def prevented(reason: str) -> Section:
    """Return the result of a check that should have been made and could not be."""
    return Section(not_run=reason, prevented=True)
