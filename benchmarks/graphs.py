"""Graphs to measure reasoners with: made up, of any size, and the same each time.

Each is one file of N-Triples with ontology and facts together, so that every engine reads it.

- ``univ N``: N universities with departments, staff, students, courses and publications. The
  ontology has hierarchies, domains and ranges, inverses, a transitive and a symmetric property, a
  chain, and classes defined by restrictions. One university is about 95,000 triples.
- ``chain N``: a transitive property along N steps; half of N squared triples follow.
- ``dag N``: a transitive property over N nodes, each below up to two of the 400 before it.
- ``bio N``: N drugs with targets, pathways, mechanisms of resistance, trials and markers. Most
  of what follows comes from chains of properties.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DATA = "http://example.org/data/"

TYPE, FIRST, REST, NIL = (f"<{RDF}{name}>" for name in ("type", "first", "rest", "nil"))
LABEL, DOMAIN, RANGE, SUBCLASS, SUBPROPERTY = (
    f"<{RDFS}{name}>" for name in ("label", "domain", "range", "subClassOf", "subPropertyOf")
)


def owl(name: str) -> str:
    """Return a term of OWL."""
    return f"<{OWL}{name}>"


FAMILY = 120  # so many pathways are parts of one another; without a limit, closures would explode


class Writer:
    """Writes triples; terms come as they stand in N-Triples. Names are of one vocabulary."""

    def __init__(self, file: TextIO, vocabulary: str) -> None:
        """Start with no triple."""
        self._write = file.write
        self._vocabulary = vocabulary
        self._nodes = 0

    def name(self, name: str) -> str:
        """Return a term of the vocabulary."""
        return f"<{self._vocabulary}{name}>"

    def add(self, subject: str, predicate: str, value: str) -> None:
        """Write a triple."""
        self._write(f"{subject} {predicate} {value} .\n")

    def node(self) -> str:
        """Return a blank node that is new."""
        self._nodes += 1
        return f"_:b{self._nodes}"

    def items(self, *items: str) -> str:
        """Write a list, and return its head."""
        head = NIL
        for item in reversed(items):
            cell = self.node()
            self.add(cell, FIRST, item)
            self.add(cell, REST, head)
            head = cell
        return head

    def classes(self, parents: Mapping[str, Sequence[str]]) -> None:
        """Declare classes, each with the classes above it."""
        for name, above in parents.items():
            self.add(self.name(name), TYPE, owl("Class"))
            for parent in above:
                self.add(self.name(name), SUBCLASS, self.name(parent))

    def property(
        self,
        name: str,
        *,
        above: str | None = None,
        domain: str | None = None,
        range: str | None = None,
        inverse: str | None = None,
        kind: str | None = None,
        chain: Sequence[str] = (),
    ) -> None:
        """Declare an object property, with what the ontology says of it."""
        term = self.name(name)
        self.add(term, TYPE, owl("ObjectProperty"))
        for predicate, other in (
            (SUBPROPERTY, above),
            (DOMAIN, domain),
            (RANGE, range),
            (owl("inverseOf"), inverse),
        ):
            if other:
                self.add(term, predicate, self.name(other))
        if kind:
            self.add(term, TYPE, owl(kind))
        if chain:
            self.add(term, owl("propertyChainAxiom"), self.items(*map(self.name, chain)))

    def some(self, name: str, filler: str) -> str:
        """Return the class of what has a value of a class for a property."""
        return self.restriction(name, "someValuesFrom", self.name(filler))

    def restriction(self, name: str, kind: str, value: str) -> str:
        """Return a class by restriction of a property."""
        node = self.node()
        self.add(node, TYPE, owl("Restriction"))
        self.add(node, owl("onProperty"), self.name(name))
        self.add(node, owl(kind), value)
        return node

    def define(self, name: str, *parts: str) -> None:
        """Define a class as an intersection."""
        node = self.node()
        self.add(node, TYPE, owl("Class"))
        self.add(node, owl("intersectionOf"), self.items(*parts))
        self.add(self.name(name), owl("equivalentClass"), node)


def data(path: str) -> str:
    """Return the name of a thing."""
    return f"<{DATA}{path}>"


def chain(file: TextIO, count: int) -> None:
    """Write a chain of so many steps."""
    writer = Writer(file, "http://example.org/parts#")
    writer.property("partOf", kind="TransitiveProperty")
    for number in range(count):
        writer.add(data(f"n{number}"), writer.name("partOf"), data(f"n{number + 1}"))


def dag(file: TextIO, count: int) -> None:
    """Write a random graph without cycles; from a node one step leads on, in the mean."""
    draw = random.Random(7)
    writer = Writer(file, "http://example.org/parts#")
    writer.property("partOf", kind="TransitiveProperty")
    for number in range(1, count):
        nearest = range(max(0, number - 400), number)
        for other in draw.sample(nearest, min(len(nearest), draw.randint(0, 2))):
            writer.add(data(f"n{number}"), writer.name("partOf"), data(f"n{other}"))


def univ(file: TextIO, count: int) -> None:
    """Write so many universities."""
    writer = Writer(file, "http://example.org/univ#")
    _univ_ontology(writer)
    draw = random.Random(7)
    for number in range(count):
        _university(writer, draw, number, count)


def _univ_ontology(writer: Writer) -> None:
    parents = {
        "Person": "", "Organization": "", "Work": "", "Publication": "", "Schedule": "",
        "Employee": "Person", "Faculty": "Employee", "Professor": "Faculty",
        "FullProfessor": "Professor", "AssociateProfessor": "Professor",
        "AssistantProfessor": "Professor", "VisitingProfessor": "Professor",
        "Lecturer": "Faculty", "PostDoc": "Faculty", "AdministrativeStaff": "Employee",
        "ClericalStaff": "AdministrativeStaff", "SystemsStaff": "AdministrativeStaff",
        "Chair": "Professor", "Dean": "Professor", "Student": "Person",
        "UndergraduateStudent": "Student", "GraduateStudent": "Person",
        "TeachingAssistant": "Person", "ResearchAssistant": "Person",
        "University": "Organization", "College": "Organization", "Department": "Organization",
        "Institute": "Organization", "Program": "Organization", "ResearchGroup": "Organization",
        "Course": "Work", "GraduateCourse": "Course", "Research": "Work",
        "Article": "Publication", "Book": "Publication", "Manual": "Publication",
        "Software": "Publication", "ConferencePaper": "Article", "JournalArticle": "Article",
        "TechnicalReport": "Article",
    }  # fmt: skip
    writer.classes({name: parent.split() for name, parent in parents.items()})
    declare = writer.property
    declare("memberOf", range="Organization")
    declare("member", domain="Organization", range="Person", inverse="memberOf")
    declare("worksFor", above="memberOf")
    declare("headOf", above="worksFor")
    declare(
        "subOrganizationOf", domain="Organization", range="Organization", kind="TransitiveProperty"
    )
    declare("degreeFrom", domain="Person", range="University")
    declare("hasAlumnus", domain="University", range="Person", inverse="degreeFrom")
    for name in ("doctoralDegreeFrom", "mastersDegreeFrom", "undergraduateDegreeFrom"):
        declare(name, above="degreeFrom", domain="Person", range="University")
    declare("takesCourse", domain="Person", range="Course")
    declare("teacherOf", domain="Faculty", range="Course")
    declare("taughtBy", inverse="teacherOf")
    declare("teachingAssistantOf", domain="TeachingAssistant", range="Course")
    declare("advisor", domain="Person", range="Professor")
    declare("advises", inverse="advisor")
    declare("publicationAuthor", domain="Publication", range="Person")
    declare("authorOf", inverse="publicationAuthor")
    declare(
        "affiliatedWith",
        domain="Person",
        range="Organization",
        chain=("memberOf", "subOrganizationOf"),
    )
    declare("collaboratesWith", kind="SymmetricProperty")
    for name in ("name", "emailAddress", "telephone"):
        writer.add(writer.name(name), TYPE, owl("DatatypeProperty"))
    person = writer.name("Person")
    writer.define("Chair", person, writer.some("headOf", "Department"))
    writer.define("Student", person, writer.some("takesCourse", "Course"))
    writer.define("TeachingAssistant", person, writer.some("teachingAssistantOf", "Course"))
    writer.define("Employee", person, writer.some("worksFor", "Organization"))
    for other in ("Organization", "Publication"):
        writer.add(person, owl("disjointWith"), writer.name(other))


def _university(writer: Writer, draw: random.Random, number: int, count: int) -> None:
    university = f"U{number}"
    writer.add(data(university), TYPE, writer.name("University"))
    writer.add(data(university), writer.name("name"), f'"University{number}"')
    for department in range(draw.randint(15, 25)):
        _department(writer, draw, f"{university}/D{department}", count)


def _department(writer: Writer, draw: random.Random, place: str, universities: int) -> None:
    add, name = writer.add, writer.name
    university = place.split("/")[0]
    host = place.replace("/", ".").lower() + ".example"
    department = data(place)
    add(department, TYPE, name("Department"))
    add(department, name("subOrganizationOf"), data(university))
    for number in range(draw.randint(10, 20)):
        group = data(f"{place}/G{number}")
        add(group, TYPE, name("ResearchGroup"))
        add(group, name("subOrganizationOf"), department)

    def any_university() -> str:
        return data(f"U{draw.randrange(universities)}")

    staff: list[tuple[str, str]] = []
    courses: list[str] = []
    advanced: list[str] = []
    for kind, least, most in (
        ("FullProfessor", 7, 10),
        ("AssociateProfessor", 10, 14),
        ("AssistantProfessor", 8, 11),
        ("Lecturer", 5, 7),
    ):
        for number in range(draw.randint(least, most)):
            path = f"{place}/{kind}{number}"
            person = data(path)
            staff.append((path, kind))
            add(person, TYPE, name(kind))
            add(person, name("worksFor"), department)
            add(person, name("name"), f'"{kind}{number}"')
            add(person, name("emailAddress"), f'"{kind}{number}@{host}"')
            add(person, name("telephone"), '"xxx-xxx-xxxx"')
            for degree in ("undergraduate", "masters", "doctoral"):
                add(person, name(f"{degree}DegreeFrom"), any_university())
            for made, of, times in (
                (courses, "Course", draw.randint(1, 2)),
                (advanced, "GraduateCourse", 1),
            ):
                for _ in range(times):
                    course = data(f"{place}/{of}{len(made)}")
                    made.append(course)
                    add(course, TYPE, name(of))
                    add(person, name("teacherOf"), course)
    add(data(staff[0][0]), name("headOf"), department)
    professors = [data(path) for path, kind in staff if kind != "Lecturer"]
    for _ in range(len(professors) // 2):
        one, other = draw.sample(professors, 2)
        add(one, name("collaboratesWith"), other)
    for number in range(len(staff) * draw.randint(8, 12)):
        student = data(f"{place}/UndergraduateStudent{number}")
        add(student, TYPE, name("UndergraduateStudent"))
        add(student, name("memberOf"), department)
        add(student, name("name"), f'"UndergraduateStudent{number}"')
        add(student, name("emailAddress"), f'"ug{number}@{host}"')
        for course in draw.sample(courses, draw.randint(2, 4)):
            add(student, name("takesCourse"), course)
        if draw.random() < 0.2:
            add(student, name("advisor"), draw.choice(professors))
    for number in range(len(staff) * draw.randint(3, 4)):
        student = data(f"{place}/GraduateStudent{number}")
        add(student, TYPE, name("GraduateStudent"))
        add(student, name("memberOf"), department)
        add(student, name("name"), f'"GraduateStudent{number}"')
        add(student, name("undergraduateDegreeFrom"), any_university())
        for course in draw.sample(advanced, draw.randint(1, 3)):
            add(student, name("takesCourse"), course)
        add(student, name("advisor"), draw.choice(professors))
        if draw.random() < 0.2:
            add(student, name("teachingAssistantOf"), draw.choice(courses))
    kinds = [
        name(kind) for kind in ("ConferencePaper", "JournalArticle", "TechnicalReport", "Book")
    ]
    for path, _ in staff:
        for number in range(draw.randint(5, 15)):
            publication = data(f"{path}/Pub{number}")
            add(publication, TYPE, draw.choice(kinds))
            add(publication, name("publicationAuthor"), data(path))


def bio(file: TextIO, count: int) -> None:
    """Write so many drugs, and four times as many targets."""
    writer = Writer(file, "http://example.org/bio#")
    _bio_ontology(writer)
    _bio_facts(writer, random.Random(7), count)


def _bio_ontology(writer: Writer) -> None:
    parents = {
        "Entity": "", "Drug": "Entity", "KinaseInhibitor": "Drug", "Antibody": "Drug",
        "MultiKinaseInhibitor": "KinaseInhibitor", "Target": "Entity", "Protein": "Target",
        "Kinase": "Protein", "ReceptorKinase": "Kinase", "Transporter": "Protein",
        "Pathway": "Entity", "SignallingPathway": "Pathway", "Mechanism": "Entity",
        "ResistanceMechanism": "Mechanism", "Trial": "Entity", "PhaseThreeTrial": "Trial",
        "Biomarker": "Entity", "ResistanceBiomarker": "Biomarker", "ResistancePathway": "Pathway",
    }  # fmt: skip
    writer.classes({name: parent.split() for name, parent in parents.items()})
    declare = writer.property
    declare("partOf", kind="TransitiveProperty")
    declare("hasPart", inverse="partOf")
    declare("actsOn", domain="Drug", range="Target")
    declare("inhibits", above="actsOn", domain="Drug", range="Target")
    declare("inhibitedBy", inverse="inhibits")
    declare("participatesIn", domain="Target", range="Pathway", chain=("participatesIn", "partOf"))
    declare("affectsPathway", chain=("inhibitsPathway", "upstreamOf"))
    declare(
        "inhibitsPathway",
        above="affectsPathway",
        domain="Drug",
        range="Pathway",
        chain=("inhibits", "participatesIn"),
    )
    declare("upstreamOf", domain="Pathway", range="Pathway", kind="TransitiveProperty")
    declare("crosstalkWith", domain="Pathway", kind="SymmetricProperty")
    declare("confersResistanceTo", range="Drug")
    declare("viaPathway", domain="Mechanism", range="Pathway")
    declare("indicates", domain="Biomarker", range="Mechanism")
    declare(
        "predictsResistanceTo",
        domain="Biomarker",
        range="Drug",
        chain=("indicates", "confersResistanceTo"),
    )
    declare("tests", domain="Trial", range="Drug")
    declare("testedIn", inverse="tests")
    declare("measuredIn", domain="Biomarker", range="Trial")
    for kind in ("DatatypeProperty", "FunctionalProperty"):
        writer.add(writer.name("registryNumber"), TYPE, owl(kind))
    writer.define(
        "ResistanceBiomarker", writer.name("Biomarker"), writer.some("predictsResistanceTo", "Drug")
    )
    writer.add(
        writer.some("confersResistanceTo", "Drug"), SUBCLASS, writer.name("ResistanceMechanism")
    )
    writer.add(
        writer.name("ResistancePathway"),
        owl("equivalentClass"),
        writer.restriction("partOf", "hasValue", data("path0")),
    )
    kinds = ("Drug", "Target", "Pathway", "Mechanism", "Trial", "Biomarker")
    for place, one in enumerate(kinds):
        for other in kinds[place + 1 :]:
            writer.add(writer.name(one), owl("disjointWith"), writer.name(other))


def _bio_facts(writer: Writer, draw: random.Random, count: int) -> None:
    add, name = writer.add, writer.name

    def thing(kind: str, number: int, *classes: str) -> str:
        term = data(f"{kind}{number}")
        add(term, TYPE, name(draw.choice(classes)))
        add(term, LABEL, f'"{kind} {number}"@en')
        return term

    for number in range(2 * count):
        pathway = thing("path", number, "SignallingPathway")
        if number % FAMILY:
            nearest = range(max(number - number % FAMILY, number - 12), number)
            add(pathway, name("partOf"), data(f"path{draw.choice(nearest)}"))
        if number > 3 and draw.random() < 0.5:
            add(pathway, name("upstreamOf"), data(f"path{draw.randrange(number)}"))
        if number > 3 and draw.random() < 0.3:
            add(pathway, name("crosstalkWith"), data(f"path{draw.randrange(number)}"))
    for number in range(4 * count):
        target = thing("target", number, "Kinase", "ReceptorKinase", "Transporter", "Protein")
        for _ in range(draw.randint(1, 4)):
            add(target, name("participatesIn"), data(f"path{draw.randrange(2 * count)}"))
    for number in range(count):
        drug = thing("drug", number, "KinaseInhibitor", "MultiKinaseInhibitor", "Antibody")
        for other in draw.sample(range(4 * count), min(4 * count, draw.randint(1, 9))):
            add(drug, name("inhibits"), data(f"target{other}"))
    for number in range(2 * count):
        mechanism = thing("mechanism", number, "Mechanism")
        add(mechanism, name("viaPathway"), data(f"path{draw.randrange(2 * count)}"))
        add(mechanism, name("confersResistanceTo"), data(f"drug{draw.randrange(count)}"))
    for number in range(3 * count):
        marker = thing("marker", number, "Biomarker")
        for _ in range(draw.randint(1, 3)):
            add(marker, name("indicates"), data(f"mechanism{draw.randrange(2 * count)}"))
        add(marker, name("measuredIn"), data(f"trial{draw.randrange(3 * count)}"))
    for number in range(3 * count):
        trial = thing("trial", number, "Trial", "PhaseThreeTrial")
        add(trial, name("registryNumber"), f'"T{number:08d}"')
        add(trial, name("tests"), data(f"drug{draw.randrange(count)}"))
        add(trial, name("enrolment"), f'"{draw.randrange(20, 900)}"^^<{XSD}integer>')


GRAPHS: Mapping[str, Callable[[TextIO, int], None]] = {
    "univ": univ,
    "chain": chain,
    "dag": dag,
    "bio": bio,
}


def write(kind: str, count: int, path: Path) -> None:
    """Write a graph to a file, which appears when it is complete."""
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        GRAPHS[kind](file, count)
    part.replace(path)


def main() -> None:
    """Write one graph, as the command line says."""
    parser = argparse.ArgumentParser(description="Write a graph to measure reasoners with.")
    parser.add_argument("kind", choices=GRAPHS)
    parser.add_argument("count", type=int, help="how large: see the top of this file")
    parser.add_argument("path", type=Path, help="the file of N-Triples to write")
    arguments = parser.parse_args()
    write(arguments.kind, arguments.count, arguments.path)


if __name__ == "__main__":
    main()
