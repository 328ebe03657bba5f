"""Names of the app that an administrator enters and a marketer picks from.

keeping       register, change, remove, fall_back_to: the only writer of these tables
destinations  links with parameters, as they are written and as they are kept
uses          which campaigns name one
refusals      why nothing was changed
"""
