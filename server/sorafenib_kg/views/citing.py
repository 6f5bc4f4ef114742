"""How to cite what is shown, and how to report an error in it."""

from flask import Blueprint, render_template, request

from sorafenib_kg.views.site import Site

_LONGEST = 2000


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/cite`` and ``/report``; ``of`` names the page that either is about."""
    blueprint = Blueprint("citing", __name__)

    @blueprint.get("/cite")
    def cite() -> str:
        site.store  # noqa: B018 - raises without data
        return render_template("cite.html", address=_address_of_page())

    @blueprint.get("/report")
    def report() -> str:
        return render_template("report.html", address=_address_of_page())

    def _address_of_page() -> str | None:
        """Return the absolute address of the page in ``of``, None if it is none of this server."""
        of = request.args.get("of", "")
        # A path of this server, and not the name of another, as in //example.org.
        if not of.startswith("/") or of.startswith(("//", "/\\")) or len(of) > _LONGEST:
            return None
        return (site.public_url or request.url_root.rstrip("/")) + of

    return blueprint
