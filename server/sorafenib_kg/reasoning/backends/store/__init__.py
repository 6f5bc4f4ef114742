"""The rules as SPARQL Update, in a store that is somewhere else.

`rule_text` writes the rules of the table as SPARQL 1.1, `remote` speaks with a store, `lists`,
`counts` and `declared` are about what it holds, `fixpoint` goes on there until nothing new comes,
and `clashes` makes contradictions of what it answers.
"""
