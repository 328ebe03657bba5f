"""Use cases: whole campaigns to begin with, for what marketers send again and again.

Each has its copy in English and French, whom it is for, when it goes, how long it is
worth showing, and what to look at before it leaves (features F1 to F8, F10 to F12).

cases     Case and what it asks; by_key; choices of the page
copy      the words of each, in two languages
shelf     CASES themselves
lints     what a campaign that began as one should still have
"""
