"""The addresses of the server: blueprints, each made by a function that is given what it needs."""
