"""The rules on Spark, from files to files.

`session` starts it, and says what is missing; `files` reads and writes triples. The driver keeps
the `ontology` and what the compiler makes of it; `plans` says for each compiled rule in which
order its premises are looked up, and `matching` looks all rules' premises up at once. `literals`
does what rules on values do. `rounds` goes on until nothing new comes, `clashes` finds
contradictions, and `closure` is the way in. Of these only `closure` and `session` are for others;
all but `session`, `ontology` and `plans` import pyspark.
"""
