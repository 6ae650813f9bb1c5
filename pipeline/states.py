"""The states of a cell: zero, "none", "not available", "not applicable" and blank are different things."""

NUMBER = "number"
NIL = "nil"  # the cell says that there is none: the number 0
MISSING = "missing"  # the cell says that the number is not available
NOT_APPLICABLE = "not_applicable"
BLANK = "blank"
REJECTED = "rejected"  # an error keeps the number out

STATES = (NUMBER, NIL, MISSING, NOT_APPLICABLE, BLANK, REJECTED)
# States of a number that should be there and is not.
LACKING = (MISSING, BLANK, REJECTED)
