"""Proofs: why a triple or a clash holds, and why a triple does not.

`derivation` says what a proof is; `ranked` finds one by following the ranks downwards, over `paths`
where there is a run of steps. `instances` gives all instances of the rules that give a triple, and
`steps` all ways in which one can have come to be; `cone` collects them backwards, and `search`
finds the smallest proof among them, and others. `missing` tells what a triple that does not hold
would take.
"""
