"""How each kind of software answers: one module per family, `NAMES` and `ROUTES`.

What belongs here: paths and bodies in the software's own spelling. What does not: who exists, who is
hidden and what is true, which `crawler.replica.world` knows. A route turns a server into an answer.
"""
