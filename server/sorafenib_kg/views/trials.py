"""The studies with their arms and results, as a table and as plots."""

from flask import Blueprint, render_template

from sorafenib_kg.presentation.plots import plots
from sorafenib_kg.views.site import Site


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/trials``."""
    blueprint = Blueprint("trials", __name__)

    @blueprint.get("/trials")
    def trials() -> str:
        studies = site.reading.studies
        return render_template("trials.html", studies=studies, plots=plots(studies))

    return blueprint
