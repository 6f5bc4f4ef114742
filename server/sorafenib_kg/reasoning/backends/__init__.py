"""The same rules on other engines: in a store that is somewhere else, and on a cluster.

`rule_text` writes the rules of the table as SPARQL 1.1, `remote` speaks with a store, `lists` and
`declared` are about what it holds, `sparql_update` goes to the fixpoint there, and
`store_clashes` makes clashes of what it answers.
"""
