"""The network as a graph: three graphs, their numbers, their map, and what an outage would take away.

Pure functions on numpy arrays and igraph; only `step` knows the warehouse. Tables come in, numbers go
out, and the same input gives the same output: every draw has a seed.
"""
