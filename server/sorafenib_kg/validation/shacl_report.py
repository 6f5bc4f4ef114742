"""The report of the checks in SHACL's own vocabulary, as Turtle."""

import io

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from sorafenib_kg.namespaces import BASE, PREFIXES, RDF, RDFS, XSD
from sorafenib_kg.validation.report import Finding, Report, Section

_SH = PREFIXES["sh"]
CHECK = f"{BASE}check/"
_SEVERITY = {"error": NamedNode(f"{_SH}Violation"), "warning": NamedNode(f"{_SH}Warning")}


def as_shacl(report: Report) -> str:
    """Return one ``sh:ValidationReport`` with a ``sh:ValidationResult`` for each finding.

    ``sh:conforms`` is true only without any result, as SHACL has it: a warning is one. SHACL has
    no word for checks that did not run: they are comments on the report, and one that should have
    run and could not is a result as well, as data do not conform that nobody could judge.
    """
    root = BlankNode("report")
    conforms = report.complete and not any(s.findings for s in report.sections)
    triples = [
        Triple(root, RDF.type, _sh("ValidationReport")),
        Triple(root, _sh("conforms"), _boolean(conforms)),
        Triple(root, RDFS.comment, Literal(f"Dataset {report.version}", language="en")),
    ]
    number = 0
    for section in report.sections:
        findings = section.findings
        if section.not_run is not None:
            comment = f"{section.title}: {section.verdict}: {section.not_run}"
            triples.append(Triple(root, RDFS.comment, Literal(comment, language="en")))
        if section.prevented:
            findings = (*findings, Finding(f"could not be made: {section.not_run}"))
        for finding in findings:
            number += 1
            result = BlankNode(f"result{number}")
            triples.append(Triple(root, _sh("result"), result))
            triples += _result(result, section, finding)
    prefixes = {"check": CHECK, **{p: PREFIXES[p] for p in ("id", "rdfs", "sh", "skg", "xsd")}}
    out = io.BytesIO()
    serialize(triples, out, format=RdfFormat.TURTLE, prefixes=prefixes)
    lines = out.getvalue().decode().splitlines()
    # The serialiser writes prefixes in no order.
    head = sorted(line for line in lines if line.startswith("@prefix "))
    return "\n".join([*head, "", *(line for line in lines if line not in head)]) + "\n"


def _result(result: BlankNode, section: Section, finding: Finding) -> list[Triple]:
    # A finding about a file as such has the file's name for its focus: SHACL wants one, and lets
    # it be a literal.
    focus = NamedNode(finding.node) if finding.node else Literal(finding.file or section.name)
    source = NamedNode(f"{CHECK}{section.name}{f'#{finding.rule}' if finding.rule else ''}")
    place = finding.file or ""
    if finding.line is not None:
        place += f": line {finding.line}"
    message = f"{place}: {finding.message}" if place else finding.message
    return [
        Triple(result, RDF.type, _sh("ValidationResult")),
        Triple(result, _sh("focusNode"), focus),
        Triple(result, _sh("resultMessage"), Literal(message, language="en")),
        Triple(result, _sh("resultSeverity"), _SEVERITY[finding.severity]),
        Triple(result, _sh("sourceConstraintComponent"), source),
    ]


def _sh(name: str) -> NamedNode:
    return NamedNode(_SH + name)


def _boolean(value: bool) -> Literal:
    return Literal(str(value).lower(), datatype=XSD.boolean)
