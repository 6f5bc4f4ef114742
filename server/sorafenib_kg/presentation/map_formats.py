"""The map for programs: Cytoscape.js, Cytoscape's CX2, GraphML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from xml.etree import ElementTree

from sorafenib_kg.presentation.drawing import Box
from sorafenib_kg.presentation.map_drawing import draw
from sorafenib_kg.presentation.resistance_map import COLUMNS, MapEdge, MapNode, ResistanceMap

_NODE_KEYS: Mapping[str, str] = MappingProxyType(
    {"name": "string", "iri": "string", "kind": "string", "column": "string"}
)
_EDGE_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "interaction": "string",
        "predicate": "string",
        "sign": "string",
        "standing": "string",
        "certainty": "string",
        "evidence": "string",
        "sections": "string",
        "claims": "string",
    }
)
# Of a node that the drawing leaves out, as its ties are told in the boxes of others.
_WIDTH, _HEIGHT = 168.0, 25.0
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"


def node_data(node: MapNode) -> dict[str, str]:
    """Return what programs are told of a node."""
    return {
        "name": node.cell.text,
        "iri": node.node.value,
        "kind": node.kind,
        "column": COLUMNS[node.column],
    }


def edge_data(edge: MapEdge) -> dict[str, str]:
    """Return what programs are told of an edge; several values are separated by ``|``."""
    return {
        "interaction": edge.relation.text,
        "predicate": edge.triple.predicate.value,
        "sign": edge.sign,
        "standing": edge.standing,
        "certainty": "|".join(edge.certainties),
        "evidence": "|".join(edge.evidence),
        "sections": "|".join(edge.sections),
        "claims": "|".join(note.cell.title or "" for note in edge.claims),
    }


def as_cytoscape(map_: ResistanceMap) -> str:
    """Return the map as Cytoscape.js reads it, with the places of the drawing.

    The form is ``{"elements": {"nodes": […], "edges": […]}}``; the middle of a node is its
    ``position``, and its data have its size.
    """
    boxes = {box.href: box for box in draw(map_).boxes if box.href is not None}
    nodes: list[dict[str, object]] = []
    beside = 0.0
    for node in map_.nodes:
        box = boxes.get(node.cell.href or "")
        if box is None:
            box = Box(-_WIDTH * 1.5, beside, _WIDTH, _HEIGHT, ())
            beside += _HEIGHT * 1.5
        data: dict[str, object] = {
            "id": node.key,
            "href": node.cell.href,
            "rank": node.column,
            "width": box.width,
            "height": box.height,
            **node_data(node),
        }
        place = {"x": round(box.x + box.width / 2, 1), "y": round(box.middle, 1)}
        nodes.append({"data": data, "position": place})
    keys = {node.node: node.key for node in map_.nodes}
    edges = [
        {
            "data": {
                "id": edge.key,
                "source": keys[edge.source],
                "target": keys[edge.target],
                "triple": [term.value for term in edge.triple],
                "told": [
                    {
                        "statement": note.statement,
                        "href": note.cell.href,
                        "certainty": note.certainty.label,
                    }
                    for note in edge.claims
                ],
                **edge_data(edge),
            }
        }
        for edge in map_.edges
    ]
    content = {"elements": {"nodes": nodes, "edges": edges}}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def as_cx2(map_: ResistanceMap, name: str, version: str) -> str:
    """Return the map as CX2, the exchange format of Cytoscape and NDEx, version 2.0."""
    numbers = {node.node: number for number, node in enumerate(map_.nodes, start=1)}
    aspects: list[dict[str, object]] = [
        {"CXVersion": "2.0", "hasFragments": False},
        {
            "metaData": [
                {"name": "attributeDeclarations", "elementCount": 1},
                {"name": "networkAttributes", "elementCount": 1},
                {"name": "nodes", "elementCount": len(map_.nodes)},
                {"name": "edges", "elementCount": len(map_.edges)},
            ]
        },
        {
            "attributeDeclarations": [
                {
                    "networkAttributes": {"name": {"d": "string"}, "version": {"d": "string"}},
                    "nodes": {key: {"d": kind} for key, kind in _NODE_KEYS.items()},
                    "edges": {key: {"d": kind} for key, kind in _EDGE_KEYS.items()},
                }
            ]
        },
        {"networkAttributes": [{"name": name, "version": version}]},
        {"nodes": [{"id": numbers[n.node], "v": node_data(n)} for n in map_.nodes]},
        {
            "edges": [
                {
                    "id": number,
                    "s": numbers[edge.source],
                    "t": numbers[edge.target],
                    "v": edge_data(edge),
                }
                for number, edge in enumerate(map_.edges, start=1)
            ]
        },
        {"status": [{"success": True}]},
    ]
    return json.dumps(aspects, ensure_ascii=False) + "\n"


def as_graphml(map_: ResistanceMap) -> str:
    """Return the map as GraphML, with the attributes of nodes and edges as its data."""
    ElementTree.register_namespace("", _GRAPHML)
    root = ElementTree.Element(_tag("graphml"))
    for domain, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for key, kind in keys.items():
            ElementTree.SubElement(
                root,
                _tag("key"),
                {"id": f"{domain}-{key}", "for": domain, "attr.name": key, "attr.type": kind},
            )
    graph = ElementTree.SubElement(root, _tag("graph"), {"edgedefault": "directed"})
    keys_ = {node.node: node.key for node in map_.nodes}
    for node in map_.nodes:
        element = ElementTree.SubElement(graph, _tag("node"), {"id": node.key})
        _add_data(element, "node", node_data(node))
    for edge in map_.edges:
        ends = {"id": edge.key, "source": keys_[edge.source], "target": keys_[edge.target]}
        element = ElementTree.SubElement(graph, _tag("edge"), ends)
        _add_data(element, "edge", edge_data(edge))
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _add_data(element: ElementTree.Element, domain: str, data: Mapping[str, str]) -> None:
    for key, value in _filled(data):
        ElementTree.SubElement(element, _tag("data"), {"key": f"{domain}-{key}"}).text = value


def _filled(data: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        if value:
            yield key, value


def _tag(name: str) -> str:
    return f"{{{_GRAPHML}}}{name}"
