"""What the source disagrees on, and what it leaves open."""

from flask import Blueprint, render_template

from sorafenib_kg.views.site import Site


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/controversies`` and ``/gaps``."""
    blueprint = Blueprint("debate", __name__)

    @blueprint.get("/controversies")
    def controversies() -> str:
        return render_template("controversies.html", controversies=site.reading.controversies)

    @blueprint.get("/gaps")
    def gaps() -> str:
        return render_template("gaps.html", gaps=site.reading.gaps)

    return blueprint
