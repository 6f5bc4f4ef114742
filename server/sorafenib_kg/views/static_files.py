"""The files that pages load, each under a name that changes with its content."""

from flask import Blueprint, Response, abort, request

from sorafenib_kg.assets import PREFIX, Assets
from sorafenib_kg.negotiation import accepted_coding

# The name changes with the content, so what was fetched once is never asked for again.
_FOR_EVER = "public, max-age=31536000, immutable"


def create_blueprint(assets: Assets) -> Blueprint:
    """Serve ``/static/…``."""
    blueprint = Blueprint("static_files", __name__)

    @blueprint.get(f"{PREFIX}<path:path>")
    def file(path: str) -> Response:
        asset = assets.files.get(path)
        if asset is None:
            abort(404)
        coding, body = asset.coded(accepted_coding(request.headers.get("Accept-Encoding")))
        response = Response(body, content_type=f"{asset.media_type}; charset=utf-8")
        response.headers["Cache-Control"] = _FOR_EVER
        response.vary.add("Accept-Encoding")
        if coding is not None:
            response.headers["Content-Encoding"] = coding
        return response

    return blueprint
