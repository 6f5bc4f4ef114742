"""The same rules on other engines: where the triples are, or where there is room for them.

`store` has a SPARQL store close its own graphs, `spark` a cluster. Both write equality out, one
row for each name of each term; `written_out` is what that makes of the table.
"""
