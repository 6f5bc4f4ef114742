"""The processes of a server: one that has the data, workers that answer queries, the web server."""
