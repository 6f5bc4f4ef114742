"""Between RDF as text and triples as numbers, in bulk.

`reading` takes files, `encoder` their lines, `ntriples` finds the terms in these, and `spellings`
numbers them; `notation` is for single terms. `writing` goes the other way. `spans` is what these
move strings with: all strings of one size class at a time.
"""
