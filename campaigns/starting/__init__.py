"""Where a new campaign begins, and what a team keeps to begin with.

cases       begin: a use case fitted to one's own data
templates   save, replace, begin, archive: a message kept for the next time
blocks      save, delete: passages of text that many messages share
refusals    why nothing was done
"""
