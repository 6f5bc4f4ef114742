"""Proofs: why a triple or a clash holds, and why a triple does not.

`derivation` says what a proof is; `ranked` finds one by following the ranks downwards, which is
fast; `search` finds the smallest, and others beside it, among all instances of the rules that
`instances` gives; `missing` tells what a triple that does not hold would take.
"""
