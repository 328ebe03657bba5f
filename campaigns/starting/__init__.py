"""Where a new campaign begins: a use case fitted to one's own data.

cases     begin
"""
