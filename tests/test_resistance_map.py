"""The resistance map: its ties are the graph's, its forms can be read, its ways are real."""

import json
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from pyoxigraph import NamedNode, Triple

from sorafenib_kg.app import create_app
from sorafenib_kg.catalogue import Catalogue
from sorafenib_kg.namespaces import ID, SKG
from sorafenib_kg.presentation.map_drawing import commonly_resisted, draw
from sorafenib_kg.presentation.map_formats import as_cx2, as_cytoscape, as_graphml
from sorafenib_kg.presentation.reading import Reading
from sorafenib_kg.presentation.resistance_map import (
    COLUMNS,
    Choice,
    ResistanceMap,
    seen,
    shortest_path,
)

ALL = Choice(standings=frozenset({"asserted", "claimed", "inferred"}), whole=True)


def node(name: str) -> NamedNode:
    return NamedNode(ID + name)


def term(name: str) -> NamedNode:
    return NamedNode(SKG.NAMESPACE + name)


@pytest.fixture(scope="module")
def whole(graph):
    return Reading(graph).map


@pytest.fixture(scope="module")
def client(graph):
    return create_app(graph=graph, catalogue=Catalogue({})).test_client()


def test_every_tie_is_asserted_claimed_or_inferred_as_it_says(graph, whole):
    asserted = {quad.triple for quad in graph.dataset.quads}
    claimed = {claim.triple for claim in graph.claims}
    for edge in whole.edges:
        match edge.standing:
            case "asserted":
                assert edge.triple in asserted
            case "claimed":
                assert edge.triple in claimed - asserted
            case "inferred":
                assert edge.triple in graph.closure
                assert edge.triple not in asserted
        assert {edge.source, edge.target} == {edge.triple.subject, edge.triple.object}


def test_all_that_is_said_to_counter_or_to_drive_a_mechanism_is_on_the_map(graph, whole):
    relations = {term("counteredBy"), term("worksThroughGainOf"), term("confersResistanceTo")}
    told = {c.triple for c in graph.claims if c.predicate in relations}
    told |= {q.triple for q in graph.dataset.quads if q.predicate in relations}
    assert told
    assert told <= {edge.triple for edge in whole.edges}


def test_ties_point_where_the_effect_goes_and_have_its_sign(whole):
    edges = {edge.triple: edge for edge in whole.edges}
    mechanism = node("mech-autophagy")
    counter = edges[Triple(mechanism, term("counteredBy"), node("chloroquine"))]
    assert (counter.source, counter.target, counter.sign) == (
        node("chloroquine"),
        mechanism,
        "less",
    )
    assert whole.node(node("chloroquine")).column == COLUMNS.index("Counter")
    activates = edges[Triple(node("hif-1-alpha"), term("activates"), node("mdr1"))]
    assert (activates.source, activates.sign) == (node("hif-1-alpha"), "more")
    assert activates.sections == ("S12",)
    assert activates.certainties == ("found",)


def test_a_choice_leaves_what_it_names(whole):
    part = seen(whole, Choice(certainties=frozenset({"suggested"}), standings=frozenset()))
    with_claims = [edge for edge in part.edges if edge.claims]
    assert with_claims
    assert all("suggested" in edge.certainties for edge in with_claims)
    assert {edge.standing for edge in seen(whole, Choice()).edges} <= {"asserted", "claimed"}
    mechanisms = seen(whole, Choice(kinds=frozenset({"nothing"})))
    assert not mechanisms.edges


def test_the_way_from_hypoxia_goes_by_hif_and_p_glycoprotein(graph, whole):
    asserted = Choice(standings=frozenset({"asserted"}), whole=True)
    way = shortest_path(whole, node("hypoxia"), node("intracellular-drug-concentration"), asserted)
    assert [edge.source for edge in way[1:]] == [edge.target for edge in way[:-1]]
    # S12 P1 s8 and s9: hypoxia, HIF-1alpha, MDR1, P-glycoprotein, the amount of drug.
    assert [edge.source for edge in way] == [
        node(name) for name in ("hypoxia", "hif-1-alpha", "mdr1", "p-gp")
    ]
    for edge in way:
        assert edge.standing == "asserted"
    back = shortest_path(whole, node("intracellular-drug-concentration"), node("hypoxia"), asserted)
    assert back is None
    assert shortest_path(whole, node("emt"), node("emt"), ALL) == ()


def test_the_drawing_has_each_node_once_and_none_over_another(whole):
    for choice in (Choice(), ALL):
        drawing = draw(seen(whole, choice))
        columns = {}
        for box in drawing.boxes:
            assert box.x >= 0
            assert box.right <= drawing.width
            assert box.y + box.height <= drawing.height
            columns.setdefault(box.x, []).append(box)
        for boxes in columns.values():
            boxes.sort(key=lambda box: box.y)
            for above, below in pairwise(boxes):
                assert above.y + above.height <= below.y + 0.01
        titles = [box.title for box in drawing.boxes if box.style != "column"]
        assert len(titles) == len(set(titles))


def test_nothing_can_be_drawn_too():
    drawing = draw(ResistanceMap((), ()))
    assert not drawing.boxes
    assert commonly_resisted(ResistanceMap((), ())) is None


def test_the_forms_for_programs_hold_the_same_graph(whole):
    cytoscape = json.loads(as_cytoscape(whole))["elements"]
    keys = {entry["data"]["id"] for entry in cytoscape["nodes"]}
    assert len(keys) == len(whole.nodes)
    names = [entry["data"]["id"] for entry in cytoscape["edges"]]
    assert len(names) == len(set(names)) == len(whole.edges)
    for entry in cytoscape["edges"]:
        assert {entry["data"]["source"], entry["data"]["target"]} <= keys

    aspects = {
        key: value for part in json.loads(as_cx2(whole, "x", "1")) for key, value in part.items()
    }
    assert aspects["CXVersion"] == "2.0"
    counts = {part["name"]: part["elementCount"] for part in aspects["metaData"]}
    assert counts["nodes"] == len(aspects["nodes"]) == len(whole.nodes)
    assert counts["edges"] == len(aspects["edges"]) == len(whole.edges)
    numbers = {entry["id"] for entry in aspects["nodes"]}
    assert {entry[end] for entry in aspects["edges"] for end in "st"} <= numbers
    declared = aspects["attributeDeclarations"][0]
    for domain in ("nodes", "edges"):
        for entry in aspects[domain]:
            assert set(entry["v"]) <= set(declared[domain])

    root = ElementTree.fromstring(as_graphml(whole))  # noqa: S314 - written by ourselves
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    ids = {element.get("id") for element in root.iterfind(".//g:node", space)}
    assert ids == keys
    edges = root.findall(".//g:edge", space)
    assert len(edges) == len(whole.edges)
    assert {e.get(end) for e in edges for end in ("source", "target")} <= ids
    declared_keys = {element.get("id") for element in root.iterfind("g:key", space)}
    assert {data.get("key") for data in root.iterfind(".//g:data", space)} <= declared_keys


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/map", "text/html"),
        ("/map.svg", "image/svg+xml"),
        ("/map.json", "application/json"),
        ("/map.cx2", "application/json"),
        ("/map.graphml", "application/graphml+xml"),
    ],
)
def test_the_map_is_served_in_all_its_forms(client, path, media_type):
    response = client.get(path, query_string={"standing": ["asserted", "inferred"]})
    assert response.status_code == 200
    assert response.mimetype == media_type
    if path == "/map.svg":
        ElementTree.fromstring(response.text)  # noqa: S314 - written by ourselves


def test_a_way_is_shown_with_its_claims_and_errors_name_the_input(client):
    text = client.get("/map?from=id:hypoxia&to=id:p-gp").text
    assert 'class="way"' in text
    assert "/id/claim-S12-024" in text
    assert client.get("/map?from=id:emt&to=id:nothing").status_code == 404
    assert b"id:nothing is not on the map" in client.get("/map?from=id:emt&to=id:nothing").data
    assert client.get("/map?standing=perhaps").status_code == 400
    for odd in ("id:%25", "id:["):
        assert client.get(f"/map?from=id:emt&to={odd}").status_code == 404
        assert client.get(f"/map?from={odd}&to=id:emt").status_code == 404
